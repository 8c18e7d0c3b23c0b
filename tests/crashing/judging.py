"""What the crash table said of a kill, held against what was seen."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assess.model.assessment import Pipeline
from assess.model.graph import EdgeKind, Held
from assess.model.score import CrashEngine, CrashRow, When
from assess.model.step import Kind
from tests.crashing.trials import Death, Seen
from tests.crashing.worlds import ADDING, World


@dataclass(frozen=True, slots=True)
class Column:
    """One list of a row. What was in flight beside the kill may be done: `least` is without it, `most` with it."""

    name: str
    must: frozenset[str]
    may: frozenset[str]
    least: frozenset[str]
    most: frozenset[str]

    @property
    def faults(self) -> list[str]:
        """What had to happen and did not; what happened and was not said."""
        missed, unsaid = self.must - self.least, self.most - self.must - self.may
        return [
            *([f"{self.name}: {', '.join(sorted(missed))} had to happen and did not"] if missed else []),
            *([f"{self.name}: {', '.join(sorted(unsaid))} happened and was not said"] if unsaid else []),
        ]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One kill: the columns, and how many calls and bills were thrown away."""

    death: Death
    columns: tuple[Column, ...]
    faults: tuple[str, ...]
    reasons: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the table left nothing open."""
        return not any(column.may for column in self.columns)


def judge(world: World, pipeline: Pipeline, death: Death, clean: Seen, first: Seen, again: Seen) -> Verdict:
    """Compare the row of this death with both runs."""
    (row,) = (
        r for r in pipeline.crash_table
        if (r.visit, r.when, r.engine) == (death.visit, death.when, CrashEngine.NONE)
    )  # fmt: skip
    visits, second = pipeline.visits(), frozenset(again.begun)
    least = (first.ended | {death.visit}) & second
    most = frozenset(first.begun) & second
    adding = frozenset(v for v, (step, way) in visits.items() if _added(world.route(step, way), first, again))
    people = frozenset(v for v, (step, way) in visits.items() if _asks(world, v, pipeline))
    dropped = frozenset(clean.begun) - first.ended - {death.visit} - second
    held, needed = _values(pipeline, death, clean, first)
    columns = (
        Column("repeated", frozenset(row.repeated), frozenset(row.may.repeated), least, most),
        Column("duplicated", frozenset(row.duplicated), frozenset(row.may.duplicated), least & adding, most & adding),
        Column(
            "asked again", frozenset(row.asked_again), frozenset(row.may.asked_again), least & people, most & people
        ),
        Column("lost", frozenset(row.lost), frozenset(row.may.lost), held, needed),
        Column("dropped", frozenset(), frozenset(row.may.dropped), dropped, dropped),
    )
    faults = [fault for column in columns for fault in column.faults]
    reasons = {visit: _reason(pipeline, visit, death.visit) for visit in row.may.repeated}
    faults += [f"{visit} is left open for no reason" for visit, reason in reasons.items() if not reason]
    faults += _thrown_away(row, pipeline, first, least)
    return Verdict(death, columns, tuple(faults), tuple(reason for reason in reasons.values() if reason))


def _reason(pipeline: Pipeline, visit: str, killed: str) -> str:
    """Why the code alone does not say whether a visit has run when another is killed."""
    _, way = pipeline.visits()[visit]
    beside = {v for work in pipeline.observed.detached for v in work.visits}
    if visit in beside:
        return "runs beside, and nobody waits for it"
    if killed in beside:
        return "is run by somebody who does not wait for what was killed"
    if way.in_parallel:
        return "runs at the same time as others"
    if way.conditional:
        return "stands in a branch"
    if way.in_loop:
        return "stands in a loop that may have gone round before"
    if any(visit in handler.guards for handler in pipeline.observed.handlers):
        return "may have failed, and the error was caught"
    return ""


def _added(route: str | None, first: Seen, again: Seen) -> bool:
    """Whether calls of this route added something in both runs."""
    return route in ADDING and all(any(c.effect and c.route == route for c in run.calls) for run in (first, again))


def _asks(world: World, visit: str, pipeline: Pipeline) -> bool:
    step, way = pipeline.visits()[visit]
    through = [via.function.rpartition(".")[2] for via in way.via]
    told = any(f"{function}:{step.call}" in world.people for function in through)
    return told or (step.kind is not Kind.WAIT and world.asks(step, way))


def _values(pipeline: Pipeline, death: Death, clean: Seen, first: Seen) -> tuple[frozenset[str], frozenset[str]]:
    """Names that memory held for somebody when the process died, and those of them that the rest of the run needed."""
    waiting = death.when is When.DURING
    # A visit in a loop may have ended in an earlier round; this round's answer is what counts.
    given = first.ended - {death.visit} if waiting and first.begun.count(death.visit) < 2 else first.ended
    order = [n for n, visit in enumerate(clean.begun) if visit == death.visit]
    later = set(clean.begun[order[death.nth - 1] + (not waiting) :])
    edges = [e for e in pipeline.edges if e.kind is EdgeKind.DATA and e.held is Held.MEMORY and e.source in given]
    done = first.ended - {death.visit} if waiting else first.ended
    held = {name for e in edges if e.target not in done for name in e.values}
    needed = {name for e in edges if e.target in later for name in e.values}
    return frozenset(held), frozenset(needed)


def _thrown_away(row: CrashRow, pipeline: Pipeline, first: Seen, repeated: AbstractSet[str]) -> list[str]:
    """The row counts each visit once: at least so many calls were made, and at least so many were billed."""
    waits = {v for v, (step, _) in pipeline.visits().items() if step.kind is Kind.WAIT}
    calls = sum(visit in repeated and visit not in waits for visit in first.begun)
    billed = sum(call.billed for call in first.calls)
    said = row.thrown_away
    return [
        *([f"{said.calls} calls thrown away, {calls} seen"] if calls < said.calls else []),
        *([f"{said.billed} paid calls thrown away, {billed} seen"] if billed < said.billed else []),
    ]
