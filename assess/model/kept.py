"""What of a run outlives its process, as far as the flow and the steps show it.

Derived from a woven pipeline, judged by nobody yet: checks and scores read the same list. It does not know whether
anything really picks the stored state up again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assess.model.flow import Flow, FlowType
from assess.model.graph import EdgeKind
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import TriggerKind, WovenPipeline

STORES = frozenset({Kind.DATABASE, Kind.VECTOR_STORE, Kind.OBJECT_STORE})

_WRITING = frozenset({Effect.WRITE, Effect.IDEMPOTENT_WRITE})
_REMOVING = re.compile(r"\b(?:clear|delete|drop|remove|rmtree|truncate|unlink)", re.IGNORECASE)
_MAKING_ROOM = re.compile(
    r"\b(?:mkdir|makedirs|move|rename|create_(?:all|bucket|collection|database|index|schema|table))", re.IGNORECASE
)


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
    """What is stored on the way: states of the run, results that a repeat overwrites, files with paid-for content."""
    visits = pipeline.visits()
    working = frozenset(_working(visits))
    early = {v for v, more in _ahead(pipeline.flow, working, more=False, rounds=True) if more}
    # A file in a loop is a result of its round more often than a place to go on from.
    paid = _paid(visits)
    before_paid = {v for v, more in _ahead(pipeline.flow, paid, more=False, rounds=False) if more}
    fed = {e.target for e in pipeline.edges if e.kind is EdgeKind.DATA and e.source != e.target}
    from_paid = {e.target for e in pipeline.edges if e.kind is EdgeKind.DATA and e.source in paid}
    states = {write.visit for write in pipeline.observed.status_writes if write.words}
    found = []
    for visit, (step, _) in visits.items():
        if visit in states:
            found.append(Kept(visit, step, How.STATUS))
        elif visit in early and not takes_away(step):
            if step.kind in STORES and step.effect is Effect.IDEMPOTENT_WRITE and visit in fed:
                found.append(Kept(visit, step, How.OVERWRITE))
            elif step.kind is Kind.FILE and step.effect in _WRITING and visit in from_paid & before_paid:
                found.append(Kept(visit, step, How.FILE))
    return tuple(found)


def starts_again(pipeline: WovenPipeline) -> bool:
    """Whether something outside the process starts the work again after a kill: a queue or a schedule."""
    return any(t.kind in (TriggerKind.QUEUE, TriggerKind.SCHEDULE) for t in pipeline.triggers)


def takes_away(step: Step) -> bool:
    """Whether a name in the call says that it removes or moves things, or makes room: it keeps nothing itself."""
    return removes(step) or _MAKING_ROOM.search(step.call) is not None


def removes(step: Step) -> bool:
    """Whether a name in the call says that something is gone afterwards."""
    return _REMOVING.search(step.call) is not None


def _working(visits: Mapping[str, tuple[Step, Visit]]) -> Iterator[str]:
    """The visits that a kept result can save: not those that only handle files or wait."""
    return (visit for visit, (step, _) in visits.items() if step.kind not in (Kind.FILE, Kind.WAIT))


def _paid(visits: Mapping[str, tuple[Step, Visit]]) -> frozenset[str]:
    return frozenset(visit for visit, (step, _) in visits.items() if step.billed or step.ai)


def _ahead(node: Flow, working: frozenset[str], *, more: bool, rounds: bool) -> Iterator[tuple[str, bool]]:
    """Each visit under the node with whether work is ahead when it is done; `rounds`: that of further rounds counts."""
    if node.visit is not None:
        yield node.visit, more
        return
    around = rounds and node.type in (FlowType.LOOP, FlowType.PARALLEL, FlowType.GRAPH) and _works(node, working)
    arms = node.type is FlowType.BRANCH
    for n, child in enumerate(node.children):
        behind = () if arms else node.children[n + 1 :]
        left = more or around or any(_works(c, working) for c in behind)
        yield from _ahead(child, working, more=left, rounds=rounds)


def _works(node: Flow, working: frozenset[str]) -> bool:
    return any(visit in working for visit in node.visits())
