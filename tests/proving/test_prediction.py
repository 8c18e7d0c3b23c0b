"""The crash table against what was counted."""

from __future__ import annotations

from collections.abc import Iterable

from assess.model.score import CrashCost, CrashEngine, CrashRow, When
from migrate.proving.prediction import Prediction
from migrate.proving.proof import OriginalRow, Predicted
from tests.proving.test_judging import PROJECT

COUNTABLE = frozenset({"read", "save", "mail", "ask"})


def row(when: When, repeated: Iterable[str], duplicated: Iterable[str], may: CrashCost = CrashCost()) -> CrashRow:  # noqa: B008 - frozen
    return CrashRow("v2", when, CrashEngine.NONE, tuple(repeated), tuple(duplicated), may=may)


SAID = (
    row(When.DURING, ["v1"], [], CrashCost(repeated=("v2",), duplicated=("v2",))),
    row(When.AFTER, ["v1", "v2"], ["v2"]),
)


def judged(counted: OriginalRow, said: tuple[CrashRow, ...] = SAID) -> OriginalRow:
    return Prediction(PROJECT, said).judged(counted, COUNTABLE)


def test_it_holds_where_the_counts_lie_between_must_and_may() -> None:
    found = judged(OriginalRow("save", "R", completed=True, repeated=("read", "save"), doubled=("save",)))
    assert found.predicted == Predicted(("read", "save"), ("save",), ())


def test_what_had_to_happen_and_did_not_is_off() -> None:
    found = judged(OriginalRow("save", "R", completed=True, repeated=("save",), doubled=("save",)))
    assert found.predicted is not None
    assert any("read was to be repeated" in off for off in found.predicted.off)


def test_what_happened_and_was_not_said_is_off() -> None:
    found = judged(
        OriginalRow("save", "R", completed=True, repeated=("read", "save", "mail"), doubled=("save", "mail"))
    )
    assert found.predicted is not None
    assert any("mail was doubled" in off for off in found.predicted.off)


def test_a_step_that_cannot_be_counted_is_not_compared() -> None:
    said = (row(When.AFTER, ["v1", "v2"], ["v2"]),)
    counted = OriginalRow("save", "R", completed=True, repeated=("save",), doubled=("save",))
    found = Prediction(PROJECT, said).judged(counted, COUNTABLE - {"read"}).predicted
    assert found == Predicted(("save",), ("save",), ())


def test_a_place_that_the_table_does_not_know_is_not_judged() -> None:
    assert judged(OriginalRow("board.status", "R", completed=True, repeated=("board.status",))).predicted is None
