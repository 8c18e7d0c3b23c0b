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
from dataclasses import replace

from assess.checks.check import Found
from assess.checks.point import calls
from assess.checks.swallowed import Swallowed, swallowed
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import Handler, HandlerKind
from assess.model.source import TrailStop
from assess.model.step import Confidence, Kind
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


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each handler that swallows a step's error, or loses what a step gave."""
    for one in swallowed(pipeline):
        yield _found(one) if one.guarded else _lost_content(one.handler)


def _at(handler: Handler) -> Found:
    return Found(
        file=handler.file,
        line=handler.line,
        end_line=handler.end_line,
        cell=handler.cell,
        symbol=handler.function,
        target=handler.kind.value,
        message="",
    )


def _lost_content(handler: Handler) -> Found:
    what = handler.works[0]
    return replace(
        _at(handler),
        message=f"What a step gave is lost if `{what}` fails on it{_goes_on(handler, fallback=False)}",
        trail=(TrailStop(handler.file, handler.line, f"its error ends here: {what}"),),
        confidence=Confidence.MEDIUM,
        reason="the call stays in the process; what it works on came from a step",
    )


def _found(one: Swallowed) -> Found:
    handler, guarded = one.handler, one.guarded
    what = "any error" if one.broad else ", ".join(handler.catches[:3])
    how = {
        HandlerKind.EXCEPT: f"`except` swallows {what} of {calls(guarded[0])}",
        HandlerKind.SUPPRESS: f"`suppress` drops {what} of {calls(guarded[0])}",
        HandlerKind.FLAG: f"a flag hides errors of {calls(guarded[0])}",
    }[handler.kind]
    narrow = not one.broad or all(step.kind is Kind.FILE for step in guarded)
    return replace(
        _at(handler),
        message=f"{how[0].upper()}{how[1:]}{_goes_on(handler, fallback=one.fallback)}",
        step=guarded[0].id,
        trail=tuple(TrailStop(s.file, s.line, f"its error ends here: {s.call}") for s in guarded[:4]),
        severity=_severity(one, narrow=narrow),
        confidence=Confidence.LOW if one.fallback else Confidence.MEDIUM if narrow or _tells(one) else None,
        reason=_reason(one, narrow=narrow),
    )


def _tells(one: Swallowed) -> bool:
    """Whether the value that is left speaks of the error: somebody may read it."""
    return re.search(r"err|fail|exc|repr\(|str\(e", one.handler.leaves or "", re.IGNORECASE) is not None


def _severity(one: Swallowed, *, narrow: bool) -> Severity | None:
    if one.fallback or one.minor:
        return Severity.LOW
    return Severity.HIGH if one.worse and not narrow else None


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


def _reason(one: Swallowed, *, narrow: bool) -> str:
    if one.fallback:
        return "a fallback may be the right answer to this error"
    if one.minor:
        return "what failed is a message or an entry in a log, and no one waits for it"
    if _tells(one):
        return "the value that is left speaks of the error, and somebody may read it"
    if narrow:
        return "named errors, or those of a local file, may be expected ones"
    return "the swallowed step writes or asks a person" if one.worse else ""
