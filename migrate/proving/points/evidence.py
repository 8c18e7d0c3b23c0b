"""What is shown of one point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

G = TypeVar("G")


class Verdict(StrEnum):
    """What came of a point."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    SPARED = "not applicable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a point or against it."""

    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One point with its verdict, and what that rests on; `evidence` is never empty."""

    number: int
    title: str
    verdict: Verdict
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point(Generic[G]):
    """One point of the list. `looks` give evidence; `spared` says why there is nothing to show it on, else None."""

    number: int
    title: str
    looks: tuple[Callable[[G], Iterable[Evidence]], ...] = ()
    spared: Callable[[G], str | None] = lambda _: None


def judged(point: Point[G], ground: G, tested: Sequence[Evidence]) -> Shown:
    """One thing against it fails a point; without anything for it, it fails too, unless there is nothing to show.

    What was looked at comes before what the project's tests say.
    """
    found = [*(said for look in point.looks for said in look(ground)), *tested]
    against = tuple(e.says for e in found if not e.holds)
    speaks = tuple(e.says for e in found if e.holds)
    reason = point.spared(ground)
    if against:
        return Shown(point.number, point.title, Verdict.FAIL, against)
    if reason is not None:
        return Shown(point.number, point.title, Verdict.SPARED, (reason, *speaks))
    if speaks:
        return Shown(point.number, point.title, Verdict.PASS, speaks)
    return Shown(point.number, point.title, Verdict.FAIL, ("nothing shows it",))
