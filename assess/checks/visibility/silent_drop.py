"""An error is swallowed, and the run goes on or ends as if nothing had happened.

## What it does

Points at an `except`, a `suppress` or a flag that catches the error of a step and lets the run go on with an empty
value, the next item, or an answer that looks like any other. A log line or a print does not change that.

## Why it matters

The record is missing, the mail was not sent, the page is blank, and the run counts as done. Whoever finds out weeks
later has no list of what was dropped.

## When it is fine

Where the step is a courtesy that nobody relies on, and where "not there" is an answer that the next step expects.

## What to do

Let the error end the run, or record it where somebody looks: a failed status, a dead letter, a list of failed items in
the result that the caller must read.

## What it cannot see

A caller that tells the empty value from a real one, and an alarm on log lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.kept import removes
from assess.model.observed import Handler, HandlerKind
from assess.model.source import TrailStop
from assess.model.step import Confidence, Effect, Kind, RetryBy, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.ERROR_PATH,)

BAD = """
import logging

import requests

log = logging.getLogger(__name__)


def notify(order: str) -> bool:
    try:
        requests.post("https://mail.example/send", json={"order": order}, timeout=10).raise_for_status()
    except Exception as problem:  # finding: silent-drop
        log.warning("not sent: %s", problem)
        return False
    return True
"""

GOOD = """
import logging

import requests

log = logging.getLogger(__name__)


def notify(order: str) -> bool:
    try:
        requests.post("https://mail.example/send", json={"order": order}, timeout=10).raise_for_status()
    except requests.HTTPError as problem:
        log.warning("not sent: %s", problem)
        raise
    return True
"""

SIGNALS = frozenset(
    {
        "BrokenPipeError",
        "CancelledError",
        "EOFError",
        "Empty",
        "GeneratorExit",
        "KeyboardInterrupt",
        "StopAsyncIteration",
        "StopIteration",
        "SystemExit",
        "TimeoutError",
        "TimeoutExpired",
    }
)
"""Exceptions that carry a message, such as an end or a time-out, more often than a failure."""

SAYS_SO = ("HTTPException", "abort(", "status=4", "status=5", "status_code=4", "status_code=5")
"""What an answer holds that tells its caller of the failure."""

COURTESY = re.compile(r"audit|beacon|heartbeat|log|metric|notif|telemetry|track", re.IGNORECASE)
"""Names of functions whose loss is noticed by nobody who waits for the result."""

KEEPS = frozenset({Kind.DATABASE, Kind.QUEUE, Kind.OBJECT_STORE, Kind.MESSAGE, Kind.SAAS, Kind.HTTP})
"""Kinds of steps by which a handler records a failure."""


EMPTY = frozenset({"None", "''", '""', "[]", "{}", "()", "False", "0", "pass", "continue", "break"})
"""What a handler leaves when it leaves nothing."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each handler that swallows a step's error, or loses what a step gave."""
    visits = pipeline.visits()
    for handler in pipeline.observed.handlers:
        guarded = [visits[v][0] for v in handler.guards if v in visits]
        inside = [visits[v][0] for v in handler.runs if v in visits]
        acting = [step for step in inside if step.kind is not Kind.WAIT]
        if _reported(handler, guarded, acting):
            continue
        if not guarded:
            if handler.works and _broad(handler) and _left(handler) in EMPTY and not acting:
                yield _lost_content(handler)
        elif not _only_local(guarded) and not _tries_again(handler, guarded, waits=len(acting) < len(inside)):
            yield _found(handler, guarded, fallback=bool(acting))


def _only_local(guarded: list[Step]) -> bool:
    """Whether the error can only be that a file of this machine could not be read or tidied away."""
    return all(step.kind is Kind.FILE and (step.effect is Effect.READ or removes(step)) for step in guarded)


def _reported(handler: Handler, guarded: list[Step], inside: list[Step]) -> bool:
    """Whether the error goes on, ends the run, is recorded, is told to the caller, or was no failure."""
    if handler.raises or handler.stops:
        return True
    places = {step.id for step in guarded}
    recording = [step for step in inside if step.id not in places]
    if any(step.effect is not Effect.READ and step.kind in KEEPS for step in recording):
        return True
    if handler.records and not inside:
        return True
    names = [name.rpartition(".")[2] for name in handler.catches]
    if names and all(name in SIGNALS for name in names):
        return True
    left = (handler.leaves or "").replace(" ", "")
    return any(word in left for word in SAYS_SO)


