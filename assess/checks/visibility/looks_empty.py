"""A failure looks like an empty result, and the next step works with it.

## What it does

Points at a paid call, a write or a question to a person that uses what an earlier step gave, when an error of that
step is answered with an empty value.

## Why it matters

"Nothing found" and "could not look" become the same. The model writes an answer from no sources, the record is saved
without its text, and both look finished.

## When it is fine

Where the step checks for the empty value and says so in what it leaves.

## What to do

Let the error go on, or hand over a value that says "failed" and that the next step must look at.

## What it cannot see

A test of the value in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assess.checks.check import Found
from assess.checks.point import at_step, calls, last_name
from assess.checks.swallowed import swallowed
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.graph import EdgeKind
from assess.model.source import TrailStop
from assess.model.step import Confidence, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.LOW
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.ERROR_PATH,)

BAD = """
import requests
from openai import OpenAI

client = OpenAI()


def load(address: str) -> str:
    try:
        return requests.get(address, timeout=10).text
    except Exception:
        return ""


def summarise(address: str) -> str:
    page = load(address)
    return client.responses.create(model="gpt-4.1", input=page).output_text  # finding: looks-empty
"""

GOOD = """
import requests
from openai import OpenAI

client = OpenAI()


def load(address: str) -> str:
    return requests.get(address, timeout=10).text


def summarise(address: str) -> str:
    page = load(address)
    return client.responses.create(model="gpt-4.1", input=page).output_text
"""

NOTHING = frozenset({"''", '""', "()", "None", "[]", "{}"})
"""What a handler leaves that a real, empty result could be too."""


LOCAL = frozenset({Kind.FILE, Kind.SUBPROCESS, Kind.HUMAN})
NO_RESULT = ("connect", "login", "ping")
"""Beginnings of calls that give nothing to work with."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each step that matters and may get nothing in the place of a failure."""
    visits = pipeline.visits()
    for hidden in swallowed(pipeline):
        gives = [s for s in hidden.guarded if not last_name(s.call).startswith(NO_RESULT)]
        if hidden.left not in NOTHING or len(hidden.guarded) != 1 or not gives or hidden.fallback:
            continue
        inside = set(hidden.handler.guards)
        fed = [e.target for e in pipeline.edges if e.kind is EdgeKind.DATA and e.source in inside]
        for visit in dict.fromkeys(v for v in fed if v in visits and v not in inside):
            step = visits[visit][0]
            if (step.ai or step.writes) and step.kind not in LOCAL and step.function != hidden.handler.function:
                yield _found(pipeline, step, gives[0], hidden.left, hidden.handler.file, hidden.handler.line)


def _found(pipeline: WovenPipeline, step: Step, failed: Step, left: str, file: str, line: int) -> Found:
    message = f"{calls(step)} gets `{left}` when {calls(failed)} has failed, and cannot tell it from an empty result."
    found = at_step(pipeline, step, message)
    return replace(found, trail=(TrailStop(file, line, f"an error becomes `{left}` here"), *found.trail))
