"""A point passes only on evidence, and one thing against it is enough to fail it."""

from __future__ import annotations

import pytest

from migrate.proving.points.checklist import POINTS
from migrate.proving.points.evidence import Evidence, Point, Verdict, judged

FOR = Evidence(holds=True, says="it was seen")
AGAINST = Evidence(holds=False, says="it was not")


@pytest.mark.parametrize(
    ("tested", "looked", "spared", "verdict", "says"),
    [
        ([], [], None, Verdict.FAIL, ("nothing shows it",)),
        ([FOR], [], None, Verdict.PASS, ("it was seen",)),
        ([], [FOR], None, Verdict.PASS, ("it was seen",)),
        ([FOR], [AGAINST], None, Verdict.FAIL, ("it was not",)),
        ([AGAINST], [FOR], "no step writes", Verdict.FAIL, ("it was not",)),
        ([], [], "no step writes", Verdict.SPARED, ("no step writes",)),
        ([FOR], [], "no step writes", Verdict.SPARED, ("no step writes", "it was seen")),
    ],
)
def test_a_verdict(
    tested: list[Evidence], looked: list[Evidence], spared: str | None, verdict: Verdict, says: tuple[str, ...]
) -> None:
    point: Point[None] = Point(1, "a thing", (lambda _: looked,), lambda _: spared)
    shown = judged(point, None, tested)
    assert (shown.verdict, shown.evidence) == (verdict, says)


def test_there_are_forty_in_order() -> None:
    assert [point.number for point in POINTS] == list(range(1, 41))
