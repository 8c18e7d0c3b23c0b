"""A write carries no idempotency key, so a retry or a re-run does it twice.

## What it does

Points at a call that creates or sends something outside and gives the target nothing to recognise a repeat by: no
idempotency key, no conditional write, no upsert.

## Why it matters

A crash between the write and its record is enough: the run is started again, and the customer is charged, written to
or booked twice. A retry around the call does the same when only the answer was lost. No engine can prevent it alone:
the step in flight may always run twice.

## When it is fine

Where the target ignores doubles by itself, or two of it do no harm.

## What to do

Send a key that stays the same for the same piece of work: the run's id and the step's name, not a fresh random value.
Where the target takes no key, ask it first whether the thing is there, or write with a condition.

## What it cannot see

What the target does with a repeat, and a unique constraint in a database.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls, last_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, Kind, RetryBy, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.IDEMPOTENCY_KEY,)

BAD = """
import httpx
from openai import OpenAI

client = OpenAI()


def triage(document: str) -> None:
    answer = client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": document}])
    httpx.post("https://crm.example/claims", json={"text": answer.choices[0].message.content})  # finding: unkeyed-write
"""

GOOD = """
import httpx
from openai import OpenAI

client = OpenAI()


def triage(claim: str, document: str) -> None:
    answer = client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": document}])
    text = answer.choices[0].message.content
    httpx.post("https://crm.example/claims", json={"text": text}, headers={"Idempotency-Key": f"triage-{claim}"})
"""

DOUBLED = frozenset(
    {Kind.HTTP, Kind.SAAS, Kind.MESSAGE, Kind.QUEUE, Kind.DATABASE, Kind.VECTOR_STORE, Kind.OBJECT_STORE}
)
"""Kinds where a second write leaves a second thing outside this machine."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each write that a retry or a re-run of a chain repeats."""
    for step in pipeline.steps:
        if step.effect is not Effect.WRITE or step.idempotency_key is True or step.kind not in DOUBLED:
            continue
        if step.provider == "browser":
            continue  # a field that is filled in a page
        if last_name(step.call) == "retry" or "websocket" in (step.target or "").lower():
            continue  # a task that sends itself again; a message that lives no longer than its connection
        if _retried(step):
            times = step.retry.stacked or step.retry.attempts
            often = f"up to {times} times" if times else "again"
            yield at_step(
                pipeline,
                step,
                f"{calls(step)} is tried {often} without a key: an answer that got lost means a second write.",
                severity=Severity.HIGH,
                confidence=_sure(step),
                reason="a retry of this code base repeats the write",
            )
        elif pipeline.chain:
            message = f"{calls(step)} writes without a key: a run again after a crash writes it twice."
            yield at_step(pipeline, step, message, confidence=_sure(step))


def _retried(step: Step) -> bool:
    return step.retry.set and step.retry.by is not RetryBy.NONE and step.retry.attempts != 1


def _sure(step: Step) -> Confidence | None:
    """A store may hold a constraint that the code does not show; nobody knows what a POST to some host does."""
    unknown = step.kind is Kind.HTTP and step.provider in (None, "http")
    unseen = unknown or step.kind in (Kind.DATABASE, Kind.VECTOR_STORE) or step.idempotency_key is None
    return Confidence.MEDIUM if unseen and step.confidence is Confidence.HIGH else step.confidence
