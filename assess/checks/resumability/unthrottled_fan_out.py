"""A fan-out sends as many calls at once as there are items.

## What it does

Points at calls that run at once for each item of a collection, with nothing that limits how many: no semaphore, no
limiter, no pool.

## Why it matters

Ten items work. A thousand get 429 from the provider's rate limit, the retries of all of them come at once, and the run
fails with most of its calls paid for.

## When it is fine

A collection that is known to be small.

## What to do

Let a semaphore or a limiter admit a few at a time, and honour the provider's `Retry-After`. On a durable engine a task
queue's rate limit does both.

## What it cannot see

How many items come, and limits that a client or a gateway keeps by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import REMOTE, calls, cell_of
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.flow import Flow, FlowType
from assess.model.step import Confidence, RetryBy, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.2
NEEDS = (Need.RETRY, Need.SPLIT)

BAD = """
import asyncio

from openai import AsyncOpenAI

client = AsyncOpenAI(max_retries=0)


async def read(page: str) -> str:
    answer = await client.responses.create(model="gpt-4.1", input=page)
    return answer.output_text


async def read_all(pages: list[str]) -> list[str]:
    return await asyncio.gather(*(read(page) for page in pages))  # finding: unthrottled-fan-out
"""

GOOD = """
import asyncio

from openai import AsyncOpenAI

client = AsyncOpenAI(max_retries=0)
few = asyncio.Semaphore(4)


async def read(page: str) -> str:
    async with few:
        answer = await client.responses.create(model="gpt-4.1", input=page)
    return answer.output_text


async def read_all(pages: list[str]) -> list[str]:
    return await asyncio.gather(*(read(page) for page in pages))
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each fan-out over items with a remote call that nothing limits."""
    visits = pipeline.visits()
    free = set(pipeline.observed.unthrottled)
    for node in pipeline.flow.walk():
        inside = [v for v in node.visits() if v in free] if node.type is FlowType.PARALLEL else []
        steps = [visits[v][0] for v in inside if v in visits and visits[v][0].kind in REMOTE]
        if steps and not any(child.type is FlowType.PARALLEL for child in list(node.walk())[1:]):
            yield _found(pipeline, node, steps[0])


def _found(pipeline: WovenPipeline, node: Flow, step: Step) -> Found:
    again = step.retry.set or step.retry.by is RetryBy.SDK
    return Found(
        file=node.file,
        line=node.line,
        end_line=node.end_line,
        cell=cell_of(pipeline, node),
        symbol=step.function,
        target=step.target or step.call,
        message=f"All items call {calls(step)} at once; nothing limits how many.",
        step=step.id,
        severity=Severity.LOW if again else None,
        reason="some retries stand between a rate limit and a failed run" if again else "",
    )
