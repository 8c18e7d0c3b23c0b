"""The shape of a rule. A rule says what a decorator, a base class or a call means; weaving acts on it."""

from __future__ import annotations

from dataclasses import dataclass

from assess.model.woven import TriggerKind


@dataclass(frozen=True, slots=True)
class Starts:
    """A decorator of package `root` whose last name is one of `names` marks a function that something starts."""

    root: str
    names: frozenset[str]
    trigger: TriggerKind
    framework: str
    engine: str | None = None
    """Who runs it, if it is more than a framework: the word of the contract's `durable_engine`."""


@dataclass(frozen=True, slots=True)
class Implements:
    """A class below a base class of package `root`: these methods (or every public one, if empty) are started by it."""

    root: str
    bases: frozenset[str]
    methods: frozenset[str]
    trigger: TriggerKind
    framework: str
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class Registers:
    """A call whose path ends in `verb` hands over a function to start later: the argument at this name or place."""

    root: str
    verb: str
    names: tuple[str, ...]
    position: int
    trigger: TriggerKind
    framework: str


@dataclass(frozen=True, slots=True)
class HandsOver:
    """A call of package `root` that ends in one of `verbs` gives work to an engine, which runs it from then on."""

    root: str
    verbs: frozenset[str]
    engine: str


@dataclass(frozen=True, slots=True)
class RunsGiven:
    """A call of package `root` ending in one of `verbs` runs the function at this place, with what comes after it."""

    root: str
    verbs: frozenset[str]
    position: int
    names: tuple[str, ...] = ()
    beside: bool = False
    """It goes on without waiting for it."""


def words(text: str) -> frozenset[str]:
    """A set of words, for short rules."""
    return frozenset(text.split())
