"""An effect outside comes before the last step that can fail.

## What it does

Points at a message to a person or a partner, or a record in their system, without a key, that is sent while steps that
can fail are still to come in the same run.

## Why it matters

When a later step fails, the run is started again, and the message goes out a second time. What was announced may also
never come true: the mail says "done", and the record was never written.

## When it is fine

Where the message only says that work has begun.

## What to do

Do what cannot be taken back last, or give it a key that the target honours. On a durable engine a finished step is not
repeated, whatever fails later.

## What it cannot see

Whether the receiver recognises a repeat.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import REMOTE, Order, at_step, calls
from assess.model.engine import replays
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.IDEMPOTENCY_KEY, Need.SPLIT)

BAD = """
import smtplib

import requests


def close(order: str) -> None:
    with smtplib.SMTP("mail.example", timeout=10) as mail:
        mail.sendmail("shop@example.org", "customer@example.org", f"Order {order} is closed")  # finding: early-effect
    requests.put(f"https://crm.example/orders/{order}", json={"state": "closed"}, timeout=10)
"""

GOOD = """
import smtplib

import requests


def close(order: str) -> None:
    requests.put(f"https://crm.example/orders/{order}", json={"state": "closed"}, timeout=10)
    with smtplib.SMTP("mail.example", timeout=10) as mail:
        mail.sendmail("shop@example.org", "customer@example.org", f"Order {order} is closed")
"""

FINAL = frozenset({Kind.MESSAGE, Kind.SAAS})
"""What has reached a person or a partner cannot be taken back."""
FRAGILE = REMOTE | {Kind.DATABASE, Kind.VECTOR_STORE}
"""Kinds of steps that can fail on a good day."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each effect that stands before other steps that can fail."""
    if replays(pipeline.durable_engine):
        return
    order = Order(pipeline)
    for step in pipeline.steps:
        if step.kind not in FINAL or step.effect is not Effect.WRITE or step.idempotency_key is True:
            continue
        later = [s for s in pipeline.steps if _can_undo(step, s) and order.precedes(step, s)]
        if later:
            message = f"{calls(step)} stays done when {calls(later[-1])} after it fails; a run again does it twice."
            yield at_step(pipeline, step, message)


def _can_undo(step: Step, other: Step) -> bool:
    """Whether a failure of the other step makes a run again send this one twice: a twin of the same kind does not."""
    return other.kind in FRAGILE and other.id != step.id and other.target != step.target
