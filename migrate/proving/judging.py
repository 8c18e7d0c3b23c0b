"""One killed run against a clean one: what was repeated, what was done twice, what was lost.

A step that was in flight when the worker died may run again: that is how durable execution works. So each repeated
execution of an activity that had not been recorded as finished allows its calls once more; whatever was called beyond
that belongs to a finished step, and a finished step must never repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from migrate.proving.clean import CleanRun
from migrate.proving.counts import Call, StepCount, Tally, by_step, more, tally
from migrate.proving.history import History
from migrate.proving.kills import Kill
from migrate.proving.project import Activity, Project


class Outcome(StrEnum):
    """How a killed run ended."""

    COMPLETED = "completed"
    NEEDS_PERSON = "needs a person"
    FAILED = "failed"
    LOST = "lost"
    MISSED = "not killed"


@dataclass(frozen=True, slots=True)
class Sent:
    """A write that carries a key, in one run: how often it was sent, under how many keys, for how many writes."""

    step: str
    times: int
    keys: int
    writes: int


@dataclass(frozen=True, slots=True)
class Row:
    """What one kill did. All names are activities of the project.

    `recovered`: seconds from the kill to the next step recorded as finished; None where none was due. `restarted`:
    seconds until the new worker could take one.
    """

    kill: Kill
    run: str
    outcome: Outcome
    failure: str = ""
    finished_repeated: tuple[str, ...] = ()
    in_flight_repeated: tuple[str, ...] = ()
    model_calls_repeated: int = 0
    finished_model_calls_repeated: int = 0
    keyed_off: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    applied_twice: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()
    counted: tuple[StepCount, ...] = ()
    keys: tuple[Sent, ...] = ()
    recovered: float | None = None
    restarted: float | None = None

    @property
    def good(self) -> bool:
        """Whether the run kept the promise."""
        broken = self.finished_repeated or self.keyed_off or self.doubled or self.asked_again
        return not broken and self.outcome in (Outcome.COMPLETED, Outcome.NEEDS_PERSON)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one run after it ended: its history, the worker's diary, the services' counts."""

    history: History | None
    executions: Mapping[str, int]
    calls: tuple[Call, ...]
    killed_at: float | None = None
    ready_at: float | None = None

    @property
    def tally(self) -> Tally:
        """The calls counted."""
        return tally(self.calls)

    def bare(self, routes: Collection[str]) -> bool:
        """Whether a call of these routes changed something and carried no key."""
        return any(c.applied and not c.keyed and c.route in routes for c in self.calls)


def judge(project: Project, clean: CleanRun, kill: Kill, run: str, seen: Seen) -> Row:
    """Compare one killed run with the clean one."""
    history = seen.history or History("running", (), 0)
    extra = more(seen.tally.hits, clean.tally.hits)
    unexplained = more(extra, _allowed(clean, history, seen.executions))
    activities = {a.name: a for a in project.activities}
    effects = {
        route: number
        for route, number in more(seen.tally.effects, clean.tally.effects).items()
        if not _may_repeat(activities.get(clean.owner(route) or ""))
    }
    asked_again = _asked_again(clean, history, effects, activities)
    finished = _asked_twice(clean, history) | {clean.owner(route) or route for route in unexplained}
    return Row(
        kill=kill,
        run=run,
        outcome=_outcome(history, activities),
        failure=history.failure,
        finished_repeated=tuple(sorted(finished)),
        in_flight_repeated=_in_flight(history, seen.executions),
        model_calls_repeated=_billed(extra, clean, activities),
        finished_model_calls_repeated=_billed(unexplained, clean, activities),
        keyed_off=tuple(a.name for a in project.activities if a.keyed and _off(a, clean, history, seen)),
        doubled=tuple(sorted(_owners(effects, clean, activities, keyed=False))),
        applied_twice=tuple(sorted({clean.owner(route) or route for route in effects} - set(asked_again))),
        asked_again=asked_again,
        counted=by_step(seen.tally, clean.tally, clean.owner),
        keys=tuple(_sent(a, clean, seen.calls) for a in project.activities if a.keyed),
        recovered=_recovered(history, seen.killed_at),
        restarted=round(seen.ready_at - seen.killed_at, 2) if seen.killed_at and seen.ready_at else None,
    )


