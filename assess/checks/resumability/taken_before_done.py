"""Work is taken from its queue before it is done.

## What it does

Points at a message that is acknowledged, deleted or popped before the steps that work on it, and at tasks of Celery
that are acknowledged when they start (`acks_late` is off by default, celery 5.7).

## Why it matters

A worker that is killed in between has the only copy. The queue believes that the work is done, nobody gets it again,
and nothing shows what was lost.

## When it is fine

Work whose loss does no harm, and work that is registered elsewhere and found again by a clean-up job.

## What to do

Acknowledge after the last step: `acks_late=True` with `reject_on_worker_lost`, an explicit ack at the end, a move to a
"processing" list instead of a pop. Then make the steps safe to repeat, because the work will come twice now and then.

## What it cannot see

Settings of the broker, and a job that looks for lost work.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import Order, at_entry, at_step, calls, last_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.DURABLE_STATE,)

BAD = """
import redis
import requests

queue = redis.Redis()


def consume() -> None:
    while True:
        _, order = queue.blpop("orders")  # finding: taken-before-done
        requests.post("https://shop.example/orders", data=order, timeout=10)
"""

GOOD = """
import redis
import requests

queue = redis.Redis()


def consume() -> None:
    while True:
        order = queue.blmove("orders", "at work", 0)
        requests.post("https://shop.example/orders", data=order, timeout=10)
        queue.lrem("at work", 1, order)
"""

TAKES = frozenset({"blpop", "brpop", "bzpopmin", "bzpopmax", "lpop", "rpop"})
ACKS = frozenset({"ack", "acknowledge", "basic_ack", "complete_message", "delete_message"})


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each message that is gone before its work, and for a task that is acknowledged at its start."""
    order = Order(pipeline)
    for step in pipeline.steps:
        name = last_name(step.target or step.call)
        if name not in TAKES | ACKS or step.kind not in (Kind.QUEUE, Kind.DATABASE):
            continue
        work = [s for s in pipeline.steps if _works(s) and s.id != step.id and order.precedes(step, s)]
        if work:
            message = f"{calls(step)} takes the message before {calls(work[0])}; a kill in between loses it."
            yield at_step(pipeline, step, message)
    if pipeline.observed.acks_late is False and pipeline.chain:
        yield at_entry(
            pipeline,
            "Celery acknowledges this task when it starts (acks_late is off): a worker that is killed loses the run.",
            confidence=Confidence.HIGH,
        )


def _works(step: Step) -> bool:
    return step.kind is not Kind.WAIT and (step.billed or step.ai or step.effect is not Effect.READ)
