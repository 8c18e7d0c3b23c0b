"""Calls as the outside world counted them, and what their numbers say when compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call that arrived at a service. `number` counts all calls; `applied`: it changed something there.

    `key` is the idempotency key that it carried, empty if none.
    """

    number: int
    route: str
    applied: bool
    key: str = ""

    @property
    def keyed(self) -> bool:
        """Whether it carried a key."""
        return bool(self.key)


@dataclass(frozen=True, slots=True)
class StepCount:
    """Calls of one step that arrived, and changes that they made: in a run with no kill, and in this one."""

    step: str
    calls_once: int
    calls: int
    changes_once: int
    changes: int


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
    extra = {route: seen.get(route, 0) - expected.get(route, 0) for route in dict.fromkeys([*expected, *seen])}
    return {route: number for route, number in extra.items() if number > 0}


def by_step(seen: Tally, expected: Tally, owner: Callable[[str], str | None]) -> tuple[StepCount, ...]:
    """The counts of a killed run beside those of a clean one, by step; a route without a step stands for itself."""
    sums: dict[str, list[int]] = {}
    for route in dict.fromkeys([*expected.hits, *seen.hits]):
        line = sums.setdefault(owner(route) or route, [0, 0, 0, 0])
        for n, counts in enumerate((expected.hits, seen.hits, expected.effects, seen.effects)):
            line[n] += counts.get(route, 0)
    return tuple(StepCount(step, *line) for step, line in sums.items())
