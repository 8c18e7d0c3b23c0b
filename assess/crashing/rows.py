"""Rows of the crash table.

The clause for a durable engine: a step is finished once the engine has recorded it. A finished step never repeats; the
step in flight may, and so may the steps that run beside it. Its effect outside happens once only where the call
carries an idempotency key that the target honours. For a model call nobody can promise that: it may be billed twice.

A row's lists outside `may` hold in every run that comes to this visit, provided that what loops go over is not empty,
and that a re-run starts from the top (a message that was not acknowledged is delivered again) and decides as the first
run did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assess.crashing.asking import asking
from assess.crashing.before import History, history
from assess.crashing.bits import Bits, Numbering, each, union
from assess.crashing.covering import covered
from assess.crashing.doubt import doubts
from assess.crashing.gains import Gains, State
from assess.crashing.losing import Names, Values
from assess.crashing.starting import Messages
from assess.model.engine import RECORDING, replays
from assess.model.score import CrashCost, CrashEngine, CrashRow, ThrownAway, When
from assess.model.step import Effect, Kind, Step
from assess.model.woven import WovenPipeline


def crash_table(pipeline: WovenPipeline) -> tuple[CrashRow, ...]:
    """Four rows for a visit of the flow: during and right after it, as the code is and on a durable engine.

    Every visit has its rows, unless there are more than `covering.NAMES` allows.
    """
    table = _Table.of(pipeline)
    shown = covered(table.order, table.steps)
    return tuple(table.row(visit, when, engine) for visit in shown for when in When for engine in CrashEngine)


@dataclass(frozen=True, slots=True)
class _Table:
    """One pipeline's past, and which of its visits are what."""

    pipeline: WovenPipeline
    steps: dict[str, Step]
    order: tuple[str, ...]
    numbering: Numbering
    past: History
    values: Values
    messages: Messages
    detached: Bits
    doubling: Bits
    unknown: Bits
    people: Bits
    waits: Bits
    billed: Bits

    @classmethod
    def of(cls, pipeline: WovenPipeline) -> _Table:
        steps = {visit: step for visit, (step, _) in pipeline.visits().items()}
        numbering = Numbering.of(tuple(steps))
        raising = (h for h in pipeline.observed.handlers if h.runs and (h.raises or h.stops))
        leaving = frozenset(frozenset(h.guards) for h in pipeline.observed.handlers if h.leaving)
        gains = Gains(numbering, frozenset(frozenset(h.runs) for h in raising), leaving)
        messages = Messages.of(steps, numbering)
        past = doubts(pipeline, numbering, history(pipeline.flow, gains, messages.acknowledging))

        def those(wanted: Callable[[Step], bool]) -> Bits:
            return numbering.bits(visit for visit, step in steps.items() if wanted(step))

        return cls(
            pipeline,
            steps,
            tuple(visit for visit in steps if visit in past.before),
            numbering,
            past,
            Values.of(pipeline.edges, numbering, past.before),
            messages,
            detached=union(numbering.bits(work.visits) for work in pipeline.observed.detached),
            doubling=those(lambda step: step.writes and step.idempotency_key is not True),
            unknown=those(lambda step: step.effect is Effect.UNKNOWN),
            people=asking(pipeline, numbering, past.before),
            waits=those(lambda step: step.kind is Kind.WAIT),
            billed=those(lambda step: step.billed),
        )

    def row(self, visit: str, when: When, engine: CrashEngine) -> CrashRow:
        if engine is CrashEngine.DURABLE or replays(self.pipeline.durable_engine):
            in_flight = self.past.beside[visit] | (self.numbering.bit(visit) if when is When.DURING else 0)
            return self._row(visit, when, engine, State(0, in_flight), ((), ()), 0)
        ran = self._ran(visit)
        waiting = when is When.DURING
        held = self.past.before[visit] if waiting else ran
        lost = self.values.lost(held, self.numbering.numbers[visit], waiting=waiting)
        again = self.messages.again(ran, self.past.before, self.numbering)
        if self.pipeline.durable_engine in RECORDING:
            # Finished tasks are kept, but where a task begins and ends is not in the flow: nothing is certain.
            again = State(0, again.may)
        return self._row(visit, when, engine, again, lost, self._dropped(visit, ran))

    def _ran(self, visit: str) -> State:
        """What has left its mark outside: all that ran on this way, and the visit itself."""
        bit = self.numbering.bit(visit)
        return self.past.before[visit].then(State(0 if bit & self.detached else bit, bit))

    def _dropped(self, visit: str, ran: State) -> Bits:
        """What perhaps nobody does any more: work beside whose caller has ended, and what an early receipt promised."""
        beside = self.detached if ran.may & self.detached else 0
        if not ran.may & self.messages.acknowledging:
            return beside
        bit = self.numbering.bit(visit)
        return beside | self.numbering.bits(
            later
            for later, state in self.past.before.items()
            if state.may & bit and not ran.may & self.numbering.bit(later)
        )

    def _row(
        self, visit: str, when: When, engine: CrashEngine, ran: State, lost: tuple[Names, Names], dropped: Bits
    ) -> CrashRow:
        perhaps, names = ran.may & ~ran.must, self.numbering.names
        doubling = ran.must & self.doubling
        return CrashRow(
            visit=visit,
            when=when,
            engine=engine,
            repeated=names(ran.must),
            duplicated=names(doubling & ~self.unknown),
            lost=lost[0],
            asked_again=names(ran.must & self.people),
            thrown_away=self._thrown_away(ran.must),
            may=CrashCost(
                repeated=names(perhaps),
                duplicated=names(perhaps & self.doubling | doubling & self.unknown),
                lost=lost[1],
                asked_again=names(perhaps & self.people),
                dropped=names(dropped),
            ),
        )

    def _thrown_away(self, visits: Bits) -> ThrownAway:
        """What was done is done again. How long a person took nobody declares."""
        waits = [self.steps[self.numbering.order[n]].timeout.seconds for n in each(visits & self.waits)]
        known = [seconds for seconds in waits if seconds is not None]
        told = len(known) == len(waits) and not visits & self.people
        return ThrownAway(
            calls=(visits & ~self.waits).bit_count(),
            billed=(visits & self.billed).bit_count(),
            seconds=sum(known, 0.0) if told else None,
        )
