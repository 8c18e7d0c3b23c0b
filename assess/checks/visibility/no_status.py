"""No stored record shows the state of a run.

## What it does

Points at a chain that writes no state of its run to a store: not that it started, not how far it came, not that it
failed.

## Why it matters

Operations cannot see which runs are under way, stuck or lost. Somebody has to read logs or look into a process, and a
run that died leaves nothing to find.

## When it is fine

A chain of seconds that a person starts and waits for.

## What to do

Store one record per run with its state, the step reached and the error, or move the chain to an engine that keeps
such a history.

## What it cannot see

A record that the caller or the platform keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.examples import STATED_RUN
from assess.checks.point import at_entry, library, local, several, starts_elsewhere
from assess.model.engine import QUEUEING, records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import LogKind
from assess.model.step import Confidence, Effect, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.STATUS,)

BAD = """
import requests
from openai import OpenAI

client = OpenAI()


def summarise(address: str) -> str:  # finding: no-status
    page = requests.get(address, timeout=10).text
    return client.responses.create(model="gpt-4.1", input=page).output_text
"""

GOOD = STATED_RUN


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the entry of a chain without a stored state."""
    if not pipeline.chain or not several(pipeline.flow) or records(pipeline.durable_engine) or local(pipeline):
        return
    if any(write.words for write in pipeline.observed.status_writes):
        return
    kinds = {line.kind for line in pipeline.observed.logs}
    if kinds & {LogKind.LOG, LogKind.SPAN}:
        rest = "log lines or spans are all there is"
    elif LogKind.PROGRESS in kinds:
        rest = "progress goes to the caller alone"
    else:
        rest = "there is no log line either"
    message = f"No stored record shows the state of a run; {rest}."
    if pipeline.durable_engine in QUEUEING:
        yield at_entry(
            pipeline,
            f"The code stores no state of a run; {pipeline.durable_engine} may keep the task's state, not its step.",
            severity=Severity.LOW,
            reason="the task queue may keep a state of the task",
        )
    elif len(pipeline.visits()) == 1 and pipeline.steps[0].retry.set:
        reason = "one call that is tried again, and no chain: its caller may keep the record"
        yield at_entry(pipeline, message, severity=Severity.LOW, confidence=Confidence.MEDIUM, reason=reason)
    elif starts_elsewhere(pipeline):
        reason = "what it starts is recorded by its engine"
        yield at_entry(pipeline, message, severity=Severity.LOW, confidence=Confidence.MEDIUM, reason=reason)
    elif any(step.ai or step.kind is Kind.HUMAN or _changes(step) for step in pipeline.steps):
        yield at_entry(pipeline, message, confidence=_sure(pipeline), reason=_why(pipeline))
    else:
        yield at_entry(
            pipeline, message, severity=Severity.LOW, confidence=_sure(pipeline), reason="the chain only reads"
        )


def _sure(pipeline: WovenPipeline) -> Confidence | None:
    return Confidence.MEDIUM if library(pipeline) else None


def _why(pipeline: WovenPipeline) -> str:
    return "its caller stands outside of this code and may keep a record" if library(pipeline) else ""


def _changes(step: Step) -> bool:
    """Whether the step changes something outside of this machine."""
    return step.effect is not Effect.READ and step.kind not in (Kind.FILE, Kind.SUBPROCESS, Kind.WAIT)
