"""The crash table against what was counted."""

from __future__ import annotations

from collections.abc import Iterable

from assess.model.score import CrashCost, CrashEngine, CrashRow, When
from migrate.proving.prediction import Prediction
from migrate.proving.proof import Foretold, OriginalRow, Predicted
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
    found = judged(OriginalRow("save", "R", completed=True, repeated=("read", "save"), doubled=("save",))).predicted
    assert found == Predicted(
        Foretold(("read", "save"), (), ("read", "save")), Foretold(("save",), (), ("save",)), Foretold()
    )
    assert found.holds


def test_what_had_to_happen_and_did_not_is_wrong() -> None:
    found = judged(OriginalRow("save", "R", completed=True, repeated=("save",), doubled=("save",))).predicted
    assert found is not None
    assert found.repeated.missed == ("read",)
    assert not found.holds


def test_what_happened_and_was_not_said_is_wrong() -> None:
    counted = OriginalRow("save", "R", completed=True, repeated=("read", "save"), doubled=("save", "mail"))
    found = judged(counted).predicted
    assert found is not None
    assert found.doubled.unsaid == ("mail",)
    assert not found.holds


def test_what_only_one_of_the_two_rows_allows_is_wrong() -> None:
    said = (row(When.DURING, [], [], CrashCost(repeated=("v1",))), row(When.AFTER, [], [], CrashCost()))
    found = judged(OriginalRow("save", "R", completed=True, repeated=("read",)), said).predicted
    assert found is not None
    assert found.repeated.unsaid == ("read",)


def test_a_step_that_cannot_be_counted_is_not_compared() -> None:
    said = (row(When.AFTER, ["v1", "v2"], ["v2"]),)
    counted = OriginalRow("save", "R", completed=True, repeated=("save",), doubled=("save",))
    found = Prediction(PROJECT, said).judged(counted, COUNTABLE - {"read"}).predicted
    assert found == Predicted(Foretold(("save",), (), ("save",)), Foretold(("save",), (), ("save",)), Foretold())


def test_a_place_that_the_table_does_not_know_is_not_judged() -> None:
    assert judged(OriginalRow("board.status", "R", completed=True, repeated=("board.status",))).predicted is None
