"""What the tree does not say but handlers, retries and detached work do: promises that have to be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from assess.crashing.before import NOTHING, History, State, Visits
from assess.model.step import RetryBy, Step, Visit
from assess.model.woven import WovenPipeline

_AROUND_CODE = frozenset({RetryBy.TENACITY, RetryBy.BACKOFF, RetryBy.STAMINA, RetryBy.LOOP, RetryBy.OTHER})
"""Retries that repeat a stretch of code, not a single call."""


def doubts(pipeline: WovenPipeline, read: History) -> History:
    """The same history with less promised and more thought possible."""
    visits = pipeline.visits()
    before, beside = dict(read.before), dict(read.beside)
    for visit, state in before.items():
        before[visit] = _swallowed(pipeline, visit, state).perhaps(_tried_together(visits, visit))
    for detached in pipeline.observed.detached:
        inside = frozenset(detached.visits)
        for visit, state in before.items():
            if visit in inside:
                # Whatever follows the start of this work may have run, and may be running.
                before[visit] = state.perhaps(before)
                beside[visit] = beside[visit] | (before.keys() - state.must)
            else:
                before[visit] = State(state.must - inside, state.may)
                if state.may & inside:
                    beside[visit] = beside[visit] | inside
    return History(before, beside)


def _swallowed(pipeline: WovenPipeline, visit: str, state: State) -> State:
    """Behind a handler that lets the run go on, nobody knows how far the guarded body came."""
    unsure: Visits = NOTHING
    for handler in pipeline.observed.handlers:
        if handler.raises or handler.stops or visit in handler.guards:
            continue
        unsure |= frozenset(handler.guards)
    return State(state.must - unsure, state.may)


def _tried_together(visits: Mapping[str, tuple[Step, Visit]], visit: str) -> Visits:
    """The visits that an earlier attempt of the same retried stretch may have run."""
    if visit not in visits:
        return NOTHING
    step, way = visits[visit]
    if not step.retry.set or step.retry.by not in _AROUND_CODE:
        return NOTHING
    return frozenset(
        other
        for other, (theirs, their_way) in visits.items()
        if theirs.function == step.function and theirs.retry == step.retry and their_way.via == way.via
    )
