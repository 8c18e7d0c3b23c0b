"""Which calls wait for a person: an approval that is asked for, and then asked about again and again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from assess.model.graph import Edge, EdgeKind
from assess.model.observed import Observed
from assess.model.step import Effect, Kind, Step
from assess.resolving.trace import Event

_PERSON = re.compile(r"approv|review|sign_?off|decision|confirm|human|consent|moderat", re.IGNORECASE)
_CARRIERS = frozenset({Kind.HTTP, Kind.SAAS, Kind.DATABASE, Kind.MESSAGE, Kind.QUEUE})


def mark_people(
    steps: tuple[Step, ...], events: dict[str, Event], observed: Observed, edges: Iterable[Edge]
) -> tuple[Step, ...]:
    """The steps, those of a polled approval as kind human: the poll's question, and the write that it asks about.

    Only inside a polling loop whose question names a decision of people; a service whose name merely sounds like it
    is not enough.
    """
    polled = {v for poll in observed.polls for v in poll.visits}
    asking = {
        v.id
        for step in steps
        for v in step.visits
        if v.id in polled and step.kind in _CARRIERS and step.effect is Effect.READ and _names_person(events[v.id])
    }
    if not asking:
        return steps
    sources = {e.source for e in edges if e.kind is EdgeKind.DATA and e.target in asking}
    return tuple(replace(s, kind=Kind.HUMAN) if _is_asked(s, asking, sources) else s for s in steps)


def _is_asked(step: Step, asking: set[str], sources: set[str]) -> bool:
    visits = {v.id for v in step.visits}
    if visits & asking:
        return True
    return bool(visits & sources) and step.kind in _CARRIERS and step.effect is not Effect.READ


def _names_person(event: Event) -> bool:
    texts = [event.spot.function, event.call, *event.words, *(via.function for via in event.via)]
    return any(_PERSON.search(text) for text in texts)
