"""Where a proof kills: the moments, the places, and which of them are taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from migrate.proving.clean import CleanRun, Made


class Point(StrEnum):
    """A moment of a run at which the worker is killed."""

    START = "start"
    MID = "mid"
    END = "end"
    BOUNDARY = "boundary"
    WAITING = "waiting"
    DECIDED = "decided"
    SERVER = "server"

    @property
    def says(self) -> str:
        """The moment in words."""
        return _SAYS[self]


_SAYS = {
    Point.START: "before the step runs",
    Point.MID: "inside the step, its call has taken effect",
    Point.END: "the step is done, its result not yet reported",
    Point.BOUNDARY: "right after the step was recorded as finished",
    Point.WAITING: "while the run waits for a person",
    Point.DECIDED: "right after the person has decided",
    Point.SERVER: "inside the step, but it is the engine's server that is killed and started again",
}


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: at `point` of the `visit`-th call of `activity` (for a wait, `activity` is its name)."""

    point: Point
    activity: str
    visit: int = 1

    def __str__(self) -> str:
        nth = "" if self.visit == 1 else f" (call {self.visit})"
        return f"{self.activity}{nth}, {self.point.says}"


def possible(
    clean: CleanRun, waits: Sequence[str], points: Collection[Point], step: str | None = None
) -> tuple[Kill, ...]:
    """The kills that a clean run offers: at the first call of each step, at the waits, at each last call.

    `mid` needs a call that the services can hold, so a step that makes none has no such kill. With a step, or the name
    of a wait, only the kills there.
    """
    calls = clean.by_activity()
    first = [(activity, 1, made[0]) for activity, made in calls.items()]
    last = [(activity, len(made), made[-1]) for activity, made in calls.items() if len(made) > 1]
    found = [
        *_around(first),
        *(Kill(point, wait) for wait in waits for point in (Point.WAITING, Point.DECIDED)),
        *_around(last),
        *_server(calls),
    ]
    return tuple(k for k in found if k.point in points and step in (None, k.activity))


def _around(places: Sequence[tuple[str, int, Made]]) -> Iterator[Kill]:
    for activity, visit, made in places:
        for point in (Point.START, Point.MID, Point.END, Point.BOUNDARY):
            if point is not Point.MID or made.routes:
                yield Kill(point, activity, visit)


def _server(calls: Mapping[str, Sequence[Made]]) -> Iterator[Kill]:
    """One for the whole proof, in the last step that a service can hold: then most of a run is there to be lost."""
    held = [activity for activity, made in calls.items() if made[0].routes]
    if held:
        yield Kill(Point.SERVER, held[-1])


def chosen(offered: Sequence[Kill], kills: int | None) -> tuple[Kill, ...]:
    """As many as asked for: spread evenly over what is offered, or over and over again when more are asked for."""
    if kills is None:
        return tuple(offered)
    if not offered or kills <= 0:
        return ()
    if kills >= len(offered):
        return tuple(offered[n % len(offered)] for n in range(kills))
    return tuple(offered[n * len(offered) // kills] for n in range(kills))
