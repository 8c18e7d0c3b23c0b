"""A call to another service has no time-out of its own.

## What it does

Points at a call over the network for which this code base sets no time-out, neither at the call nor at the client nor
around it. If the SDK has a default, the message names it.

## Why it matters

A service that accepts the connection and never answers holds the run for ever, or for the SDK's default, which is
often ten minutes and is tried several times. The run looks alive and does nothing.

## When it is fine

Where a limit stands around the whole run, and a run that is cut off is started again by something.

## What to do

Set a time-out at the client or the call: a little more than the slowest good answer. On a durable engine the activity
carries it.

## What it cannot see

Limits set outside the code: a proxy, a load balancer, the platform's own limit on a request.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import REMOTE, at_step, calls, last_name, root
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Kind, Step, TimeoutFrom
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.1
NEEDS = (Need.TIMEOUT,)

BAD = """
import requests


def price(item: str) -> dict:
    return requests.get(f"https://prices.example/{item}").json()  # finding: no-timeout
"""

GOOD = """
import requests


def price(item: str) -> dict:
    return requests.get(f"https://prices.example/{item}", timeout=10).json()
"""

WITHOUT = frozenset({"ftplib", "http", "imaplib", "poplib", "requests", "smtplib", "urllib"})
"""Packages whose calls wait for ever unless they are told otherwise."""
SHORT = 60.0
"""An SDK's own default up to this many seconds is a limit that a run survives."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each remote or local process call without a limit set by the code base."""
    for step in pipeline.steps:
        timeout = step.timeout
        if step.kind not in REMOTE | {Kind.SUBPROCESS} or timeout.set or timeout.source is TimeoutFrom.ENGINE:
            continue
        if timeout.source is TimeoutFrom.DEFAULT and timeout.seconds is not None:
            message = f"{calls(step)} sets no time-out; the SDK's default is {timeout.seconds:g} s{_of(step)}."
            low = timeout.seconds <= SHORT or records(pipeline.durable_engine)
            yield at_step(
                pipeline,
                step,
                message,
                severity=Severity.LOW if low else None,
                reason="the SDK's default is a limit that a run survives" if low else "",
            )
        elif step.kind is Kind.SUBPROCESS or root(step) in WITHOUT:
            yield at_step(
                pipeline, step, f"{calls(step)} sets no time-out, and there is no default; it may wait for ever."
            )
        elif last_name(step.call) != "retry":
            yield at_step(
                pipeline,
                step,
                f"{calls(step)} sets no time-out, and no default of its SDK is known{_of(step)}; it may wait for ever.",
                confidence=Confidence.MEDIUM,
                reason="the SDK may have a limit that is not known here",
            )


def _of(step: Step) -> str:
    """Whose default it is, and what tells the version."""
    return f" ({step.sdk})" if step.sdk is not None else ""
