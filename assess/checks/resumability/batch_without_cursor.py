"""A batch keeps nothing of what it has done.

## What it does

Points at a loop over many items whose rounds pay for calls or write, when nothing in the loop is stored that a re-run
could skip.

## Why it matters

The batch dies at item 700 of 1,000. Started again it pays for the first 700 once more, and writes them twice where
writes have no key. Nobody can say which items are done.

## When it is fine

A handful of items that only cost a moment.

## What to do

Store a cursor, or a row for each item, as the last thing of a round, and skip what is there. On a durable engine each
item is an activity or a child workflow of its own.

## What it cannot see

A source that hands out each item once, and results that a library stores by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import calls, cell_of, last_name
from assess.model.engine import QUEUEING
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.flow import Flow, FlowType
from assess.model.kept import kept
from assess.model.step import Confidence, Kind, RetryBy, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.DURABLE_STATE, Need.SPLIT)

BAD = """
from openai import OpenAI

client = OpenAI()


def summarise(documents: list[str]) -> list[str]:
    texts = []
    for document in documents:  # finding: batch-without-cursor
        texts.append(client.responses.create(model="gpt-4.1", input=document).output_text)
    return texts
"""

GOOD = """
import sqlite3

from openai import OpenAI

client = OpenAI()


def summarise(db: sqlite3.Connection, documents: dict[str, str]) -> None:
    for name, document in documents.items():
        if db.execute("SELECT 1 FROM texts WHERE name = ?", (name,)).fetchone():
            continue
        text = client.responses.create(model="gpt-4.1", input=document).output_text
        db.execute("INSERT INTO texts VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, text))
        db.commit()
"""

NO_ITEMS = (
    " in (",
    " in [",
    "attempt",
    "choices",
    "chunk",
    "content",
    "delta",
    "event",
    "messages",
    "range(",
    "stream",
    "tool",
)
"""Words in what is gone through that tell of rounds of one piece of work, not of many pieces."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for the outermost loop over items that costs and keeps nothing."""
    if pipeline.durable_engine not in ("none", *QUEUEING):
        return
    visits = pipeline.visits()
    saved = {one.visit for one in kept(pipeline)}
    told: set[str] = set()
    for node in pipeline.flow.walk():
        inside = list(node.visits()) if node.type is FlowType.LOOP and _over_items(node) else []
        costly = [visits[v][0] for v in inside if v in visits and _costs(visits[v][0])]
        if costly and not saved & set(inside) and not told & set(inside):
            told |= set(inside)
            yield _found(pipeline, node, costly[0])


def _over_items(node: Flow) -> bool:
    label = (node.label or "").lower()
    return label.startswith("for ") and not any(word in label for word in NO_ITEMS)


def _costs(step: Step) -> bool:
    if step.kind in (Kind.FILE, Kind.OTHER, Kind.WAIT, Kind.SUBPROCESS) or step.retry.by is RetryBy.LOOP:
        return False
    return step.billed or step.ai or step.writes


def _found(pipeline: WovenPipeline, node: Flow, step: Step) -> Found:
    many = " ".join((node.bound or "many items").split())
    return Found(
        file=node.file,
        line=node.line,
        end_line=node.end_line,
        cell=cell_of(pipeline, node),
        symbol=step.function if step.file == node.file else pipeline.entry.symbol,
        target=f"loop {last_name(step.call)}",
        message=f"The loop over `{many[:40]}` calls {calls(step)} and stores nothing that a run again could skip.",
        step=step.id,
    )
