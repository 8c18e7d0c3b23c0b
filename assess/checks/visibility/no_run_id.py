"""Log lines carry no id of the run.

## What it does

Points at the first log line of a chain whose log lines, all of them, carry nothing that is named like an id: not of
the run, not of the document or order that it works on.

## Why it matters

Two runs at the same time write into one log. Whoever looks for the failed one finds lines that may belong to either,
and cannot follow one run from its first step to its last.

## When it is fine

A tool that one person runs once at a time.

## What to do

Bind the run's id once (a context variable, a logger adapter, `extra=`), so that each line has it.

## What it cannot see

A formatter or a platform that adds an id to each line by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_first
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import LogKind
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.LOW
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.2
NEEDS = (Need.STATUS,)

BAD = """
import logging

import requests
from openai import OpenAI

client = OpenAI()
log = logging.getLogger(__name__)


def summarise(address: str) -> str:
    page = requests.get(address, timeout=10).text
    log.info("loaded")  # finding: no-run-id
    text = client.responses.create(model="gpt-4.1", input=page).output_text
    log.info("summarised")
    return text
"""

GOOD = """
import logging

import requests
from openai import OpenAI

client = OpenAI()
log = logging.getLogger(__name__)


def summarise(run_id: str, address: str) -> str:
    page = requests.get(address, timeout=10).text
    log.info("loaded", extra={"run_id": run_id})
    text = client.responses.create(model="gpt-4.1", input=page).output_text
    log.info("summarised", extra={"run_id": run_id})
    return text
"""

FEW = 2
"""From this many log lines on, a reader has to know which belong together."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the first log line, if none of them has a key."""
    lines = [line for line in pipeline.observed.logs if line.kind is LogKind.LOG]
    if not pipeline.chain or records(pipeline.durable_engine) or len(lines) < FEW:
        return
    if any(line.keyed for line in pipeline.observed.logs):
        return
    message = f"None of the {len(lines)} log lines of a run carries an id: those of two runs cannot be told apart."
    yield at_first(lines, "log", message)
