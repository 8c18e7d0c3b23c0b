"""A loop polls another service and no deadline or count ends it.

## What it does

Points at a loop that asks an outside service for a state and leaves only when the hoped-for state comes.

## Why it matters

Jobs fail, expire and get lost. A loop that tests for success only then asks for ever: the run neither ends nor fails,
and the bill for the process goes on.

## When it is fine

A consumer that is meant to run for ever, and whose rounds do not belong to one run.

## What to do

End the loop at a deadline and on every final state, and fail with what was waited for. On a durable engine a timer
ends the wait.

## What it cannot see

A limit that the called function keeps by itself, and a time limit around the whole run.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import asked, last_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.TIMEOUT, Need.DURABLE_WAIT)

BAD = """
import time

import requests


def wait_for(job: str) -> dict:
    while True:  # finding: endless-poll
        state = requests.get(f"https://jobs.example/{job}", timeout=10).json()
        if state["status"] == "done":
            return state
        time.sleep(5)
"""

GOOD = """
import time

import requests


def wait_for(job: str) -> dict:
    for _ in range(60):
        state = requests.get(f"https://jobs.example/{job}", timeout=10).json()
        if state["status"] in ("done", "failed"):
            return state
        time.sleep(5)
    raise TimeoutError(job)
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each poll without a bound that asks a step."""
    for poll in pipeline.observed.polls:
        if poll.bounded or not poll.visits:
            continue
        yield Found(
            file=poll.file,
            line=poll.line,
            end_line=poll.end_line,
            cell=poll.cell,
            symbol=poll.function,
            target=last_name(poll.waits_for),
            message=f"The loop asks {asked(pipeline, poll)} and may do so for ever: it shows no deadline and no count.",
        )
