from __future__ import annotations

from typing import Any

from migrate.proving.history import fold


def event(number: int, kind: str, **attributes: Any) -> dict[str, Any]:
    return {"eventId": str(number), "eventType": f"EVENT_TYPE_{kind}", "anyEventAttributes": attributes}


START = [event(1, "WORKFLOW_EXECUTION_STARTED"), event(2, "WORKFLOW_TASK_SCHEDULED"), event(3, "WORKFLOW_TASK_STARTED")]
ASKED = [
    *START,
    event(4, "WORKFLOW_TASK_COMPLETED"),
    event(5, "ACTIVITY_TASK_SCHEDULED", activityId="a-1", activityType={"name": "read"}),
]
READ = [
    *ASKED,
    event(6, "ACTIVITY_TASK_STARTED", scheduledEventId="5", attempt=2),
    event(7, "ACTIVITY_TASK_COMPLETED", scheduledEventId="5"),
]
WAITING = [
    *READ,
    event(8, "WORKFLOW_TASK_SCHEDULED"),
    event(9, "WORKFLOW_TASK_STARTED"),
    event(10, "WORKFLOW_TASK_COMPLETED"),
    event(11, "TIMER_STARTED"),
]


def test_attempts_and_outcomes_are_read() -> None:
    (step,) = fold(READ).scheduled
    assert (step.activity, step.activity_id, step.attempt, step.outcome) == ("read", "a-1", 2, "completed")
    assert fold(READ).completed("read") == 1
    assert fold(ASKED).scheduled[0].outcome == "open"


def test_a_run_is_idle_only_when_nothing_runs_and_its_code_has_nothing_to_do() -> None:
    assert not fold(START).idle
    assert not fold(ASKED).idle
    assert not fold(READ).idle, "the workflow does not know of the result yet"
    assert fold(WAITING).idle
    assert not fold([*WAITING, event(12, "TIMER_FIRED")]).idle


def test_a_closed_run_says_why_it_failed_down_to_the_cause() -> None:
    failure = {"message": "Activity task failed", "cause": {"message": "mail is down"}}
    history = fold([*WAITING, event(12, "WORKFLOW_EXECUTION_FAILED", failure=failure)])
    assert history.closed
    assert not history.idle
    assert history.failure == "Activity task failed: mail is down"


def test_accepted_updates_are_counted_unless_they_are_refused_after_all() -> None:
    accepted = [*WAITING, event(12, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")]
    done = {"success": {"payloads": []}}
    assert fold(accepted).updates == 1
    assert fold([*accepted, event(13, "WORKFLOW_EXECUTION_UPDATE_COMPLETED", outcome=done)]).updates == 1
    refused = {"failure": {"message": "the run does not wait for a decision yet"}}
    assert fold([*accepted, event(13, "WORKFLOW_EXECUTION_UPDATE_COMPLETED", outcome=refused)]).updates == 0


def test_a_run_that_has_just_continued_as_new_has_something_to_do() -> None:
    assert not fold([*WAITING, event(12, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")]).idle
