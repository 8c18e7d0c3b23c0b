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
    moments = []
    for visit, step in steps.items():
        for when in (When.DURING, When.AFTER):
            today, durable = (rows.get((visit, when, engine)) for engine in (CrashEngine.NONE, CrashEngine.DURABLE))
            if today is not None or durable is not None:
                moments.append(_moment(step, when, today or _NOTHING, durable or _NOTHING, steps))
    # After the last step the run is over: what stands before it says more of what a crash costs.
    inside = [moment for moment in moments if moment.step.number < len(steps)] or moments
    worst = max(inside, key=_weight, default=None)
    if worst is not None and not any(_weight(worst)):
        worst = None
    return CrashView(tuple(moments), worst, _durable_sentence(worst))


def _weight(moment: CrashMoment) -> tuple[int, ...]:
    side = moment.today
    return (side.duplicated.certain, side.asked_again.certain, side.lost.certain, side.billed, side.repeated.certain)


def _moment(
    step: StepView, when: When, today: CrashRow, durable: CrashRow, steps: Mapping[str, StepView]
) -> CrashMoment:
    side = _side(today, steps)
    return CrashMoment(step, when.value, side, _side(durable, steps), _sentence(step, when.value, side))


def _side(row: CrashRow, steps: Mapping[str, StepView]) -> CrashSide:
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
    if side.repeated.certain:
        parts.append(f"repeats {_calls(side)}")
    if side.duplicated.certain:
        parts.append(f"does {some(side.duplicated.names[: side.duplicated.certain])} twice")
    if side.asked_again.certain:
        parts.append(f"asks people again at {some(side.asked_again.names[: side.asked_again.certain])}")
    if side.lost.certain:
        parts.append(f"loses {some(side.lost.names[: side.lost.certain])}")
    if not parts and any(tally.more for tally in side.tallies):
        parts.append("may cost something; the code does not show how much")
    return f"A crash {when} “{step.name}” {'; '.join(parts) or 'costs nothing that is finished'}."


def _calls(side: CrashSide) -> str:
    tally, paid = side.repeated, side.billed
    if tally.certain == 1 and not tally.more:
        return "1 paid call" if paid else "1 call"
    least = "at least " if tally.more else ""
    return f"{tally.words} calls, {least}{paid} of them paid" if paid else f"{tally.words} calls"


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
