"""Edges between visits: order from the flow tree, data from what each call uses."""

from __future__ import annotations

from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind, Held
from assess.model.step import Effect, Kind, Step
from assess.resolving.trace import Event

END = -2
START = -1


class _Ends:
    """The visits that a node can start and end with; `empty`: control can pass through without any."""

    __slots__ = ("empty", "first", "last")

    def __init__(self, first: list[str], last: list[str], *, empty: bool) -> None:
        self.first, self.last, self.empty = first, last, empty


def order_edges(flow: Flow) -> list[Edge]:
    """The edges that say which visit can directly follow which."""
    found: dict[tuple[str, str], str | None] = {}
    _ends(flow, found)
    return [Edge(a, b, EdgeKind.NEXT, label) for (a, b), label in found.items()]


def _link(
    found: dict[tuple[str, str], str | None], last: list[str], first: list[str], label: str | None = None
) -> None:
    for a in last:
        for b in first:
            found.setdefault((a, b), label)


def _ends(flow: Flow, found: dict[tuple[str, str], str | None]) -> _Ends:
    match flow.type:
        case FlowType.VISIT:
            assert flow.visit is not None
            return _Ends([flow.visit], [flow.visit], empty=False)
        case FlowType.BRANCH:
            arms = [_ends(child, found) for child in flow.children]
            closed = any(c.role is Role.ELSE for c in flow.children) or len(flow.children) > 2
            return _Ends(
                _all(a.first for a in arms), _all(a.last for a in arms), empty=not closed or any(a.empty for a in arms)
            )
        case FlowType.LOOP:
            body = _sequence([_ends(c, found) for c in flow.children], found)
            _link(found, body.last, body.first, "again")
            return _Ends(body.first, body.last, empty=True)
        case FlowType.PARALLEL:
            parts = [_ends(c, found) for c in flow.children]
            return _Ends(_all(p.first for p in parts), _all(p.last for p in parts), empty=all(p.empty for p in parts))
        case FlowType.TRY:
            return _try(flow, found)
        case FlowType.GRAPH:
            return _graph(flow, found)
    return _sequence([_ends(c, found) for c in flow.children], found)


def _all(parts: object) -> list[str]:
    return list(dict.fromkeys(v for part in parts for v in part))  # type: ignore[attr-defined]


def _sequence(parts: list[_Ends], found: dict[tuple[str, str], str | None]) -> _Ends:
    first: list[str] = []
    last: list[str] = []
    empty = True
    for part in parts:
        _link(found, last, part.first)
        if empty:
            first += part.first
        last = [*last, *part.last] if part.empty else list(part.last)
        empty = empty and part.empty
    return _Ends(list(dict.fromkeys(first)), list(dict.fromkeys(last)), empty=empty)


def _try(flow: Flow, found: dict[tuple[str, str], str | None]) -> _Ends:
    bodies = [c for c in flow.children if c.role in (Role.BODY, None)]
    handlers = [_ends(c, found) for c in flow.children if c.role is Role.EXCEPT]
    lasts = [_ends(c, found) for c in flow.children if c.role is Role.FINALLY]
    body = _sequence([_ends(c, found) for c in bodies], found)
    failing = [v for c in bodies for v in c.visits()]
    for handler in handlers:
        _link(found, failing, handler.first, "error")
    together = _Ends(
        body.first or _all(h.first for h in handlers),
        _all([body.last, *(h.last for h in handlers)]),
        empty=body.empty,
    )
    return _sequence([together, *lasts], found)


def _graph(flow: Flow, found: dict[tuple[str, str], str | None]) -> _Ends:
    parts = [_ends(c, found) for c in flow.children]
    after: dict[int, list[tuple[int, str | None]]] = {}
    for a, b, label in flow.arrows:
        after.setdefault(a, []).append((b, label))

    def reached(node: int, seen: frozenset[int]) -> list[tuple[str, str | None]]:
        """The visits that can come first after this node, through nodes without any."""
        result: list[tuple[str, str | None]] = []
        for target, label in after.get(node, ()):
            if target in seen or target == END:
                continue
            part = parts[target]
            result += [(v, label) for v in part.first]
            if part.empty:
                result += reached(target, seen | {target})
        return result

    for number, part in enumerate(parts):
        for visit, label in reached(number, frozenset({number}) if part.empty else frozenset()):
            _link(found, part.last, [visit], label)
    first = [v for v, _ in reached(START, frozenset())] or (parts[0].first if parts else [])
    ends = [v for a, b, _ in flow.arrows if b == END and 0 <= a < len(parts) for v in parts[a].last]
    return _Ends(list(dict.fromkeys(first)), list(dict.fromkeys(ends)) or _all(p.last for p in parts), empty=False)


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
            found.append(Edge(source, visit, EdgeKind.DATA, None, names, _held(step_of[source]), types))
    return found


def _held(source: Step) -> Held:
    """Where the value lies in between: what a write returned can be read again where it was written."""
    if source.effect in (Effect.WRITE, Effect.IDEMPOTENT_WRITE):
        if source.kind is Kind.FILE:
            return Held.FILE
        if source.kind in (Kind.DATABASE, Kind.OBJECT_STORE, Kind.VECTOR_STORE):
            return Held.STORE
    return Held.MEMORY
