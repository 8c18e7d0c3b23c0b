"""Success is stored whatever happened before.

## What it does

Points at a write that stores "ok", "done" or the like, when the error of an earlier step is swallowed on the way to it
and no failure is stored for that.

## Why it matters

The record says that the run went well, and it did not. Whoever counts failures by this record counts none, and the
alarm that rests on it never rings.

## When it is fine

Where the swallowed step is a courtesy that success does not depend on.

## What to do

Store what really happened: "failed" or "partly done", with the number and the kind of errors.

## What it cannot see

A number of errors that is stored beside the state and read by somebody.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_write, calls
from assess.checks.swallowed import Swallowed, swallowed
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import StatusWrite
from assess.model.source import TrailStop
from assess.model.step import Confidence, Kind
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.STATUS, Need.ERROR_PATH)

BAD = """
import sqlite3

import requests


def pull(db: sqlite3.Connection, addresses: list[str]) -> None:
    for address in addresses:
        try:
            requests.post("https://index.example/pages", json={"address": address}, timeout=10)
        except Exception as problem:
            print(problem)
    db.execute("UPDATE runs SET status = 'ok' WHERE name = 'pull'")  # finding: always-success
"""

GOOD = """
import sqlite3

import requests


def pull(db: sqlite3.Connection, addresses: list[str]) -> None:
    failed = 0
    for address in addresses:
        try:
            requests.post("https://index.example/pages", json={"address": address}, timeout=10)
        except Exception as problem:
            failed += 1
            db.execute("UPDATE pages SET status = 'failed', why = ? WHERE address = ?", (str(problem), address))
    db.execute("UPDATE runs SET status = 'done', failed = ? WHERE name = 'pull'", (failed,))
"""

SUCCESS = frozenset({"complete", "completed", "done", "finished", "ok", "processed", "succeeded", "success"})


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each write of a success that an earlier swallowed error leads to."""
    visits = pipeline.visits()
    order = {visit: n for n, visit in enumerate(visits)}
    hidden = [s for s in swallowed(pipeline) if s.guarded and not s.fallback and not s.minor and _counts(s)]
    for write in pipeline.observed.status_writes:
        if not set(write.words) <= SUCCESS or not write.words or write.on_failure or write.visit not in order:
            continue
        before = [
            s
            for s in hidden
            if write.visit not in s.handler.guards
            and all(order.get(v, len(order)) < order[write.visit] for v in s.handler.guards)
        ]
        if before:
            yield _found(pipeline, write, before[0])


def _counts(one: Swallowed) -> bool:
    """Whether what failed is part of the work: a look into a queue or a table for somebody's page is not."""
    return one.worse or any(step.kind not in (Kind.DATABASE, Kind.QUEUE) for step in one.guarded)


def _found(pipeline: WovenPipeline, write: StatusWrite, hidden: Swallowed) -> Found:
    word, failed = write.words[0], hidden.guarded[0]
    message = f'"{word}" is stored here also when {calls(failed)} has failed: its error is swallowed before.'
    ends = TrailStop(hidden.handler.file, hidden.handler.line, f"the error of {failed.call} ends here")
    return at_write(pipeline, write, message, (ends, TrailStop(write.file, write.line, f"{word} is stored")))
