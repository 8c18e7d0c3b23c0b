"""Data edges between visits: what each call uses, and where the value lies in between."""

from __future__ import annotations

from assess.model.graph import Edge, EdgeKind, Held
from assess.model.step import Effect, Kind, Step
from assess.resolving.trace import Event


def data_edges(events: dict[str, Event], visit_of: dict[int, str], step_of: dict[str, Step]) -> list[Edge]:
    """The edges that say whose result goes into which visit."""
    found: list[Edge] = []
    for visit, event in events.items():
        for used in sorted(event.uses):
            source = visit_of.get(used)
            if source is None:
                continue
            names = tuple(sorted(event.value_names.get(used, ())))
            types = dict.fromkeys(names, events[source].result_type)
            held = Held.FILE if events[source].in_file else _held(step_of[source])
            found.append(Edge(source, visit, EdgeKind.DATA, None, names, held, types))
    return found


def _held(source: Step) -> Held:
    """Where the value lies in between: what a write returned can be read again where it was written."""
    if source.effect in (Effect.WRITE, Effect.IDEMPOTENT_WRITE):
        if source.kind is Kind.FILE:
            return Held.FILE
        if source.kind in (Kind.DATABASE, Kind.OBJECT_STORE, Kind.VECTOR_STORE):
            return Held.STORE
    return Held.MEMORY
