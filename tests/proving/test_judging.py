"""The verdict on one killed run, from counts made up by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.proving.clean import CleanRun, Made
from migrate.proving.counts import Call, StepCount, tally
from migrate.proving.history import History, Scheduled
from migrate.proving.judging import Outcome, Row, Seen, judge
from migrate.proving.kills import Kill, Point
from migrate.proving.project import Activity, Entry, Project, Wait

READ = Activity("read", "a.read", "a.py:1", ("v1",), "model", "read", billed=True, keyed=False, attempts=3)
SAVE = Activity("save", "a.save", "a.py:2", ("v2",), "http", "write", billed=False, keyed=True, attempts=3)
MAIL = Activity("mail", "a.mail", "a.py:3", ("v3",), "http", "write", billed=False, keyed=False, attempts=1)
ASK = Activity("ask", "a.ask", "a.py:4", ("v4",), "human", "write", billed=False, keyed=False, attempts=3)
PROJECT = Project(
    folder=Path(),
    engine="temporal",
    name="a",
    package="a",
    pipeline="a",
    workflow="A",
    legacy_root=Path(),
    entry=Entry("a", "f"),
    business_key=None,
    activities=(READ, SAVE, MAIL, ASK),
    waits=(Wait("approval", "decide"),),
)
ONCE = (
    Call(1, "model", applied=False),
    Call(2, "board", applied=True),
    Call(3, "crm", applied=True, key="k"),
    Call(4, "smtp", applied=True),
)
MADE = (Made("read", ("model",)), Made("ask", ("board",)), Made("save", ("crm",)), Made("mail", ("smtp",)))
CLEAN = CleanRun(MADE, tally(ONCE), ("approval",))
DONE = tuple(Scheduled(m.activity, m.activity, 1, "completed") for m in MADE)
GOOD = Seen(History("completed", DONE, 1), {m.activity: 1 for m in MADE}, ONCE)


def verdict(seen: Seen) -> Row:
    return judge(PROJECT, CLEAN, Kill(Point.MID, "save"), "R-1", seen)


def again(seen: Seen, activity: str, *calls: Call) -> Seen:
    """The same run with this activity interrupted once, and these calls more."""
    assert seen.history is not None
    steps = tuple(replace(s, attempt=2) if s.activity == activity else s for s in seen.history.scheduled)
    return Seen(replace(seen.history, scheduled=steps), {**seen.executions, activity: 2}, (*ONCE, *calls))


def test_a_run_like_the_clean_one_is_good() -> None:
    row = verdict(GOOD)
    assert row.good
    assert row.outcome is Outcome.COMPLETED
    assert row.counted[0] == StepCount("read", 1, 1, 0, 0)


def test_an_interrupted_model_call_is_repeated_but_not_finished() -> None:
    row = verdict(again(GOOD, "read", Call(5, "model", applied=False)))
    assert row.good
    assert (row.in_flight_repeated, row.model_calls_repeated, row.finished_repeated) == (("read",), 1, ())


def test_a_model_call_that_no_interruption_explains_was_a_finished_step() -> None:
    row = verdict(again(GOOD, "save", Call(5, "model", applied=False)))
    assert row.finished_repeated == ("read",)
    assert row.finished_model_calls_repeated == 1
    assert not row.good


def test_a_step_that_the_workflow_asks_for_twice_was_finished() -> None:
    assert GOOD.history is not None
    twice = replace(GOOD.history, scheduled=(*DONE, Scheduled("read", "read-2", 1, "completed")))
    assert verdict(replace(GOOD, history=twice)).finished_repeated == ("read",)


def test_a_keyed_write_that_is_recognised_counts_once() -> None:
    row = verdict(again(GOOD, "save", Call(5, "crm", applied=False, key="k")))
    assert row.good
    assert row.keyed_off == ()


@pytest.mark.parametrize("applied", [0, 2])
def test_a_keyed_write_applied_twice_or_not_at_all_is_off(applied: int) -> None:
    others = [c for c in ONCE if c.route != "crm"]
    counted = (*others, *[Call(9, "crm", applied=True, key="k")] * applied)
    assert verdict(replace(GOOD, calls=counted)).keyed_off == ("save",)


def test_a_keyed_write_without_its_key_is_off_even_if_it_was_applied_once() -> None:
    bare = tuple(replace(call, key="") for call in ONCE)
    assert verdict(replace(GOOD, calls=bare)).keyed_off == ("save",)


def test_an_unkeyed_write_that_was_applied_twice_is_doubled() -> None:
    row = verdict(again(GOOD, "mail", Call(5, "smtp", applied=True)))
    assert row.doubled == ("mail",)
    assert not row.good


def test_a_question_put_to_a_person_twice_is_asked_again() -> None:
    assert verdict(again(GOOD, "ask", Call(5, "board", applied=True))).asked_again == ("ask",)


def test_a_decision_taken_twice_is_asked_again() -> None:
    assert GOOD.history is not None
    assert verdict(replace(GOOD, history=replace(GOOD.history, updates=2))).asked_again == ("approval",)


def ended(activity: str, outcome: str, status: str) -> Seen:
    steps = tuple(replace(s, outcome=outcome) if s.activity == activity else s for s in DONE)
    return replace(GOOD, history=History(status, steps, 1, "worker is gone"))


def test_a_step_that_may_be_tried_once_only_hands_the_run_to_a_person() -> None:
    row = verdict(ended("mail", "timed_out", "failed"))
    assert row.outcome is Outcome.NEEDS_PERSON
    assert row.good


def test_a_step_that_may_be_retried_must_not_fail_the_run() -> None:
    row = verdict(ended("read", "timed_out", "failed"))
    assert row.outcome is Outcome.FAILED
    assert not row.good


@pytest.mark.parametrize("history", [None, History("running", DONE, 1)])
def test_a_run_that_never_ends_is_lost(history: History | None) -> None:
    row = verdict(replace(GOOD, history=history))
    assert row.outcome is Outcome.LOST
    assert not row.good


def test_a_write_that_sets_a_state_may_be_made_again() -> None:
    setting = replace(MAIL, effect="idempotent_write", attempts=3)
    project = replace(PROJECT, activities=(READ, SAVE, setting, ASK))
    seen = again(GOOD, "mail", Call(5, "smtp", applied=True))
    row = judge(project, CLEAN, Kill(Point.MID, "mail"), "R-1", seen)
    assert row.good
    assert (row.in_flight_repeated, row.doubled, row.applied_twice) == (("mail",), (), ())
    assert verdict(seen).doubled == verdict(seen).applied_twice == ("mail",)
