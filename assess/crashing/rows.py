"""Rows of the crash table.

The clause for a durable engine: a step is finished once the engine has recorded it. A finished step never repeats; the
step in flight may, and so may the steps that run beside it. Its effect outside happens once only where the call
carries an idempotency key that the target honours. For a model call nobody can promise that: it may be billed twice.

A row's lists outside `may` hold in every run that comes to this visit, provided that a re-run starts from the top and
decides as the first run did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assess.crashing.before import NOTHING, History, State, Visits, history
from assess.crashing.doubt import doubts
from assess.model.engine import RECORDING, replays
from assess.model.graph import EdgeKind, Held
from assess.model.score import CrashCost, CrashEngine, CrashRow, ThrownAway, When
from assess.model.step import Effect, Kind, Step
from assess.model.woven import WovenPipeline


def crash_table(pipeline: WovenPipeline) -> tuple[CrashRow, ...]:
    """Four rows for each visit of the flow: during and right after it, as the code is and on a durable engine."""
    table = _Table.of(pipeline)
    return tuple(table.row(visit, when, engine) for visit in table.order for when in When for engine in CrashEngine)


@dataclass(frozen=True, slots=True)
class _Table:
    pipeline: WovenPipeline
    steps: dict[str, Step]
    order: tuple[str, ...]
    past: History

    @classmethod
    def of(cls, pipeline: WovenPipeline) -> _Table:
        steps = {visit: step for visit, (step, _) in pipeline.visits().items()}
        raising = (h for h in pipeline.observed.handlers if h.runs and (h.raises or h.stops))
        read = history(pipeline.flow, frozenset(frozenset(h.runs) for h in raising))
        order = tuple(visit for visit in steps if visit in read.before)
        return cls(pipeline, steps, order, doubts(pipeline, read))

    def row(self, visit: str, when: When, engine: CrashEngine) -> CrashRow:
        if engine is CrashEngine.DURABLE or replays(self.pipeline.durable_engine):
            return self._resumed(visit, when, engine)
        ran = self._ran(visit, when)
        if self.pipeline.durable_engine in RECORDING:
            # Finished tasks are kept, but where a task begins and ends is not in the flow: nothing is certain.
            ran = State(NOTHING, ran.may)
        return self._row(visit, when, engine, ran, self._lost(visit, when, ran))

    def _ran(self, visit: str, when: When) -> State:
        """What a re-run does again: all that ran on this way, the visit itself once it was done."""
        before = self.past.before[visit]
        return before.perhaps((visit,)) if when is When.DURING else before.then(visit)

    def _resumed(self, visit: str, when: When, engine: CrashEngine) -> CrashRow:
        in_flight = self.past.beside[visit] | ({visit} if when is When.DURING else NOTHING)
        return self._row(visit, when, engine, State(NOTHING, in_flight), ((), ()))

    def _row(
        self, visit: str, when: When, engine: CrashEngine, ran: State, lost: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> CrashRow:
        perhaps = ran.may - ran.must
        unsure = {v for v in ran.must if self.steps[v].effect is Effect.UNKNOWN}
        doubling = self._doubling(ran.must)
        return CrashRow(
            visit=visit,
            when=when,
            engine=engine,
            repeated=self._sorted(ran.must),
            duplicated=self._sorted(doubling - unsure),
            lost=lost[0],
            asked_again=self._sorted(self._asked(ran.must)),
            thrown_away=self._thrown_away(ran.must),
            may=CrashCost(
                repeated=self._sorted(perhaps),
                duplicated=self._sorted(self._doubling(perhaps) | (doubling & unsure)),
                lost=lost[1],
                asked_again=self._sorted(self._asked(perhaps)),
            ),
        )

    def _sorted(self, visits: Iterable[str]) -> tuple[str, ...]:
        wanted = set(visits)
        return tuple(v for v in self.order if v in wanted)

    def _doubling(self, visits: Iterable[str]) -> Visits:
        return frozenset(v for v in visits if self.steps[v].writes and self.steps[v].idempotency_key is not True)

    def _asked(self, visits: Iterable[str]) -> Visits:
        return frozenset(v for v in visits if self.steps[v].kind is Kind.HUMAN)

    def _lost(self, visit: str, when: When, ran: State) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of values that only memory held, on the way from what ran to what comes later."""
        must: set[str] = set()
        may: set[str] = set()
        done = ran.may if when is When.AFTER else ran.may - {visit}
        for edge in self.pipeline.edges:
            if edge.kind is not EdgeKind.DATA or edge.held is not Held.MEMORY or edge.source not in ran.may:
                continue
            waiting = edge.target == visit and when is When.DURING
            later = waiting or visit in self.past.before.get(edge.target, State()).may
            if edge.source in ran.must and edge.target not in done and later:
                must.update(edge.values)
            elif later:
                may.update(edge.values)
        return tuple(sorted(must)), tuple(sorted(may - must))

    def _thrown_away(self, visits: Visits) -> ThrownAway:
        steps = [self.steps[v] for v in visits]
        waits = [s.timeout.seconds for s in steps if s.kind in (Kind.WAIT, Kind.HUMAN)]
        known = [seconds for seconds in waits if seconds is not None]
        return ThrownAway(
            calls=sum(s.kind is not Kind.WAIT for s in steps),
            billed=sum(s.billed for s in steps),
            seconds=sum(known, 0.0) if len(known) == len(waits) else None,
        )
