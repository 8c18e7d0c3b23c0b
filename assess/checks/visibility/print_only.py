"""The run reports by print alone.

## What it does

Points at the first `print` of a pipeline that has no log line, no trace span and no stored state.

## Why it matters

What is printed has no level, no time and no run id, and is gone with the console. Nobody can ask "which runs failed
last night?".

## When it is fine

A tool that a person starts and watches.

## What to do

Log with the run's id at each step, and store a state per run that others can read.

## What it cannot see

A platform that collects what is printed and makes it searchable.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_first, local, starts_elsewhere
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import LogKind
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.STATUS,)

BAD = """
from openai import OpenAI

client = OpenAI()


def summarise(text: str) -> str:
    print("summarising")  # finding: print-only
    return client.responses.create(model="gpt-4.1", input=text).output_text
"""

GOOD = """
import logging

from openai import OpenAI

client = OpenAI()
log = logging.getLogger(__name__)


def summarise(run: str, text: str) -> str:
    log.info("summarising", extra={"run_id": run})
    return client.responses.create(model="gpt-4.1", input=text).output_text
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the first print, if nothing else tells of the run."""
    observed = pipeline.observed
    prints = [line for line in observed.logs if line.kind is LogKind.PRINT]
    if (
        not prints
        or len(prints) < len(observed.logs)
        or observed.status_writes
        or records(pipeline.durable_engine)
        or local(pipeline)
        or starts_elsewhere(pipeline)
    ):
        return
    message = "Prints are all that this run leaves: no log line, no span, no stored state."
    yield at_first(prints, "print", message)
