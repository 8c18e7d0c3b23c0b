"""In a fan-out, one failure loses what the others have done.

## What it does

Points at work that runs at once (gather, a thread pool, a task group) where the first error leaves the fan-out and
the finished results of the siblings are not kept.

## Why it matters

Ninety-nine documents are read and paid for, the hundredth fails, and the run starts again with all hundred.

## When it is fine

Where the siblings only read, cheaply, and the run makes no sense without all of them.

## What to do

Collect errors beside results and store each result as it comes. On a durable engine each sibling is an activity of its
own: the finished ones stay finished.

## What it cannot see

Results that a sibling stores under a name this code base does not show.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import calls, cell_of, last_name
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.flow import Flow, FlowType
from assess.model.kept import kept
from assess.model.step import Confidence, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.SPLIT, Need.ERROR_PATH)

BAD = """
import asyncio

from openai import AsyncOpenAI

client = AsyncOpenAI()


async def read(page: str) -> str:
    answer = await client.responses.create(model="gpt-4.1", input=page)
    return answer.output_text


async def read_all(pages: list[str]) -> list[str]:
    return await asyncio.gather(*(read(page) for page in pages))  # finding: lost-siblings
"""

GOOD = """
import asyncio
import sqlite3

from openai import AsyncOpenAI

client = AsyncOpenAI()


async def read(db: sqlite3.Connection, number: int, page: str) -> None:
    answer = await client.responses.create(model="gpt-4.1", input=page)
    text = answer.output_text
    db.execute("INSERT INTO pages VALUES (?, ?) ON CONFLICT (number) DO NOTHING", (number, text))
    db.commit()


async def read_all(db: sqlite3.Connection, pages: list[str]) -> None:
    await asyncio.gather(*(read(db, number, page) for number, page in enumerate(pages)))
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each parallel node whose paid or writing visits can lose each other."""
    if records(pipeline.durable_engine):
        return
    visits = pipeline.visits()
    started = {visit for detached in pipeline.observed.detached for visit in detached.visits}
    unlost = started | {one.visit for one in kept(pipeline)}
    for node in pipeline.flow.walk():
        inside = [v for v in node.visits() if v in visits] if node.type is FlowType.PARALLEL else []
        costly = [visits[v][0] for v in inside if visits[v][0].billed or visits[v][0].ai or visits[v][0].writes]
        if costly and not set(inside) & unlost and not _caught(pipeline, node, set(inside)):
            yield _found(pipeline, node, costly[0])


def _caught(pipeline: WovenPipeline, node: Flow, inside: set[str]) -> bool:
    """Whether errors stay with the sibling they belong to: a flag of the fan-out, or handlers around each visit."""
    guarded: set[str] = set()
    for handler in pipeline.observed.handlers:
        if handler.kind.value == "flag" and handler.file == node.file and node.line <= handler.line <= node.end_line:
            return True
        if not handler.raises and set(handler.guards) <= inside:
            guarded |= set(handler.guards)
    return inside <= guarded


def _found(pipeline: WovenPipeline, node: Flow, step: Step) -> Found:
    return Found(
        file=node.file,
        line=node.line,
        end_line=node.end_line,
        cell=cell_of(pipeline, node),
        symbol=step.function,
        target=step.target or last_name(step.call),
        message=f"One failure here may throw away what the siblings have done, such as {calls(step)}.",
        step=step.id,
    )
