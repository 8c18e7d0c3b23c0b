"""A stored state of the run never becomes "failed".

## What it does

Points at the first write of a run's state when no write on any way stores a failure.

## Why it matters

A run that failed keeps saying "processing". Nobody can tell it from one that works, and a job that picks up what is
"new" never takes it again.

## When it is fine

Where another process turns old states into failures, by their age.

## What to do

Store the failure, with the error, where the run ends on an exception; and give "processing" an age after which it
counts as lost.

## What it cannot see

A clean-up job outside this pipeline, and a state whose words are computed.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.examples import STATED_RUN
from assess.checks.point import at_write
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import StatusWrite
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.STATUS, Need.ERROR_PATH)

BAD = """
import sqlite3

from openai import OpenAI

client = OpenAI()


def summarise(db: sqlite3.Connection, run: str, text: str) -> str:
    db.execute("UPDATE runs SET status = 'processing' WHERE id = ?", (run,))  # finding: status-never-failed
    answer = client.responses.create(model="gpt-4.1", input=text).output_text
    db.execute("UPDATE runs SET status = 'done' WHERE id = ?", (run,))
    return answer
"""

GOOD = STATED_RUN


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the first state written, if none of them says that a run failed."""
    writes = [write for write in pipeline.observed.status_writes if write.words]
    if not writes or records(pipeline.durable_engine) or any(write.says_failed for write in writes):
        return
    message = f"The stored state becomes {_words(writes)}, never failed: a run that failed looks like one at work."
    yield at_write(pipeline, writes[0], message)


def _words(writes: list[StatusWrite]) -> str:
    words = dict.fromkeys(word for write in writes for word in write.words)
    return ", ".join(f'"{word}"' for word in list(words)[:4])
