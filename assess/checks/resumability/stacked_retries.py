"""Retries stand around retries, and their attempts multiply.

## What it does

Points at a call that several layers try again (the SDK, a decorator, a loop, the task) and names the product.

## Why it matters

Three attempts of a decorator around three of the SDK are nine calls, each paid or each a write. While a service is
down, such a stack keeps it down and holds the run for many minutes.

## When it is fine

Where the product is small and meant.

## What to do

Keep one layer, the outermost that knows what it may cost, and set the others to one attempt. On a durable engine set
the SDK's own retries to 0.

## What it cannot see

Retries in a proxy, and a stop condition that is computed while the program runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.LOW
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.1
NEEDS = (Need.RETRY,)

BAD = """
from openai import OpenAI
from tenacity import retry, stop_after_attempt

client = OpenAI(max_retries=4)


@retry(stop=stop_after_attempt(5))
def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text  # finding: stacked-retries
"""

GOOD = """
from openai import OpenAI
from tenacity import retry, stop_after_attempt

client = OpenAI(max_retries=0)


@retry(stop=stop_after_attempt(5))
def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text
"""

MANY = 10
"""From this product on it is a flood, not a second chance."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each step whose layers multiply."""
    for step in pipeline.steps:
        retry = step.retry
        if retry.stacked is None or retry.attempts is None or retry.stacked <= retry.attempts:
            continue
        message = f"{calls(step)} may be tried {retry.stacked} times: retries stand around retries."
        if step.effect is Effect.WRITE and step.idempotency_key is not True:
            yield at_step(pipeline, step, message, severity=Severity.HIGH, reason="each attempt may write again")
        elif retry.stacked >= MANY:
            yield at_step(pipeline, step, message, severity=Severity.MEDIUM, reason=f"{MANY} attempts or more")
        else:
            yield at_step(pipeline, step, message)
