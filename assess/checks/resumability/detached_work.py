"""Work is started and nobody waits for it.

## What it does

Points at tasks, threads, background tasks and futures that are started and whose end nobody awaits, if steps run in
them.

## Why it matters

The caller is told that all is well. When the process ends, is deployed anew or crashes, the work is gone without a
trace; its errors are printed at best. A task that nobody keeps may even be collected while it runs.

## When it is fine

Work whose loss does no harm, such as warming a cache.

## What to do

Hand the work to something that keeps it: a queue, a job table, a workflow on a durable engine. Then answer with its id.

## What it cannot see

A shutdown hook elsewhere that waits for the work.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import calls, last_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 1.0
NEEDS = (Need.DURABLE_STATE, Need.STATUS)

BAD = """
import threading

import requests


def send(order: str) -> None:
    requests.post("https://shop.example/orders", json={"order": order}, timeout=10)


def accept(order: str) -> str:
    threading.Thread(target=send, args=(order,), daemon=True).start()  # finding: detached-work
    return "accepted"
"""

GOOD = """
import requests


def accept(order: str) -> str:
    requests.post("https://shop.example/orders", json={"order": order}, timeout=10)
    return "accepted"
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each start of detached work that has steps in it."""
    visits = pipeline.visits()
    for detached in pipeline.observed.detached:
        steps = [visits[v][0] for v in detached.visits if v in visits]
        if not steps:
            continue
        reads = not any(step.writes or step.billed or step.ai for step in steps)
        yield Found(
            file=detached.file,
            line=detached.line,
            end_line=detached.line,
            cell=detached.cell,
            symbol=detached.function,
            target=last_name(detached.how),
            message=f"`{detached.how}` starts {calls(steps[0])} and nobody waits for it; a restart loses it unseen.",
            severity=Severity.MEDIUM if reads else None,
            reason="the lost work only reads" if reads else "",
        )
