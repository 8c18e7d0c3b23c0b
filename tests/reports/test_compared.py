"""The comparison with the original, as the report shows it."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.proving.kills import Point
from reports.view.proved import proof_view

SAME = {"case": "approved", "fault": "crm.record fails once", "step": "save", "against": "no fault", "differences": []}
APART = {
    "case": "approved",
    "fault": "",
    "step": "",
    "against": "no fault",
    "differences": [
        {"what": "another argument", "route": "mail.send", "step": "notify", "place": "mail.py:8", "original": "Yes"}
    ],
}


def shown(*rows: dict[str, Any]) -> tuple[str, dict[str, tuple[tuple[str, ...], ...]]]:
    given = proof_view({"equivalence": {"rows": list(rows)}}).given
    return given.sentence, {table.title: table.rows for table in given.tables}


def test_every_run_is_listed_and_what_differs_comes_first() -> None:
    sentence, tables = shown(SAME, APART)
    assert "2 runs of the workflow compared with the original's: 1 the same." in sentence
    first, second = tables.items()
    assert first[0] == "Where the workflow does something else than the original"
    assert "mail.py:8" in first[1][0]
    assert "another argument" in first[1][0]
    assert "same as with no fault, after another attempt" in second[1][0]
    assert "different" in second[1][1]


def test_where_all_is_the_same_nothing_differs_and_nothing_is_shown_of_nothing() -> None:
    _, tables = shown(SAME)
    assert list(tables) == ["The original and the workflow on the same outside world, run by run"]
    assert proof_view({"equivalence": None}).given.tables == ()
    assert proof_view({"equivalence": {"rows": "x"}}).given.sentence == ""


@pytest.mark.parametrize("moment", [point.value for point in Point])
def test_every_moment_at_which_a_proof_kills_has_its_column(moment: str) -> None:
    row = {"kill": {"activity": "send", "point": moment, "visit": 1}, "outcome": "completed", "in_flight_repeated": []}
    kills = proof_view({"rows": [row]}).kills
    assert kills is not None
    assert [(name, [c.words for c in cells]) for name, cells in kills.steps] == [("send", ["went on"])]
