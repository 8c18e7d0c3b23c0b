"""Which kills a clean run offers, which are taken, and which call is held for a kill inside a step."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from migrate.proving.clean import CleanRun, Entry, Made, executions, read_diary, take_apart
from migrate.proving.counts import Call, more, tally
from migrate.proving.kills import Kill, Point, chosen, possible, spread

CALLS = (
    Call(1, "model", applied=False),
    Call(2, "model", applied=False),
    Call(3, "policy", applied=False),
    Call(4, "crm", applied=True),
    Call(5, "audit", applied=False),
)
CLEAN = CleanRun(
    (Made("load", ()), Made("read", ("model",)), Made("read", ("model",)), Made("save", ("policy", "crm", "audit"))),
    tally(CALLS),
    ("approval", "approval"),
)


def test_every_step_is_killed_at_each_moment_that_it_has() -> None:
    found = possible(CLEAN, "", set(Point))
    assert Kill(Point.MID, "load") not in found, "it makes no call that a service could hold"
    around = {Point.START, Point.MID, Point.END, Point.BOUNDARY}
    assert {k.point for k in found if k.activity == "save"} == {*around, Point.SERVER}
    assert {k.point for k in found if k.activity == "read"} == {*around, Point.CONTINUED}
    assert [k.activity for k in found if k.point is Point.SERVER] == ["save"], "the last that a service can hold"
    assert {k.visit for k in found if k.activity == "read"} == {1, 2}
    assert [(k.visit, k.point) for k in found if k.activity == "approval"] == [
        (visit, point) for visit in (1, 2) for point in (Point.WAITING, Point.DECIDED)
    ]
    assert [(k.activity, k.visit) for k in found if k.point is Point.CONTINUED] == [("read", 1)], "in the middle"
    assert len(found) == len(set(found)) == 3 + 4 + 4 + 4 + 4 + 1 + 1


def test_of_many_calls_the_first_the_middle_and_the_last_are_taken() -> None:
    many = CleanRun(tuple(Made("read", ("model",)) for _ in range(9)), tally(()))
    assert {k.visit for k in possible(many, "", set(Point))} == {1, 5, 9}


def test_a_kill_knows_the_kind_of_run() -> None:
    offered = possible(CLEAN, "rejected", set(Point))
    assert {k.case for k in offered} == {"rejected"}
    assert "of a run 'rejected'" in str(offered[0])


def test_the_decisions_before_a_wait_are_counted_over_all_waits() -> None:
    run = CleanRun((), tally(()), ("board", "owner", "board"))
    assert [run.decided_before(*of) for of in (("board", 1), ("owner", 1), ("board", 2))] == [0, 1, 2]


def test_of_several_kinds_of_run_every_step_is_killed_and_every_moment_once() -> None:
    first, second = possible(CLEAN, "a", set(Point)), possible(CLEAN, "b", set(Point))
    new = replace(second[0], activity="refuse")
    taken = spread([first, (*second, new)])
    assert set(taken) >= set(first), "the first kind at every moment"
    assert [k.activity for k in taken if k.case == "b"] == ["load", "read", "save", "approval", "refuse", "read"]
    assert [k.case for k in taken if k.point is Point.CONTINUED] == ["a", "b"], "each kind once"
    assert len({k.point for k in taken if k.case == "b"}) > 1, "not always the same moment"
    assert [k.case for k in taken if k.point is Point.SERVER] == ["a"]


def test_points_and_step_narrow_the_choice() -> None:
    assert possible(CLEAN, "", {Point.END}, "save") == (Kill(Point.END, "save"),)
    assert possible(CLEAN, "", set(Point), "approval")[0].point is Point.WAITING


def test_fewer_kills_than_places_are_spread_and_more_go_round_again() -> None:
    offered = possible(CLEAN, "", set(Point))
    few = chosen(offered, 4)
    assert len(few) == 4
    assert len({k.activity for k in few}) == 3
    assert chosen(offered, None) == offered
    assert chosen(offered, len(offered) + 2) == (*offered, *offered[:2])
    assert chosen(offered, 0) == chosen((), 5) == ()


def test_the_call_that_changes_something_is_held() -> None:
    assert CLEAN.call_to_hold("save", 1) == ("crm", 1)
    assert CLEAN.call_to_hold("read", 2) == ("model", 2)


def test_calls_go_to_the_activity_that_ran_when_they_arrived() -> None:
    diary = [
        Entry("enter", "limits", "0", "w", 1, calls=0, local=True),
        Entry("leave", "limits", "0", "w", 1, calls=0, local=True),
        Entry("enter", "load", "1", "w", 1, calls=0),
        Entry("leave", "load", "1", "w", 1, calls=0),
        Entry("enter", "read", "2", "w", 1, calls=0),
        Entry("leave", "read", "2", "w", 1, calls=2),
        Entry("enter", "save", "3", "w", 1, calls=3),
        Entry("leave", "save", "3", "w", 1, calls=5),
    ]
    clean = take_apart(diary, CALLS)
    assert clean.made == (Made("load", ()), Made("read", ("model", "model")), Made("save", ("crm", "audit")))
    assert clean.owner("crm") == "save"
    assert clean.owner("policy") is None
    assert clean.routes_of("read") == {"model": 2}


def test_a_line_that_a_kill_cut_off_is_no_entry(tmp_path: Path) -> None:
    entry = {"what": "enter", "activity": "read", "activity_id": "2", "workflow_id": "w", "attempt": 1, "calls": 0}
    other = {**entry, "workflow_id": "x"}
    file = tmp_path / "diary"
    file.write_text(f'{json.dumps(entry)}\n{json.dumps(other)}\n{json.dumps(entry)}\n{{"what": "en')
    assert executions(read_diary(file, "w")) == {"2": 2}
    assert read_diary(tmp_path / "none", "w") == ()


def test_what_is_beyond_a_clean_run_in_its_order() -> None:
    assert list(more({"b": 2, "a": 3, "new": 1}, {"b": 1, "a": 1, "c": 1}).items()) == [("b", 1), ("a", 2), ("new", 1)]
