"""A retry stands around several steps and repeats those that had succeeded.

## What it does

Points at the first of several steps that one retry (a decorator, a loop) repeats together, if one before the last is
paid for or writes.

## Why it matters

When the last step fails, the retry starts with the first: the model is paid again for the same answer, the record is
written again, and each attempt doubles what the one before did.

## When it is fine

Where the steps only make sense together and none of them costs or changes anything.

## What to do

Put a retry of its own around each step. On a durable engine each step is an activity: finished ones are not repeated.

## What it cannot see

A cache or a check at the top of the function that leaves out what was done.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import Order, at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, RetryBy, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.RETRY, Need.SPLIT)

BAD = """
import httpx
from openai import OpenAI
from tenacity import retry, stop_after_attempt

client = OpenAI()


@retry(stop=stop_after_attempt(3))
def triage(document: str) -> None:
    answer = client.responses.create(model="gpt-4.1", input=document)  # finding: retry-around-chain
    httpx.put("https://crm.example/claims/1", json={"text": answer.output_text}, timeout=10)
"""

GOOD = """
import httpx
from openai import OpenAI
from tenacity import retry, stop_after_attempt

client = OpenAI()


@retry(stop=stop_after_attempt(3))
def ask(document: str) -> str:
    return client.responses.create(model="gpt-4.1", input=document).output_text


@retry(stop=stop_after_attempt(3))
def save(text: str) -> None:
    httpx.put("https://crm.example/claims/1", json={"text": text}, timeout=10)


def triage(document: str) -> None:
    save(ask(document))
"""

AROUND = frozenset({RetryBy.TENACITY, RetryBy.BACKOFF, RetryBy.STAMINA, RetryBy.LOOP, RetryBy.OTHER})
"""Retries that repeat a stretch of code, not a single call."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each stretch that is repeated as a whole."""
    order = Order(pipeline)
    stretches: dict[object, list[Step]] = {}
    for step in pipeline.steps:
        if step.retry.set and step.retry.by in AROUND and step.retry.attempts != 1 and step.visits:
            retry = step.retry
            key = (step.file, step.function, retry.by, retry.attempts, retry.wait, retry.on, step.visits[0].via)
            stretches.setdefault(key, []).append(step)
    for steps in stretches.values():
        last = steps[-1]
        costly = [s for s in steps[:-1] if (s.billed or s.writes) and order.precedes(s, last)]
        if costly:
            times = f"up to {last.retry.attempts} times" if last.retry.attempts else "again"
            message = f"{calls(costly[0])} is repeated {times} when {calls(last)} fails: one retry stands around both."
            yield at_step(pipeline, costly[0], message)