def _may_repeat(activity: Activity | None) -> bool:
    """Whether a repeat leaves the other side as it was, though the service counts it as a change: it sets a state."""
    return activity is not None and activity.effect == "idempotent_write"


def _sent(activity: Activity, clean: CleanRun, calls: Sequence[Call]) -> Sent:
    routes = [r for r in clean.routes_of(activity.name) if clean.tally.effects.get(r)]
    mine = [c for c in calls if c.route in routes]
    writes = sum(clean.tally.effects[r] for r in routes)
    return Sent(activity.name, len(mine), len({c.key for c in mine if c.key}), writes)


def _recovered(history: History, killed_at: float | None) -> float | None:
    """Only of a run that went through: one that stopped for a person had no next step."""
    if killed_at is None or history.status != "completed":
        return None
    later = [s.at - killed_at for s in history.scheduled if s.outcome == "completed" and s.at > killed_at]
    return round(min(later), 2) if later else None


def _allowed(clean: CleanRun, history: History, executions: Mapping[str, int]) -> dict[str, int]:
    allowed: Counter[str] = Counter()
    for scheduled in history.scheduled:
        again = min(executions.get(scheduled.activity_id, 1), scheduled.attempt) - 1
        for route, number in clean.routes_of(scheduled.activity).items():
            allowed[route] += max(again, 0) * number
    return dict(allowed)


def _in_flight(history: History, executions: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(s.activity for s in history.scheduled if executions.get(s.activity_id, 1) > 1)


def _asked_twice(clean: CleanRun, history: History) -> set[str]:
    """Activities that the workflow asked for more often than a clean run does."""
    expected = Counter(m.activity for m in clean.made)
    return set(more(Counter(s.activity for s in history.scheduled), expected))


def _billed(extra: Mapping[str, int], clean: CleanRun, activities: Mapping[str, Activity]) -> int:
    owners = {route: activities.get(clean.owner(route) or "") for route in extra}
    return sum(number for route, number in extra.items() if (owner := owners[route]) is not None and owner.billed)


def _owners(
    effects: Mapping[str, int], clean: CleanRun, activities: Mapping[str, Activity], *, keyed: bool
) -> set[str]:
    names = {clean.owner(route) or route for route in effects}
    return {name for name in names if (activities[name].keyed if name in activities else False) is keyed}


def _off(activity: Activity, clean: CleanRun, history: History, seen: Seen) -> bool:
    """Whether a write that should carry a key did not have its effect exactly once, or was sent without the key."""
    writes = [r for r in clean.routes_of(activity.name) if clean.tally.effects.get(r)]
    done = history.completed(activity.name) > 0
    for route in writes:
        wanted, got = clean.tally.effects[route], seen.tally.effects.get(route, 0)
        if got > wanted or (done and history.status == "completed" and got != wanted) or seen.bare({route}):
            return True
    return False


def _asked_again(
    clean: CleanRun, history: History, effects: Mapping[str, int], activities: Mapping[str, Activity]
) -> tuple[str, ...]:
    owners = {clean.owner(route) or route for route in effects}
    people = {name for name in owners if name in activities and activities[name].kind == "human"}
    waits = set(clean.waits) if history.updates > len(clean.waits) else set()
    return tuple(sorted(people | waits))


def _outcome(history: History, activities: Mapping[str, Activity]) -> Outcome:
    stopped = [s for s in history.scheduled if s.outcome in ("failed", "timed_out")]
    handed_over = [s for s in stopped if (a := activities.get(s.activity)) is not None and a.attempts == 1]
    if not history.closed:
        return Outcome.LOST
    if handed_over and len(handed_over) == len(stopped):
        return Outcome.NEEDS_PERSON
    return Outcome.COMPLETED if history.status == "completed" else Outcome.FAILED
