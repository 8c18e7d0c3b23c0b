"""All rules, for look-up by decorator, base class and call."""

from __future__ import annotations

from collections.abc import Iterable

from assess.frameworks import engines, web, work
from assess.frameworks.rules import HandsOver, Implements, Registers, RunsGiven, Starts

STARTS: tuple[Starts, ...] = (*engines.STARTS, *web.STARTS, *work.STARTS)
IMPLEMENTS: tuple[Implements, ...] = web.IMPLEMENTS
REGISTERS: tuple[Registers, ...] = (*web.REGISTERS, *work.REGISTERS)
HANDS_OVER: tuple[HandsOver, ...] = work.HANDS_OVER


def starts(path: str) -> Starts | None:
    """The rule for a decorator with this dotted path."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    return next((rule for rule in STARTS if rule.root == root and last in rule.names), None)


def implements(base: str) -> Iterable[Implements]:
    """The rules for a class with this base."""
    root, last = base.partition(".")[0], base.rpartition(".")[2]
    return (rule for rule in IMPLEMENTS if rule.root == root and last in rule.bases)


def registers(path: str) -> Registers | None:
    """The rule for a call with this dotted path."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    return next((rule for rule in REGISTERS if rule.root == root and rule.verb == last), None)


def hands_over(path: str) -> HandsOver | None:
    """The rule for a call with this dotted path that an engine goes on from."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    return next((rule for rule in HANDS_OVER if rule.root == root and last in rule.verbs), None)


def runs_given(path: str) -> RunsGiven | None:
    """The rule for a call with this dotted path that runs a function that it is given."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    return next((rule for rule in engines.RUNS_GIVEN if rule.root == root and last in rule.verbs), None)
