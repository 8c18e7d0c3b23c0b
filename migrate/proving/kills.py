"""Where a proof kills: the moments, the places, and which of them are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    CONTINUED = "continued"
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
    Point.CONTINUED: "right after the run has continued as new, with this step done before",
    Point.SERVER: "inside the step, but it is the engine's server that is killed and started again",
}


# At one place of a run only.
_ONCE = (Point.CONTINUED, Point.SERVER)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: at `point` of the `visit`-th call of `activity` (for a wait, `activity` is its name).

    `case` names the kind of run.
    """

    point: Point
    activity: str
    visit: int = 1
    case: str = ""

    def __str__(self) -> str:
        nth = "" if self.visit == 1 else f" (call {self.visit})"
        kind = f" of a run {self.case!r}" if self.case else ""
        return f"{self.activity}{nth}{kind}, {self.point.says}"


def possible(clean: CleanRun, case: str, points: Collection[Point], step: str | None = None) -> tuple[Kill, ...]:
    """The kills that a clean run offers: at the first, the middle and the last call of each step and at each decision.

    `mid` needs a call that the services can hold, so a step that makes none has no such kill. With a step, or the name
    of a wait, only the kills there.
    """
    calls = clean.by_activity()
    found = [
        *(place for activity, made in calls.items() for place in _around(activity, made)),
        *_waits(clean.waits),
        *_continued(clean.made),
        *_server(calls),
    ]
    return tuple(replace(k, case=case) for k in found if k.point in points and step in (None, k.activity))


def _around(activity: str, made: Sequence[Made]) -> Iterator[Kill]:
    for visit in sorted({1, (len(made) + 1) // 2, len(made)}):
        for point in (Point.START, Point.MID, Point.END, Point.BOUNDARY):
            if point is not Point.MID or made[visit - 1].routes:
                yield Kill(point, activity, visit)


def _waits(decided: Sequence[str]) -> Iterator[Kill]:
    visits: Counter[str] = Counter()
    for wait in decided:
        visits[wait] += 1
        for point in (Point.WAITING, Point.DECIDED):
            yield Kill(point, wait, visits[wait])


def _continued(made: Sequence[Made]) -> Iterator[Kill]:
    """One for each kind of run, in its middle: then as much has been handed on as is still to be done."""
    if len(made) > 1:
        done = made[: (len(made) + 1) // 2]
        yield Kill(Point.CONTINUED, done[-1].activity, sum(m.activity == done[-1].activity for m in done))


def _server(calls: Mapping[str, Sequence[Made]]) -> Iterator[Kill]:
    """One for the whole proof, in the last step that a service can hold: then most of a run is there to be lost."""
    held = [activity for activity, made in calls.items() if made[0].routes]
    if held:
        yield Kill(Point.SERVER, held[-1])


def spread(kinds: Sequence[Sequence[Kill]]) -> tuple[Kill, ...]:
    """What is taken of several kinds of run: every moment of every step once, and every step of every kind once.

    A step that an earlier kind came by is killed at one moment only, at another one from step to step. Each kind is
    killed once when it has continued as new. The server is killed once in all.
    """
    taken: list[Kill] = []
    for kills in kinds:
        before = {k.activity for k in taken}
        steps = dict.fromkeys(k.activity for k in kills)
        for turn, step in enumerate(steps):
            mine = [k for k in kills if k.activity == step and k.point not in _ONCE]
            taken += [mine[turn % len(mine)]] if step in before and mine else mine
        taken += [k for k in kills if k.point is Point.CONTINUED]
    servers = [k for kills in kinds for k in kills if k.point is Point.SERVER]
    return (*taken, *servers[:1])


def chosen(offered: Sequence[Kill], kills: int | None) -> tuple[Kill, ...]:
    """As many as asked for: spread evenly over what is offered, or over and over again when more are asked for."""
    if kills is None:
        return tuple(offered)
    if not offered or kills <= 0:
        return ()
    if kills >= len(offered):
        return tuple(offered[n % len(offered)] for n in range(kills))
    return tuple(offered[n * len(offered) // kills] for n in range(kills))
