"""Which activity or wait can directly follow which: the assessment's order of visits, folded onto the workflow's steps.

Made from the edges that the assessment found in the source, not from the workflow that was written: so what a test sees
a run do can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assess.model.graph import Edge, EdgeKind


def transitions(edges: Iterable[Edge], owner: Mapping[str, str], many: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of names, sorted. `owner` says whose a visit is; the others are passed through, and so are those of `many`,
    which are made once for each of many items: of none, perhaps.
    """
    after: dict[str, list[str]] = {}
    for edge in edges:
        if edge.kind is EdgeKind.NEXT:
            after.setdefault(edge.source, []).append(edge.target)
    return tuple(sorted({(owner[v], name) for v in owner for name in _next(v, after, owner, many)}))


def _next(visit: str, after: Mapping[str, list[str]], owner: Mapping[str, str], many: frozenset[str]) -> set[str]:
    found: set[str] = set()
    known: set[str] = set()
    waiting = list(after.get(visit, ()))
    while waiting:
        target = waiting.pop()
        if target in known:
            continue
        known.add(target)
        if target in owner:
            found.add(owner[target])
        if target not in owner or target in many:
            waiting += after.get(target, ())
    return found
