"""Nobody would find a run that is stuck.

## What it does

Points at a write of a state such as "processing" that stores no time beside it.

## Why it matters

A worker that is killed leaves the state as it is, for ever. Without a time nobody can tell the run that has been at
work for a minute from the one that died last week, so no job can pick it up and no alarm can ring.

## When it is fine

Where the store adds the time by itself, or a lease beside the record expires.

## What to do

Store when the state was taken and by whom, and let something look for states that are too old.

## What it cannot see

Columns that a database fills by itself (`DEFAULT now()`, a trigger, `auto_now`), and clean-up jobs elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_write
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.STATUS, Need.HEARTBEAT)

BAD = """
import sqlite3

from openai import OpenAI

client = OpenAI()


def summarise(db: sqlite3.Connection, run: str, text: str) -> str:
    db.execute("UPDATE runs SET status = 'processing' WHERE id = ?", (run,))  # finding: stuck-run
    return client.responses.create(model="gpt-4.1", input=text).output_text
"""

GOOD = """
import sqlite3

from openai import OpenAI

client = OpenAI()


def summarise(db: sqlite3.Connection, run: str, text: str, now: str) -> str:
    db.execute("UPDATE runs SET status = 'processing', started_at = ? WHERE id = ?", (now, run))
    return client.responses.create(model="gpt-4.1", input=text).output_text
"""

AT_WORK = frozenset({"active", "in_progress", "processing", "running", "started"})


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the first state of work without a time, if no write of a state stores one."""
    writes = pipeline.observed.status_writes
    if records(pipeline.durable_engine) or any(write.dated for write in writes):
        return
    for write in writes:
        words = AT_WORK.intersection(write.words)
        if words:
            message = f'The state becomes "{min(words)}" and no time is stored: a run that died looks like one at work.'
            yield at_write(pipeline, write, message)
            return
