"""What the kill matrix shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.proving.judging import Outcome
from migrate.proving.kills import Point as Moment
from migrate.proving.points.evidence import Evidence
from migrate.proving.points.ground import Ground

_AROUND = (Moment.START, Moment.MID, Moment.END, Moment.BOUNDARY)
_SLACK = 10.0  # seconds for a worker to start again


def no_finished_step_repeats(ground: Ground) -> Iterator[Evidence]:
    """Point 17: every step was killed at each moment that it has, no run was lost, no finished step ran again."""
    if not ground.rows:
        yield Evidence(holds=False, says="no kill was made")
        return
    for row in ground.rows:
        if row.finished_repeated or row.outcome not in (Outcome.COMPLETED, Outcome.NEEDS_PERSON):
            yield Evidence(holds=False, says=f"killed at {row.kill}: {row.outcome.value} {row.failure[:120]}".rstrip())
    missing = list(_not_killed(ground))
    if missing:
        yield Evidence(holds=False, says=f"never killed at {', '.join(missing[:5])}")
    else:
        steps = {r.kill.activity for r in ground.rows}
        yield Evidence(
            holds=True, says=f"{len(ground.rows)} kills at {len(steps)} steps: 0 finished steps repeated, 0 runs lost"
        )


def _not_killed(ground: Ground) -> Iterator[str]:
    done = {(r.kill.activity, r.kill.point) for r in ground.rows}
    for activity in ground.project.activities:
        if activity.local:
            continue
        calls = any(c.routes_of(activity.name) for c in ground.cleans.values())
        for moment in _AROUND:
            if (activity.name, moment) not in done and (calls or moment is not Moment.MID):
                yield f"{activity.name} ({moment.value})"


def keyed_writes_have_one_effect(ground: Ground) -> Iterator[Evidence]:
    """Point 18: a write with a key is applied once; one without is tried once."""
    for activity in ground.project.activities:
        if activity.writes and not activity.keyed and activity.attempts != 1:
            yield Evidence(
                holds=False, says=f"{activity.name} writes without a key and is tried {activity.attempts} times"
            )
    for row in ground.rows:
        for name in (*row.keyed_off, *row.doubled):
            yield Evidence(holds=False, says=f"{name} was not applied once when killed at {row.kill}")
    keyed = [a.name for a in ground.project.activities if a.keyed]
    once = [a.name for a in ground.project.activities if a.writes and not a.keyed]
    if ground.rows and keyed:
        whole = sum(row.outcome is Outcome.COMPLETED for row in ground.rows)
        said = f"one effect in each of {whole} runs that completed, and never two in {len(ground.rows)}"
        yield Evidence(holds=True, says=f"{', '.join(keyed)}: {said}")
    if once:
        yield Evidence(holds=True, says=f"tried once, because they carry no key: {', '.join(once)}")


def repeats_carry_their_key(ground: Ground) -> Iterator[Evidence]:
    """Point 19: the services saw one key for all attempts of a write, and another for each write.

    A run that stopped for a person has not come to all of its writes.
    """
    seen = [row for row in ground.rows for sent in row.keys if sent.times > sent.keys]
    for row in ground.rows:
        for sent in row.keys:
            if sent.keys > sent.writes or (row.outcome is Outcome.COMPLETED and sent.keys < sent.writes):
                yield Evidence(
                    holds=False, says=f"{sent.step}: {sent.keys} keys for {sent.writes} writes, killed at {row.kill}"
                )
    if seen:
        yield Evidence(
            holds=True, says=f"in {len(seen)} killed runs a write was sent again under the key it had before"
        )


def the_next_step_comes_soon(ground: Ground) -> Iterator[Evidence]:
    """Point 20: a step completes within heartbeat, sticky time-out, back-off and ten seconds of the kill.

    Where a new worker takes longer than these to start at all, as on a busy machine, the ten seconds count from then.
    """
    again = [a.name for a in ground.project.activities if a.attempts != 1]
    beats = [s.heartbeat for s in ground.scheduled if s.activity in again and s.heartbeat]
    pauses = [s.pause for s in ground.scheduled if s.activity in again]
    took = [(row.recovered, row.restarted or 0.0) for row in ground.rows if row.recovered is not None]
    if not took or not beats:
        return
    engine = max(beats) + _sticky(ground.sources().values()) + max(pauses)
    over = max(recovered - max(engine, restarted) for recovered, restarted in took)
    longest, started = max(took)
    median = sorted(took)[len(took) // 2][0]
    says = (
        f"{len(took)} kills: median {median:.1f} s, longest {longest:.1f} s until the next step was recorded, of which "
        f"the new worker took {started:.1f} s to start; the engine's own waits are {engine:.0f} s, {_SLACK:.0f} s more "
        "are allowed"
    )
    yield Evidence(holds=over <= _SLACK, says=says)


def _sticky(sources: Iterable[str]) -> float:
    """The worker's sticky time-out in seconds; the engine's default is ten."""
    found = [re.search(r"sticky_queue_schedule_to_start_timeout\W+timedelta\(seconds=([\d.]+)\)", s) for s in sources]
    return next((float(f.group(1)) for f in found if f), 10.0)


def continued_runs_outlive_a_kill(ground: Ground) -> Iterator[Evidence]:
    """Point 35: runs that continue as new after every step were killed right after they had, and went on."""
    rows = [row for row in ground.rows if row.kill.point is Moment.CONTINUED]
    for row in rows:
        if not row.good:
            yield Evidence(holds=False, says=f"killed at {row.kill}: {row.outcome.value} {row.failure[:120]}".rstrip())
    if rows and all(row.good for row in rows):
        says = f"{len(rows)} runs that continued as new after every step were killed then: no finished step repeated"
        yield Evidence(holds=True, says=says)
    elif not rows and ground.project.continue_after:
        yield Evidence(holds=False, says="no run was killed when it had continued as new")


def every_option_is_set(ground: Ground) -> Iterator[Evidence]:
    """Point 12: the history of an undisturbed run shows all options of each activity."""
    ours = {a.name for a in ground.project.activities if not a.by_plugin}
    theirs = {s.activity for s in ground.scheduled} - ours
    asked = {s.activity: set(s.unset) - ({"id"} if s.activity in theirs else set()) for s in ground.scheduled}
    lacking = {name: sorted(unset) for name, unset in asked.items() if unset}
    for name, unset in lacking.items():
        yield Evidence(holds=False, says=f"{name} was asked for without {', '.join(unset)}")
    met = {s.activity for s in ground.scheduled}
    missed = [a.name for a in ground.project.activities if not a.local and a.name not in met]
    if missed:
        yield Evidence(holds=False, says=f"no run comes by {', '.join(missed)}: describe one in [[runs]]")
    elif met and not lacking:
        yield Evidence(
            holds=True,
            says=f"the history shows start-to-close, schedule-to-close, heartbeat, retry policy, summary and id of all "
            f"{len(met)} activities" + (f" (the id of {', '.join(sorted(theirs))} is its plugin's)" if theirs else ""),
        )
