"""Calls as the outside world counted them, and what their numbers say when compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call that arrived at a service. `number` counts all calls; `applied`: it changed something there."""

    number: int
    route: str
    applied: bool
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each route was called, and how often a call changed something."""

    hits: Mapping[str, int]
    effects: Mapping[str, int]


def tally(calls: Iterable[Call]) -> Tally:
    """Count by route."""
    listed = list(calls)
    return Tally(Counter(c.route for c in listed), Counter(c.route for c in listed if c.applied))


def more(seen: Mapping[str, int], expected: Mapping[str, int]) -> dict[str, int]:
    """What was counted beyond what was expected, by route."""
    extra = {route: number - expected.get(route, 0) for route, number in sorted(seen.items())}
    return {route: number for route, number in extra.items() if number > 0}