def _tries_again(handler: Handler, guarded: list[Step], *, waits: bool) -> bool:
    """Whether the handler is the inside of a retry loop: it pauses, or goes to the next of so many rounds."""
    looped = all(step.retry.set and step.retry.by is RetryBy.LOOP for step in guarded)
    counted = any(step.retry.attempts is not None for step in guarded)
    gives_up = handler.leaves is not None and " = " not in handler.leaves and handler.leaves not in EMPTY
    return looped and not gives_up and (waits or (counted and handler.leaves == "continue"))


def _left(handler: Handler) -> str:
    """What the handler leaves, without the name that it is given to."""
    return (handler.leaves or "pass").rpartition(" = ")[2].strip()


def _lost_content(handler: Handler) -> Found:
    what = handler.works[0]
    return Found(
        file=handler.file,
        line=handler.line,
        end_line=handler.end_line,
        cell=handler.cell,
        symbol=handler.function,
        target=handler.kind.value,
        message=f"What a step gave is lost if `{what}` fails on it{_goes_on(handler, fallback=False)}",
        trail=(TrailStop(handler.file, handler.line, f"its error ends here: {what}"),),
        confidence=Confidence.MEDIUM,
        reason="the call stays in the process; what it works on came from a step",
    )


def _found(handler: Handler, guarded: list[Step], *, fallback: bool) -> Found:
    what = "any error" if _broad(handler) else ", ".join(handler.catches[:3])
    how = {
        HandlerKind.EXCEPT: f"`except` swallows {what} of {calls(guarded[0])}",
        HandlerKind.SUPPRESS: f"`suppress` drops {what} of {calls(guarded[0])}",
        HandlerKind.FLAG: f"a flag hides errors of {calls(guarded[0])}",
    }[handler.kind]
    narrow = not _broad(handler) or all(step.kind is Kind.FILE for step in guarded)
    worse = any(_matters(step) for step in guarded if not step.ai)
    return Found(
        file=handler.file,
        line=handler.line,
        end_line=handler.end_line,
        cell=handler.cell,
        symbol=handler.function,
        target=handler.kind.value,
        message=f"{how[0].upper()}{how[1:]}{_goes_on(handler, fallback=fallback)}",
        step=guarded[0].id,
        trail=tuple(TrailStop(s.file, s.line, f"its error ends here: {s.call}") for s in guarded[:4]),
        severity=Severity.LOW if fallback else Severity.HIGH if worse and not narrow else None,
        confidence=Confidence.LOW if fallback else Confidence.MEDIUM if narrow else None,
        reason=_reason(fallback=fallback, narrow=narrow, worse=worse),
    )


def _matters(step: Step) -> bool:
    """Whether the step changes something that others rely on: a courtesy message or a log entry is less."""
    courtesy = step.kind is Kind.MESSAGE or COURTESY.search(step.function.rpartition(".")[2]) is not None
    return step.kind is Kind.HUMAN or (step.writes and not courtesy)


def _broad(handler: Handler) -> bool:
    return not handler.catches or any(
        name.rpartition(".")[2] in ("Exception", "BaseException") for name in handler.catches
    )


def _goes_on(handler: Handler, *, fallback: bool) -> str:
    if fallback:
        return ", and another call takes its place."
    logged = " after a log line" if handler.logs else ""
    if handler.leaves in (None, "pass"):
        return f", and the run goes on{logged}."
    if handler.leaves in ("continue", "break"):
        return f", and the loop goes on without the item{logged}."
    left = " ".join((handler.leaves or "").split())
    return f", and the run goes on with `{left if len(left) <= 40 else left[:37] + '...'}`{logged}."


def _reason(*, fallback: bool, narrow: bool, worse: bool) -> str:
    if fallback:
        return "a fallback may be the right answer to this error"
    if narrow:
        return "named errors, or those of a local file, may be expected ones"
    return "the swallowed step writes or asks a person" if worse else ""
