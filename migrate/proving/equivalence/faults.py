"""Which call is made to fail, and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from migrate.proving.control import Control
from migrate.proving.equivalence.outside import Outside, Volatile, telling


class Trouble(StrEnum):
    """How a call fails."""

    PASSING = "fails once"
    LASTING = "fails again and again"
    REFUSED = "is refused"

    @property
    def order(self) -> tuple[str, int | None]:
        """What the services are told to do, and for how many calls."""
        return {
            Trouble.PASSING: ("fail", 1),
            Trouble.LASTING: ("fail", None),
            Trouble.REFUSED: ("refuse", None),
        }[self]


@dataclass(frozen=True, slots=True)
class Fault:
    """The `nth` call of a route fails; it is known by values of its arguments, where these tell it from the others.

    `run` is the run in which it was seen; its id stands in `where` for that of any other. `way` are the routes that a
    run has called when it comes there.
    """

    route: str
    nth: int
    trouble: Trouble
    run: str
    way: tuple[str, ...]
    where: tuple[tuple[str, Any], ...] = ()

    def order(self, control: Control, run: str) -> None:
        """Tell the services."""
        do, times = self.trouble.order
        where = {k: v.replace(self.run, run) if isinstance(v, str) else v for k, v in self.where}
        if self.nth > 1 and not where:
            control.let_pass(None, self.route, self.nth - 1)
        control.fault(None, self.route, do, times, where)

    @property
    def passes(self) -> bool:
        """Whether another attempt would not meet it."""
        return self.trouble is Trouble.PASSING

    def __str__(self) -> str:
        nth = "" if self.nth == 1 else f", call {self.nth},"
        return f"{self.route}{nth} {self.trouble.value}"

    @property
    def place(self) -> tuple[object, ...]:
        """What it has in common with the same fault in another kind of run that comes there by the same way."""
        return (self.way, self.route, self.nth == 1, self.trouble)


def possible(calls: Sequence[Outside], left_out: Collection[str], run: str, volatile: Volatile) -> tuple[Fault, ...]:
    """The first and the last call of every route that the original calls, each failing in every way."""
    counted = [c for c in calls if c.route not in left_out]
    found: list[Fault] = []
    for route in dict.fromkeys(c.route for c in counted):
        made = [c for c in counted if c.route == route]
        for nth in sorted({1, len(made)}):
            call = made[nth - 1]
            way = tuple(dict.fromkeys(c.route for c in counted[: counted.index(call)]))
            where = telling(call, made, volatile)
            found += [Fault(route, nth, trouble, run, way, where) for trouble in Trouble]
    return tuple(found)
