"""One owner of retries: every layer in the code that tries a step again, and what becomes of it beside the engine's.

A layer is a decorator, a loop or an SDK's own. The engine takes over the policy of one of them; what could be left
beside it is switched off by the worker where that can be done from outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assess.model.source import Place
from assess.model.step import Retry, RetryBy, Step
from migrate.plan import Fate, OwnRetry

SWITCHED_OFF = frozenset({RetryBy.TENACITY, RetryBy.STAMINA, RetryBy.BACKOFF})
"""Libraries whose decorators the worker can stop from outside."""
CLIENTS = frozenset({"openai", "anthropic", "groq", "together", "cerebras", "requests", "boto3", "botocore"})
"""Packages whose clients the worker can stop from outside."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer around a step."""

    retry: Retry
    fate: Fate
    package: str
    step: Step

    @property
    def by(self) -> str:
        """Who tries again, in words."""
        if self.retry.by is RetryBy.SDK:
            return self.package or "the SDK"
        return {RetryBy.LOOP: "a loop", RetryBy.OTHER: "a decorator"}.get(self.retry.by, self.retry.by.value)

    @property
    def words(self) -> str:
        """Who tries again, and where that is written if it has a place of its own."""
        return self.by if self.retry.at is None else f"{self.by}, {self.retry.at}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an activity's code stands, and the code that is the workflow's own now: file, first and last line."""

    unit: tuple[str, int, int]
    workflow: tuple[tuple[str, int, int], ...] = ()

    def outside(self, at: Place | None) -> bool:
        """Whether this place is the workflow's now."""
        if at is None or _within(at, self.unit):
            return False
        return any(_within(at, span) for span in self.workflow)


def _within(at: Place, span: tuple[str, int, int]) -> bool:
    file, first, last = span
    return at.file == file and first <= at.line <= last


def layers_of(steps: Iterable[Step], around: Surroundings) -> tuple[Layer, ...]:
    """The layers around these steps, each once, with those whose policy is worth taking over first."""
    found: dict[tuple[object, ...], Layer] = {}
    for step in steps:
        package = (step.target or "").partition(".")[0]
        for retry in (*step.retry.layers, *_default(step.retry)):
            layer = Layer(retry, _fate(retry, package, around), package, step)
            found.setdefault((retry.by, retry.at, package if retry.by is RetryBy.SDK else ""), layer)
    return tuple(sorted(found.values(), key=_rank))


def _default(retry: Retry) -> Sequence[Retry]:
    """What an SDK tries again although the code does not say so: what its own layers do not make up."""
    known = math.prod(layer.attempts or 0 for layer in retry.layers)
    left = retry.stacked // known if retry.stacked and known else 1
    return [Retry(attempts=left, by=RetryBy.SDK)] if left > 1 else []


def _fate(retry: Retry, package: str, around: Surroundings) -> Fate:
    if around.outside(retry.at):
        return Fate.WORKFLOW if retry.by is RetryBy.LOOP else Fate.GONE
    switched = retry.by in SWITCHED_OFF or (retry.by is RetryBy.SDK and package in CLIENTS)
    return Fate.OFF if switched else Fate.STAYS


def _rank(layer: Layer) -> int:
    """A decorator says what its author meant for this very step; a client's setting holds for all of its calls."""
    if layer.retry.by is RetryBy.LOOP:
        return 3
    return (0 if layer.fate is not Fate.STAYS else 1) + (1 if layer.retry.by is RetryBy.SDK else 0)


def taken_over(layers: Sequence[Layer]) -> Layer | None:
    """The layer whose policy the engine takes over; what stays or is a default keeps its own."""
    return next((x for x in layers if x.retry.set and x.fate in (Fate.OFF, Fate.GONE)), None)


def told(layers: Sequence[Layer]) -> tuple[OwnRetry, ...]:
    """The layers in the plan's words."""
    owner = taken_over(layers)
    return tuple(
        OwnRetry(x.by, *_place(x), x.retry.attempts, x.retry.set, x.fate, _because(x, is_owner=x is owner))
        for x in layers
    )


def _place(layer: Layer) -> tuple[str, int]:
    at = layer.retry.at
    return (at.file, at.line) if at is not None else (layer.step.file, layer.step.line)


def _because(layer: Layer, *, is_owner: bool) -> str:
    taken = ", and the engine takes its policy over" if is_owner else ", so that one owner retries"
    return {
        Fate.OFF: f"the worker switches it off when it starts{taken}",
        Fate.GONE: f"it stood around several steps; each is tried again by itself now{taken if is_owner else ''}",
        Fate.WORKFLOW: "it is the workflow's own control flow now: the errors that it catches go to it at once",
        Fate.STAYS: "it cannot be switched off from outside: it tries again inside each attempt of the engine",
    }[layer.fate]
