"""What of a run outlives its process, as far as the flow and the steps show it.

Derived from a woven pipeline, judged by nobody yet: checks and scores read the same list. It does not know whether
anything really picks the stored state up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.flow import Flow, FlowType
from assess.model.graph import EdgeKind
from assess.model.step import Effect, Kind, Step
from assess.model.woven import TriggerKind, WovenPipeline

STORES = frozenset({Kind.DATABASE, Kind.VECTOR_STORE, Kind.OBJECT_STORE})


class How(StrEnum):
    """In which way it helps a re-run."""

    STATUS = "status"
    OVERWRITE = "overwrite"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Kept:
    """One visit that leaves something behind before the run is over."""

    visit: str
    step: Step
    how: How


def kept(pipeline: WovenPipeline) -> tuple[Kept, ...]:
    """What is stored on the way: states of the run, writes that a repeat overwrites, files with paid-for content."""
    visits = pipeline.visits()
    more = _followed(pipeline)
    paid = _paid_sources(pipeline)
    states = {write.visit for write in pipeline.observed.status_writes if write.words}
    found = []
    for visit, (step, way) in visits.items():
        if visit in states:
            found.append(Kept(visit, step, How.STATUS))
        elif step.effect is Effect.IDEMPOTENT_WRITE and (visit in more or way.in_loop):
            if step.kind in STORES:
                found.append(Kept(visit, step, How.OVERWRITE))
            elif step.kind is Kind.FILE and visit in paid:
                found.append(Kept(visit, step, How.FILE))
    return tuple(found)


def starts_again(pipeline: WovenPipeline) -> bool:
    """Whether something outside the process starts the work again after a kill: a queue, a schedule, a platform."""
    return any(t.kind in (TriggerKind.QUEUE, TriggerKind.SCHEDULE, TriggerKind.PLATFORM) for t in pipeline.triggers)


def _followed(pipeline: WovenPipeline) -> frozenset[str]:
    """The visits after which the run still has a step to do."""
    return frozenset(edge.source for edge in pipeline.edges if edge.kind is EdgeKind.NEXT) | _in_sequence(pipeline.flow)


def _in_sequence(flow: Flow) -> frozenset[str]:
    """The visits that have another one behind them in some sequence of the tree."""
    found: set[str] = set()
    for node in flow.walk():
        if node.type in (FlowType.SEQUENCE, FlowType.CALL, FlowType.TRY):
            last = max((n for n, child in enumerate(node.children) if any(child.visits())), default=0)
            found.update(v for child in node.children[:last] for v in child.visits())
    return frozenset(found)


def _paid_sources(pipeline: WovenPipeline) -> frozenset[str]:
    """The visits that get data from a billed step."""
    billed = {visit for visit, (step, _) in pipeline.visits().items() if step.billed or step.ai}
    return frozenset(e.target for e in pipeline.edges if e.kind is EdgeKind.DATA and e.source in billed)
