"""What is there is deleted before its replacement exists.

## What it does

Points at a step that deletes from a store, when a later step of the same run writes to that store, and work that can
fail stands between them.

## Why it matters

A kill in between leaves neither the old nor the new. Readers find an empty table or index until somebody notices and
starts the run again.

## When it is fine

Where nobody reads while the run goes on, and a run again is certain to follow.

## What to do

Make the new first: write with fixed keys over the old, or build beside it and switch, and delete last.

## What it cannot see

Whether both steps touch the same rows, and a transaction that holds them together.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.kept import STORES, removes, takes_away
from assess.model.step import Confidence, Effect, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.SPLIT,)

BAD = """
from openai import OpenAI
from qdrant_client import QdrantClient

client = OpenAI()
store = QdrantClient("localhost")


def rebuild(texts: list[str]) -> None:
    store.delete_collection("pages")  # finding: delete-before-write
    answer = client.embeddings.create(model="text-embedding-3-small", input=texts)
    store.upsert("pages", points=[{"id": n, "vector": one.embedding} for n, one in enumerate(answer.data)])
"""

GOOD = """
from openai import OpenAI
from qdrant_client import QdrantClient

client = OpenAI()
store = QdrantClient("localhost")


def rebuild(texts: list[str]) -> None:
    answer = client.embeddings.create(model="text-embedding-3-small", input=texts)
    store.upsert("pages", points=[{"id": n, "vector": one.embedding} for n, one in enumerate(answer.data)])
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each delete that a later write to the same store makes good, with work between them."""
    order = [step for step, _ in pipeline.visits().values()]
    for step in pipeline.steps:
        if step.kind not in STORES or step.effect is Effect.READ or not removes(step):
            continue
        later = order[order.index(step) + 1 :]
        writes = [n for n, other in enumerate(later) if _replaces(step, other)]
        between = [other for other in later[: writes[0]] if not takes_away(other)] if writes else []
        if between:
            message = (
                f"{calls(step)} deletes before {calls(later[writes[0]])} writes; a kill in between leaves neither."
            )
            yield at_step(pipeline, step, message)


def _replaces(step: Step, other: Step) -> bool:
    same = (other.kind, other.provider) == (step.kind, step.provider)
    return same and other.effect in (Effect.WRITE, Effect.IDEMPOTENT_WRITE) and not takes_away(other)
