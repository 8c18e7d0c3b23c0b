"""Errors that end in a handler without anybody being told: several checks start from them.

It knows handlers, steps and words as values. Which of them is a finding, and how serious, the checks decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assess.model.kept import removes
from assess.model.observed import Handler
from assess.model.step import Effect, Kind, RetryBy, Step
from assess.model.woven import WovenPipeline

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


@dataclass(frozen=True, slots=True)
class Swallowed:
    """An error handler that hides errors.

    `guarded` are the steps whose errors end in it (none: only work in the process on what a step gave); `fallback`:
    another step takes the place of the failed one; `broad`: it catches every error; `left` is what the run goes on
    with; `worse`: what failed may have been a write that others rely on, or a question to a person.
    """

    handler: Handler
    guarded: tuple[Step, ...]
    fallback: bool
    broad: bool
    left: str
    worse: bool

    @property
    def minor(self) -> bool:
        """Whether only a courtesy failed: a message, a log entry."""
        return bool(self.guarded) and all(_courtesy(step) for step in self.guarded)


def swallowed(pipeline: WovenPipeline) -> Iterator[Swallowed]:
    """Each handler that swallows a step's error, or loses what a step gave."""
    visits = pipeline.visits()
    for handler in pipeline.observed.handlers:
        guarded = [visits[v][0] for v in handler.guards if v in visits]
        inside = [visits[v][0] for v in handler.runs if v in visits]
        acting = [step for step in inside if step.kind is not Kind.WAIT]
        if _reported(handler, guarded, acting):
            continue
        left = (handler.leaves or "pass").rpartition(" = ")[2].strip()
        broad = _broad(handler)
        if not guarded:
            if not (handler.works and broad and left in EMPTY) or acting:
                continue
        elif _only_local(guarded) or _tries_again(handler, guarded, waits=len(acting) < len(inside)):
            continue
        worse = any(_matters(step) for step in guarded if not step.ai)
        yield Swallowed(handler, tuple(guarded), bool(acting), broad, left, worse)


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


def _matters(step: Step) -> bool:
    """Whether the step changes something that others rely on: a courtesy message or a log entry is less."""
    return step.kind is Kind.HUMAN or (step.writes and not _courtesy(step))


def _courtesy(step: Step) -> bool:
    return step.kind is Kind.MESSAGE or COURTESY.search(step.function.rpartition(".")[2]) is not None


def _broad(handler: Handler) -> bool:
    return not handler.catches or any(
        name.rpartition(".")[2] in ("Exception", "BaseException") for name in handler.catches
    )
