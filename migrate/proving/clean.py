"""A run with no kill, taken apart: which calls to the outside belong to which call of which activity.

The worker runs one activity at a time for this and notes how many calls the services had counted when it entered and
when it left, so no clock is needed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.proving.counts import Call, Tally, tally
from migrate.proving.history import Scheduled


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a worker's diary: an activity was entered, left, or ended with an error. `at` is the clock."""

    what: str
    activity: str
    activity_id: str
    workflow_id: str
    attempt: int
    calls: int = 0
    local: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Made:
    """One call of an activity, and the routes that it called, in order."""

    activity: str
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CleanRun:
    """What a run does when nobody kills it. `tally` has calls outside any activity too.

    `waits` were decided, in this order; `scheduled` is what the history shows of its activities.
    """

    made: tuple[Made, ...]
    tally: Tally
    waits: tuple[str, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()

    def by_activity(self) -> dict[str, tuple[Made, ...]]:
        """The calls of each activity, in the order of first calls."""
        names = dict.fromkeys(m.activity for m in self.made)
        return {name: tuple(m for m in self.made if m.activity == name) for name in names}

    def countable(self) -> frozenset[str]:
        """The activities that call something outside; of the others nobody can count anything."""
        return frozenset(m.activity for m in self.made if m.routes)

    def routes_of(self, activity: str) -> Mapping[str, int]:
        """The most that one call of this activity calls each route."""
        most: dict[str, int] = {}
        for made in self.made:
            if made.activity == activity:
                for route, number in Counter(made.routes).items():
                    most[route] = max(number, most.get(route, 0))
        return most

    def call_to_hold(self, activity: str, visit: int) -> tuple[str, int]:
        """Which call to hold back to stop inside this call of the activity: a route, and its how-manieth call.

        Of several calls it is the last one that changes something, because a kill there costs most.
        """
        before: Counter[str] = Counter()
        visits = 0
        for made in self.made:
            visits += made.activity == activity
            if made.activity == activity and visits == visit:
                changing = [n for n, route in enumerate(made.routes) if self.tally.effects.get(route)]
                at = changing[-1] if changing else 0
                before.update(made.routes[: at + 1])
                return made.routes[at], before[made.routes[at]]
            before.update(made.routes)
        raise LookupError(f"{activity} has no call {visit}")

    def decided_before(self, wait: str, visit: int) -> int:
        """How many decisions a run gets before it comes to this wait for the `visit`-th time."""
        places = [place for place, name in enumerate(self.waits) if name == wait]
        return places[visit - 1]

    def owner(self, route: str) -> str | None:
        """The activity that calls this route; None if it is called outside activities."""
        return next((m.activity for m in self.made if route in m.routes), None)


def read_diary(path: Path, workflow_id: str) -> tuple[Entry, ...]:
    """What the workers wrote of one workflow; a line cut off by a kill is left out."""
    entries = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue
        if entry.workflow_id == workflow_id:
            entries.append(entry)
    return tuple(entries)


def first_ready(path: Path, after: float) -> float | None:
    """When the first worker that started after this moment could take a step."""
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said.get("what") == "ready" and said["at"] > after:
            return float(said["at"])
    return None


def executions(diary: Iterable[Entry]) -> Counter[str]:
    """How often the body of each activity id was entered."""
    return Counter(e.activity_id for e in diary if e.what == "enter")


def take_apart(diary: Sequence[Entry], calls: Sequence[Call]) -> CleanRun:
    """Give each call to the activity that was running when it arrived.

    A local activity is part of a workflow task: it is not recorded by itself, so there is no moment to kill at.
    """
    made = []
    for place, entered in enumerate(diary):
        if entered.what != "enter" or entered.local:
            continue
        ended = (e for e in diary[place + 1 :] if e.what != "enter" and e.activity_id == entered.activity_id)
        left = next(ended, entered)
        routes = tuple(c.route for c in calls if entered.calls < c.number <= left.calls)
        made.append(Made(entered.activity, routes))
    return CleanRun(tuple(made), tally(calls))
