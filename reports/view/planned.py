"""A plan, read as plain values: what becomes of each step, every number with its reason, what a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.view.given import Given, Spec, Table, rows_of, tables_of
from reports.words import count, listed

_BEFORE: tuple[Spec, ...] = (
    (
        "questions",
        "A person has to decide",
        (("Question", "question"), ("Because", "because"), ("If it is left", "risk"), ("Place", "file:line")),
    ),
    (
        "ledger",
        "What becomes of each step of a run",
        (
            ("Call", "call"),
            ("Place", "file:line"),
            ("Becomes", "becomes"),
            ("Named", "where"),
            ("Outcome", "outcome"),
            ("Because", "because"),
            ("Risk that stays", "risk"),
        ),
    ),
)
_AFTER: tuple[Spec, ...] = (
    (
        "waits",
        "Waits that outlive the process",
        (
            ("Wait", "name"),
            ("Instead of", "replaces"),
            ("Deadline, hours", "deadline_hours.value"),
            ("Because", "deadline_hours.because"),
            ("After that the run is", "end_state"),
            ("Place", "file:line"),
        ),
    ),
    (
        "fan_outs",
        "Steps that run at once",
        (("Activity", "activity"), ("At most", "limit.value"), ("Because", "limit.because"), ("Place", "file:line")),
    ),
    (
        "in_line",
        "Pure code that the workflow runs itself",
        (("Function", "symbol"), ("Module", "module"), ("Place", "file:line")),
    ),
)
_ACTIVITY: Spec = (
    "activities",
    "Activities: numbers of one step",
    (
        ("Activity", "name"),
        ("Legacy code is", "how"),
        ("Place", "file:line"),
        ("Attempts", "retry.attempts.value"),
        ("First pause, s", "retry.initial.value"),
        ("Factor", "retry.factor.value"),
        ("Longest pause, s", "retry.maximum.value"),
        ("One attempt, s", "timeouts.start_to_close.value"),
        ("All attempts, s", "timeouts.schedule_to_close.value"),
        ("Heartbeat, s", "timeouts.heartbeat.value"),
        ("Key of a write", "key.how"),
        ("Because", "key.because"),
    ),
)
_GIVES: Spec = (
    "activities",
    "What each step gives to the run",
    (
        ("Activity", "name"),
        ("Type", "result.type"),
        ("About, bytes", "result.expected"),
        ("Pass a reference", "result.by_reference"),
        ("Because", "result.because"),
    ),
)
_NUMBERS = (
    ("attempts", "retry", "attempts"),
    ("first pause, s", "retry", "initial"),
    ("factor between pauses", "retry", "factor"),
    ("longest pause, s", "retry", "maximum"),
    ("one attempt, s", "timeouts", "start_to_close"),
    ("all attempts, s", "timeouts", "schedule_to_close"),
    ("heartbeat, s", "timeouts", "heartbeat"),
)
_OWN: Spec = (
    "own",
    "Retries that the code has itself",
    (
        ("Activity", "activity"),
        ("By", "by"),
        ("Attempts", "attempts"),
        ("Becomes", "fate"),
        ("Because", "because"),
        ("Place", "file:line"),
    ),
)
_LOST: Spec = ("lost", "Lost on this engine", (("What", "what"), ("Asked for by", "where"), ("Instead", "instead")))


def plan_view(plan: Mapping[str, Any]) -> Given:
    """The plan in words: how many steps move, then its parts."""
    activities = rows_of(plan.get("activities"))
    own = [{"activity": a.get("name"), **o} for a in activities for o in rows_of(a.get("own_retries"))]
    target = plan.get("target")
    lost = target if isinstance(target, Mapping) else {}
    tables = (
        *tables_of(plan, _BEFORE),
        *tables_of({"activities": [_plain(a) for a in activities]}, (_ACTIVITY, _GIVES)),
        *_reasons(activities),
        *tables_of({"own": own}, (_OWN,)),
        *tables_of(plan, _AFTER),
        *tables_of(lost, (_LOST,)),
    )
    return Given(_sentence(plan), (), tables)


def _plain(activity: Mapping[str, Any]) -> Mapping[str, Any]:
    """The activity with its words as people write them."""
    key = activity.get("key")
    how = str(key.get("how", "")).replace("_", " ") if isinstance(key, Mapping) else ""
    return {**activity, "key": {**key, "how": how}} if isinstance(key, Mapping) else activity


def _sentence(plan: Mapping[str, Any]) -> str:
    ledger = rows_of(plan.get("ledger"))
    if not ledger:
        return ""
    places = len({(str(a.get("file")), str(a.get("line")), str(a.get("call"))) for a in ledger})
    outcomes = [str(a.get("outcome")) for a in ledger]
    became = [f"{outcomes.count(name)} {name}" for name in dict.fromkeys(outcomes)]
    where = "" if places == len(ledger) else f" of a run, at {count(places, 'place')} in the code"
    named = plan.get("run_id")
    named = f" A run is named after {named}." if isinstance(named, str) else ""
    found = plan.get("found_by")
    if isinstance(found, list | tuple) and found:
        named += f" Runs are found by {listed(map(str, found))}."
    return f"{count(len(ledger), 'step')}{where}: {listed(became)}.{named}"


def _reasons(activities: list[Mapping[str, Any]]) -> list[Table]:
    """Every number with its reason, and the activities that it holds for."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for activity in activities:
        for label, part, name in _NUMBERS:
            group = activity.get(part)
            number = group.get(name) if isinstance(group, Mapping) else None
            if isinstance(number, Mapping) and isinstance(number.get("value"), int | float):
                key = label, f"{number['value']:g}", str(number.get("because", ""))
                found.setdefault(key, []).append(str(activity.get("name", "")))
    order = [label for label, _, _ in _NUMBERS]
    rows = sorted(found, key=lambda key: order.index(key[0]))
    cells = tuple((*key, _names(found[key], len(activities))) for key in rows)
    heads = ("Number", "Is", "Because", "For")
    return [Table("The numbers and their reasons", heads, cells)] if cells else []


def _names(names: list[str], of: int) -> str:
    return "every activity" if len(names) == of > 1 else listed(names)
