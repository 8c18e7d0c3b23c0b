"""A retry has no end.

## What it does

Points at a call that is tried again by a decorator or a loop that names no last attempt and no last moment.

## Why it matters

An error that does not pass (a revoked key, a bad request, a full disk) is tried for ever. The run neither ends nor
fails, nobody is told, and a paid call is paid at each round. Bare `@retry` of tenacity and `on_exception` of backoff
have no end unless one is given (tenacity 9.2, backoff 2.2).

## When it is fine

A consumer that is meant to outlive every outage and does nothing else.

## What to do

Give it a last attempt or a deadline, and only retry errors that pass. On a durable engine the activity's policy says
both, and the run waits without a process.

## What it cannot see

A time limit around the process, and an end that the called function keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, RetryBy
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.1
NEEDS = (Need.RETRY,)

BAD = """
import requests
from tenacity import retry, wait_fixed


@retry(wait=wait_fixed(5))
def load(address: str) -> str:
    return requests.get(address, timeout=10).text  # finding: unlimited-retry
"""

GOOD = """
import requests
from tenacity import retry, stop_after_attempt, wait_fixed


@retry(stop=stop_after_attempt(5), wait=wait_fixed(5))
def load(address: str) -> str:
    return requests.get(address, timeout=10).text
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each call whose nearest retry names no end."""
    for step in pipeline.steps:
        if not step.retry.set or not step.retry.endless:
            continue
        unkeyed = step.effect is Effect.WRITE and step.idempotency_key is not True
        yield at_step(
            pipeline,
            step,
            f"{calls(step)} is tried again without an end: an error that stays keeps the run for ever.",
            severity=Severity.HIGH if unkeyed else None,
            confidence=Confidence.MEDIUM if step.retry.by is RetryBy.LOOP else None,
            reason="each round may write again" if unkeyed else "",
        )
