"""What one side did in one run: its calls, how it ended, and which call belongs to which execution of a step."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from migrate.proving.clean import Entry
from migrate.proving.equivalence.outside import Outside, Words
from migrate.proving.history import History, Scheduled


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: what it returned, or the class name and message of the error that it ended with.

    `kinds` are the full names of the error's class and its bases, where they are known.
    """

    result: Any = None
    error: str | None = None
    message: str = ""
    kinds: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.error is not None:
            return f"{self.error}: {self.message}"
        return "returned " + json.dumps(self.result, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of an activity, and the numbers between which its calls lie: after the first, up to the second."""

    activity: str
    activity_id: str
    attempt: int
    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Course:
    """One run of one side. `executions`, `asked_for` and `decided` are the workflow's: its steps, its decisions."""

    run: str
    calls: tuple[Outside, ...]
    ending: Ending
    executions: tuple[Execution, ...] = ()
    asked_for: Mapping[str, Scheduled] | None = None
    decided: tuple[str, ...] = ()

    def execution(self, call: Outside) -> Execution | None:
        """The execution of a step that made this call."""
        return next((e for e in self.executions if e.after < call.number <= e.upto), None)

    def before(self, one: Outside, other: Outside) -> bool:
        """Whether the second call could not be made before the first was answered."""
        mine, its = self.execution(one), self.execution(other)
        if mine is None or its is None:
            return one.before(other)
        if mine.activity_id == its.activity_id:
            return mine.attempt < its.attempt or one.before(other)
        asked = self.asked_for or {}
        first, second = asked.get(mine.activity_id), asked.get(its.activity_id)
        if first is None or second is None:
            return one.before(other)
        return first.ended is not None and first.ended < second.begun

    def settled(self) -> tuple[Outside, ...]:
        """The calls that count in the end: not refused, and of a step that was tried again only the last attempt's."""
        last: dict[str, int] = {}
        for execution in self.executions:
            last[execution.activity_id] = max(execution.attempt, last.get(execution.activity_id, 1))
        return tuple(c for c in self.calls if not c.refused and self._is_last(c, last))

    def _is_last(self, call: Outside, last: Mapping[str, int]) -> bool:
        execution = self.execution(call)
        return execution is None or execution.attempt == last[execution.activity_id]

    def repeated_writes(self) -> tuple[Outside, ...]:
        """Calls of earlier attempts that changed something."""
        kept = self.settled()
        return tuple(c for c in self.calls if c.applied and not c.refused and c not in kept)


def executions(diary: Sequence[Entry]) -> tuple[Execution, ...]:
    """The diary of a worker that ran one activity at a time -> its executions."""
    found = []
    for place, entered in enumerate(diary):
        if entered.what == "enter":
            later = (
                e for e in diary[place + 1 :] if (e.activity_id, e.attempt) == (entered.activity_id, entered.attempt)
            )
            left = next((e for e in later if e.what != "enter"), entered)
            found.append(Execution(entered.activity, entered.activity_id, entered.attempt, entered.calls, left.calls))
    return tuple(found)


def ending_of(told: Mapping[str, Any], words: Words) -> Ending:
    """What the script beside this file wrote of the original."""
    if "error" in told:
        error = told["error"]
        kinds = tuple(str(kind) for kind in error.get("kinds", ()))
        return Ending(None, str(error["type"]), words.shared(str(error["message"])), kinds)
    return Ending(words.shared(told.get("result")))


def ending_in(history: History, words: Words) -> Ending | None:
    """How a workflow ended by its history; None if its result cannot be read there, because it is encrypted."""
    if history.status != "completed":
        return _failed(history, words)
    results = history.closing.get("result") or [None]
    if not isinstance(results, list):
        results = results.get("payloads") or [None]
    result = _opened(results[0]) if _is_payload(results[0]) else results[0]
    return None if result is _CLOSED else Ending(words.shared(result))


_CLOSED = object()


def _is_payload(value: Any) -> bool:
    """The server shows JSON as it is, and everything else with the way in which it is written."""
    about = value.get("metadata") if isinstance(value, Mapping) and value.keys() <= {"metadata", "data"} else None
    return isinstance(about, Mapping) and "encoding" in about


def _opened(payload: Mapping[str, Any]) -> Any:
    """The value of a payload that the server did not show as JSON by itself."""
    kind = base64.b64decode((payload.get("metadata") or {}).get("encoding", "")).decode("ascii", "replace")
    if kind == "binary/null":
        return None
    return json.loads(base64.b64decode(payload.get("data", ""))) if kind.startswith("json/") else _CLOSED


def _failed(history: History, words: Words) -> Ending:
    failure = history.closing.get("failure") or {}
    innermost = failure
    while isinstance(failure, Mapping) and failure:
        innermost = failure
        told = failure.get("applicationFailureInfo")
        if told:
            message = str(failure.get("message", ""))
            return Ending(None, str(told.get("type") or "Exception"), words.shared(message))
        failure = failure.get("cause") or {}
    kind = next((k.removesuffix("FailureInfo") for k in innermost if k.endswith("FailureInfo")), history.status)
    return Ending(None, kind, words.shared(str(innermost.get("message", ""))))
