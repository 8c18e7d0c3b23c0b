"""A workflow's history, read over the server's HTTP interface and folded into what a proof asks of it.

Only event types, activity names, ids and attempts are read: they are in clear even where payloads are encrypted.
"""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any

from migrate.proving.loopback import NoAnswerError, ask

_CLOSED = {
    "WORKFLOW_EXECUTION_COMPLETED": "completed",
    "WORKFLOW_EXECUTION_FAILED": "failed",
    "WORKFLOW_EXECUTION_TIMED_OUT": "timed_out",
    "WORKFLOW_EXECUTION_CANCELED": "canceled",
    "WORKFLOW_EXECUTION_TERMINATED": "terminated",
}
# After these the workflow's code has something to do.
_WAKES = {
    *("WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_FAILED", "WORKFLOW_TASK_TIMED_OUT"),
    *("ACTIVITY_TASK_COMPLETED", "ACTIVITY_TASK_FAILED", "ACTIVITY_TASK_TIMED_OUT", "TIMER_FIRED"),
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One activity that the workflow asked for: how it ended and at which attempt.

    `begun` and `ended` are the numbers of the events by which it was asked for and by which it came to its end; `at` is
    the server's clock then, in seconds. `unset` are the options that were not given; `heartbeat` and `pause` (the first
    between attempts) are seconds.
    """

    activity: str
    activity_id: str
    attempt: int = 1
    outcome: str = "open"
    begun: int = 0
    ended: int | None = None
    at: float = 0.0
    unset: tuple[str, ...] = ()
    heartbeat: float = 0.0
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class History:
    """What one workflow did so far. `status` is "running", or how it closed; `failure` says why it failed.

    `updates` are those that were accepted and not refused after all. `closing` are the attributes of the event that
    closed it, as the server tells them. If it has continued as new, `handed_on` of the activities that it asked for
    belong to earlier runs.
    """

    status: str
    scheduled: tuple[Scheduled, ...]
    updates: int
    failure: str = ""
    settled: bool = False
    closing: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    handed_on: int = 0

    @property
    def closed(self) -> bool:
        """Whether the workflow has ended."""
        return self.status != "running"

    def completed(self, activity: str) -> int:
        """How many calls of this activity are recorded as finished."""
        return sum(1 for s in self.scheduled if s.activity == activity and s.outcome == "completed")

    def carried(self, activity: str) -> int:
        """How many finished calls of this activity the newest run knows from those that it continues."""
        return replace(self, scheduled=self.scheduled[: self.handed_on]).completed(activity)

    @property
    def idle(self) -> bool:
        """Whether nothing runs and the workflow has nothing to do: it waits for a person or for a clock."""
        return self.settled and not self.closed and all(s.outcome != "open" for s in self.scheduled)


class Histories:
    """The histories of one namespace."""

    def __init__(self, http: str, namespace: str) -> None:
        self._base = f"{http}/api/v1/namespaces/{urllib.parse.quote(namespace)}/workflows"

    def of(self, workflow_id: str) -> History | None:
        """The history of the newest run with this id, together with the runs that it continues.

        None while the server does not know it or does not answer.
        """
        runs: list[list[Mapping[str, Any]]] = []
        run_id = ""
        while True:
            events = self._events(workflow_id, run_id)
            if events is None:
                return None
            runs.insert(0, events)
            run_id = str(_attributes(events[0]).get("continuedExecutionRunId") or "") if events else ""
            if not run_id:
                return reduce(_joined, [fold(run) for run in runs])

    def labels(self, workflow_id: str) -> str:
        """What anybody sees who may list runs: ids, memo, search attributes, summaries; payloads apart."""
        about = self._get(f"/{urllib.parse.quote(workflow_id, safe='')}") or {}
        notes = [event.get("userMetadata") for event in self._events(workflow_id, "") or []]
        return workflow_id + "".join(_decoded([about, notes]))

    def _events(self, workflow_id: str, run_id: str) -> list[Mapping[str, Any]] | None:
        events: list[Mapping[str, Any]] = []
        path = f"/{urllib.parse.quote(workflow_id, safe='')}/history"
        token = ""
        while True:
            page = self._get(path, nextPageToken=token, **({"execution.runId": run_id} if run_id else {}))
            if page is None:
                return None
            events += page.get("history", {}).get("events", [])
            token = page.get("nextPageToken") or ""
            if not token:
                return events

    def ids(self) -> set[str]:
        """The ids of all workflows of the namespace."""
        found: set[str] = set()
        token = ""
        while True:
            page = self._get("", nextPageToken=token) or {}
            found |= {str(e["execution"]["workflowId"]) for e in page.get("executions", [])}
            token = page.get("nextPageToken") or ""
            if not token:
                return found

    def _get(self, path: str, **query: str) -> Any:
        try:
            return ask(f"{self._base}{path}", query)
        except NoAnswerError:
            return None


def fold(events: list[Mapping[str, Any]]) -> History:
    """Events in order -> what happened."""
    scheduled: dict[str, Scheduled] = {}
    status, failure, updates, settled = "running", "", 0, False
    closing: Mapping[str, Any] = {}
    for event in events:
        kind = str(event.get("eventType", "")).removeprefix("EVENT_TYPE_")
        about = _attributes(event)
        settled = kind not in _WAKES and (settled or kind == "WORKFLOW_TASK_COMPLETED")
        if kind == "ACTIVITY_TASK_SCHEDULED":
            scheduled[str(event["eventId"])] = _asked_for(event, about)
        elif kind == "ACTIVITY_TASK_STARTED":
            key = str(about["scheduledEventId"])
            scheduled[key] = replace(scheduled[key], attempt=int(about.get("attempt", 1)))
        elif kind.startswith("ACTIVITY_TASK_") and kind != "ACTIVITY_TASK_CANCEL_REQUESTED":
            key = str(about["scheduledEventId"])
            outcome = kind.removeprefix("ACTIVITY_TASK_").lower()
            ended = int(event["eventId"])
            scheduled[key] = replace(scheduled[key], outcome=outcome, ended=ended, at=_clock(event))
        elif kind == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
            updates += 1
        elif kind == "WORKFLOW_EXECUTION_UPDATE_COMPLETED":
            updates -= "failure" in (about.get("outcome") or {})
        elif kind in _CLOSED:
            status = _CLOSED[kind]
            failure, closing = _innermost(about.get("failure")), about
    return History(status, tuple(scheduled.values()), updates, failure, settled, closing)


def _asked_for(event: Mapping[str, Any], about: Mapping[str, Any]) -> Scheduled:
    heartbeat = _seconds(about.get("heartbeatTimeout"))
    retry = about.get("retryPolicy") or {}
    activity_id = str(about["activityId"])
    given = {
        "start-to-close": _seconds(about.get("startToCloseTimeout")),
        "schedule-to-close": _seconds(about.get("scheduleToCloseTimeout")),
        "heartbeat": heartbeat,
        "retry policy": retry.get("maximumAttempts") or retry.get("nonRetryableErrorTypes"),
        "summary": (event.get("userMetadata") or {}).get("summary"),
        "id": not activity_id.isdecimal(),
    }
    return Scheduled(
        activity=str(about["activityType"]["name"]),
        activity_id=activity_id,
        begun=int(event["eventId"]),
        unset=tuple(name for name, value in given.items() if not value),
        heartbeat=heartbeat,
        pause=_seconds(retry.get("initialInterval")),
    )


def _seconds(said: Any) -> float:
    """A duration as JSON has it, "1.5s"; 0 for none."""
    return float(str(said or "0").removesuffix("s") or 0)


def _clock(event: Mapping[str, Any]) -> float:
    said = event.get("eventTime")
    return datetime.fromisoformat(str(said)).timestamp() if said else 0.0


def _joined(older: History, newer: History) -> History:
    """Two runs as one: what the second one did comes after what the first one did."""
    last = max((s.ended or s.begun for s in older.scheduled), default=0)
    later = (
        replace(s, begun=s.begun + last, ended=None if s.ended is None else s.ended + last) for s in newer.scheduled
    )
    scheduled, updates = (*older.scheduled, *later), older.updates + newer.updates
    return replace(newer, scheduled=scheduled, updates=updates, handed_on=len(older.scheduled))


def _decoded(value: Any) -> Iterator[str]:
    """Every text in it, and what payloads hold."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "data" and isinstance(item, str):
                yield base64.b64decode(item).decode(errors="replace") + "\n"
            else:
                yield from _decoded(item)
    elif isinstance(value, list):
        for item in value:
            yield from _decoded(item)
    elif isinstance(value, str):
        yield value + "\n"


def _attributes(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((v for k, v in event.items() if k.endswith("EventAttributes")), {})


def _innermost(failure: Any) -> str:
    said: list[str] = []
    while isinstance(failure, dict):
        if failure.get("message"):
            said.append(str(failure["message"]))
        failure = failure.get("cause")
    return ": ".join(said)
