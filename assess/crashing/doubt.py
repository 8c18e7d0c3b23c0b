"""What the tree does not say but handlers, retries and detached work do: promises that have to be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from assess.crashing.before import History
from assess.crashing.bits import Bits, Numbering, union
from assess.crashing.gains import State
from assess.model.step import RetryBy, Step, Visit
from assess.model.woven import WovenPipeline

_AROUND_CODE = frozenset({RetryBy.TENACITY, RetryBy.BACKOFF, RetryBy.STAMINA, RetryBy.LOOP, RetryBy.OTHER})
"""Retries that repeat a stretch of code, not a single call."""


def doubts(pipeline: WovenPipeline, numbering: Numbering, read: History) -> History:
    """The same history with less promised and more thought possible."""
    together = _tried_together(pipeline.visits(), numbering)
    unsure = _swallowed(pipeline, numbering)
    before, beside = dict(read.before), dict(read.beside)
    every = numbering.bits(before)
    for visit, state in before.items():
        sure = state.must & ~union(bits for bits in unsure if not bits & numbering.bit(visit))
        before[visit] = State(sure, state.may | together.get(visit, 0))
    for detached in pipeline.observed.detached:
        inside = numbering.bits(detached.visits)
        for visit, state in before.items():
            if numbering.bit(visit) & inside:
                # Whatever follows the start of this work may have run, and may be running; and once that has ended,
                # nobody starts any of it again.
                before[visit] = State(0, state.may | every)
                beside[visit] |= every & ~state.must
            else:
                before[visit] = State(state.must & ~inside, state.may)
                if state.may & inside:
                    beside[visit] |= inside
    return History(before, beside)


def _swallowed(pipeline: WovenPipeline, numbering: Numbering) -> list[Bits]:
    """For each handler that lets the run go on, the body that it guards: behind it nobody knows how far that came.

    What the body begins with has been called, with or without success.
    """
    letting = (h for h in pipeline.observed.handlers if not (h.raises or h.stops))
    return list(dict.fromkeys(numbering.bits(h.guards) & ~numbering.bits(h.begun) for h in letting))


def _tried_together(visits: Mapping[str, tuple[Step, Visit]], numbering: Numbering) -> dict[str, Bits]:
    """For each visit in a retried stretch, the visits that an earlier attempt of it may have run."""
    stretches: dict[object, list[str]] = {}
    for visit, (step, way) in visits.items():
        if step.retry.set and step.retry.by in _AROUND_CODE:
            stretches.setdefault((step.function, step.retry, way.via), []).append(visit)
    found: dict[str, Bits] = {}
    for stretch in stretches.values():
        bits = numbering.bits(stretch)
        found |= dict.fromkeys(stretch, bits)
    return found
