"""The crash table in words: what each crash repeats, writes twice, loses and asks again, today and on an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assess.model.assessment import Pipeline
from assess.model.score import CrashEngine, CrashRow, When
from reports.view.shown import CrashMoment, CrashSide, CrashView, StepView, Tally
from reports.words import count, duration, listed

NAMED = 3
"""A sentence names this many steps and counts the rest."""

_NOTHING = CrashRow("", When.AFTER, CrashEngine.NONE)


def crash_view(pipeline: Pipeline, steps: Mapping[str, StepView]) -> CrashView:
    """All moments in the order of the flow; a crash during a step stands before the one after it."""
    rows = {(row.visit, row.when, row.engine): row for row in pipeline.crash_table}
    many = frozenset(v for v, (_, way) in pipeline.visits().items() if way.in_loop or way.in_parallel)
    moments = []
    for visit, step in steps.items():
        for when in (When.DURING, When.AFTER):
            today, durable = (rows.get((visit, when, engine)) for engine in (CrashEngine.NONE, CrashEngine.DURABLE))
            if today is not None or durable is not None:
                sides = (_side(row or _NOTHING, steps, many) for row in (today, durable))
                moments.append(_moment(step, when, *sides))
    # After the last step the run is over: what stands before it says more of what a crash costs.
    inside = [moment for moment in moments if moment.step.number < len(steps)] or moments
    worst = max(inside, key=_weight, default=None)
    if worst is not None and not any(_weight(worst)):
        worst = None
    return CrashView(tuple(moments), worst, _durable_sentence(worst), _left_out(moments, len(steps)))


def _left_out(moments: Sequence[CrashMoment], steps: int) -> str:
    told = len({moment.step.visit for moment in moments})
    if not told or told == steps:
        return ""
    return f"The crash table tells of {told} of {count(steps, 'step')}, those where most is at stake."


def _weight(moment: CrashMoment) -> tuple[int, ...]:
    """What is done twice, asked again or never done at all is worst; what is only possible decides between equals."""
    side = moment.today
    harm = side.duplicated.certain + side.asked_again.certain + len(side.dropped)
    possible = side.duplicated.more + side.asked_again.more
    return harm, side.lost.certain, side.billed, side.repeated.certain, possible, side.repeated.more


def _moment(step: StepView, when: When, today: CrashSide, durable: CrashSide) -> CrashMoment:
    return CrashMoment(step, when.value, today, durable, _sentence(step, when.value, today))


def _side(row: CrashRow, steps: Mapping[str, StepView], many: frozenset[str]) -> CrashSide:
    thrown, may = row.thrown_away, row.may
    waited = duration(thrown.seconds) if thrown.seconds else ""
    return CrashSide(
        _tally(row.repeated, may.repeated, steps),
        _tally(row.duplicated, may.duplicated, steps),
        _tally(row.lost, may.lost, steps),
        _tally(row.asked_again, may.asked_again, steps),
        thrown.calls,
        thrown.billed,
        waited,
        not many.isdisjoint((*row.repeated, *may.repeated)),
        tuple(steps[visit].name for visit in may.dropped if visit in steps),
    )


def _tally(certain: Sequence[str], may: Sequence[str], steps: Mapping[str, StepView]) -> Tally:
    more = [item for item in may if item not in certain]
    names = tuple(steps[item].name if item in steps else item for item in (*certain, *more))
    return Tally(len(certain), len(more), names)


def some(names: Sequence[str]) -> str:
    """A few names in a sentence, the rest as a number."""
    quoted = [f"“{name}”" for name in names[:NAMED]]
    left = len(names) - NAMED
    return listed([*quoted, count(left, "more", "more")] if left > 0 else quoted)


def _sentence(step: StepView, when: str, side: CrashSide) -> str:
    parts = []
    if side.calls:
        parts.append(f"repeats {_calls(side)}")
    if side.waited:
        parts.append(f"waits {side.waited} again")
    if side.duplicated.certain:
        parts.append(f"does {some(side.duplicated.names[: side.duplicated.certain])} twice")
    if side.asked_again.certain:
        parts.append(f"asks people again at {some(side.asked_again.names[: side.asked_again.certain])}")
    if side.lost.certain:
        parts.append(f"loses {some(side.lost.names[: side.lost.certain])}")
    if side.dropped:
        parts.append(f"may drop {some(side.dropped)} for good, as nobody waits for it")
    if not parts and any(tally.more for tally in side.tallies):
        parts.append("may cost something; the code does not show how much")
    return f"A crash {when} “{step.name}” {'; '.join(parts) or 'costs nothing that is finished'}."


def _calls(side: CrashSide) -> str:
    """Each step counts as one call: a loop or a fan-out makes more of it."""
    least = "at least " if side.repeated.more or side.rounds else ""
    if side.calls == 1:
        return f"{least}1 paid call" if side.billed else f"{least}1 call"
    return f"{least}{side.calls} calls, {side.billed} of them paid" if side.billed else f"{least}{side.calls} calls"


def _durable_sentence(worst: CrashMoment | None) -> str:
    if worst is None:
        return ""
    side = worst.durable
    if not any(tally.certain or tally.more for tally in side.tallies):
        return "The same crash repeats no finished step, and the run goes on from there."
    parts = []
    if side.repeated.certain or side.repeated.more:
        parts.append(f"only {some(side.repeated.names)} {'run' if len(side.repeated.names) > 1 else 'runs'} again")
    if side.duplicated.certain:
        parts.append(f"{some(side.duplicated.names[: side.duplicated.certain])} is done twice")
    elif side.duplicated.more:
        parts.append(f"{some(side.duplicated.names)} may be done twice")
    if side.lost.certain:
        parts.append(f"{listed(side.lost.names)} is lost")
    if side.asked_again.certain:
        parts.append(f"{some(side.asked_again.names)} is asked again")
    return f"After the same crash {listed(parts or ['little is repeated'])}."
