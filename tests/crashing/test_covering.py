"""A pipeline of very many steps keeps the rows that somebody reads, and its table stays as long as it is useful."""

from __future__ import annotations

import pytest

from assess.crashing import crash_table
from assess.crashing.covering import NAMES
from assess.model.score import CrashEngine, When
from assess.model.step import Kind
from assess.model.wire import to_json
from tests.checks.build import model, pipeline, seq, step, write


def test_up_to_three_hundred_visits_every_one_has_its_rows() -> None:
    names = [f"v{n}" for n in range(300)]
    assert list(dict.fromkeys(row.visit for row in crash_table(pipeline(seq(*names))))) == names


def test_of_more_people_and_writes_that_double_come_first() -> None:
    names = [f"v{n}" for n in range(1500)]
    special = [step("v40", Kind.HUMAN), write("v80"), write("v90", idempotency_key=True), model("v1400")]
    covered = list(dict.fromkeys(row.visit for row in crash_table(pipeline(seq(*names), *special))))
    assert [v for v in covered if v in ("v40", "v80", "v1400")] == ["v40", "v80", "v1400"]
    assert covered == sorted(covered, key=names.index)
    assert covered[-1] == "v1499", "the last step is worth a row: everything stands before it"
    assert len(covered) == NAMES // 1500


@pytest.mark.parametrize("visits", [301, 2000])
def test_no_table_names_more_than_a_full_one_of_three_hundred(visits: int) -> None:
    table = crash_table(pipeline(seq(*(f"v{n}" for n in range(visits)))))
    assert sum(len(to_json(row)["repeated"]) for row in table) <= 2 * NAMES
    assert table, "there are always some"


def test_rows_share_their_sets() -> None:
    table = crash_table(pipeline(seq("a", "b", "c")))
    today = {(row.visit, row.when): row for row in table if row.engine is CrashEngine.NONE}
    assert today["b", When.AFTER].repeated is today["b", When.DURING].repeated
