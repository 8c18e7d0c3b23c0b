"""Which activity or wait can directly follow which: the assessment's order of visits, folded onto the workflow's steps.

Made from the edges that the assessment found in the source, not from the workflow that was written: so what a test sees
a run do can be held against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from assess.model.flow import FlowType
from assess.model.graph import EdgeKind
from assess.model.observed import Bounds
from assess.model.woven import WovenPipeline

OUTSIDE = ""
"""Stands for what is before the first step of a run, and after the last one of a run that returns."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Whose a visit is.

    `owner`: the name of the activity or wait; `left`: visits that stay with what starts the run. `messages`: the
    pipeline goes round for ever, and each of its rounds is a run. `asked`: waits that a framework's run asks for, with
    the activity that is this run: what it does around a wait is its own.
    """

    owner: Mapping[str, str]
    left: Collection[str] = ()
    messages: bool = False
    asked: Mapping[str, str] = field(default_factory=dict)


Pairs = tuple[tuple[str, str], ...]


def transitions(pipeline: WovenPipeline, steps: Steps) -> tuple[Pairs, Pairs]:
    """Pairs of names, sorted: of runs that meet no error, and of those whose code handles one."""
    on_error = _pairs(pipeline, steps, pipeline.observed.bounds_on_error)
    found = _pairs(pipeline, steps, pipeline.observed.bounds)
    return tuple(sorted(found)), tuple(sorted(on_error - found))


def _pairs(pipeline: WovenPipeline, steps: Steps, bounds: Bounds) -> set[tuple[str, str]]:
    """Which name can directly follow which.

    Visits of nobody are passed through, and so are those that are made once for each of many items: of none, perhaps.
    What runs at once can follow each other in any order. Before the first and after the last step is OUTSIDE.
    """
    owner = {**steps.owner, **dict.fromkeys(steps.left, OUTSIDE), OUTSIDE: OUTSIDE}
    through = frozenset(v for v, (_, visit) in pipeline.visits().items() if v not in owner or visit.in_parallel)
    after = _after(pipeline, bounds)
    found = {(owner[v], owner[target]) for v in owner for target in _next(v, after, owner, through)}
    found |= {(owner[a], owner[b]) for a, b in _at_once(pipeline) if a in owner and b in owner}
    found |= _around_waits(found, steps.asked)
    if steps.messages:
        # A round that finds no message looks like a run that makes no step.
        begins = {target for v in owner if not owner[v] for target in _next(v, after, owner, through)}
        rounds = [e.source for e in pipeline.edges if e.label == "again" and e.target in begins and e.source in owner]
        found |= {(OUTSIDE, OUTSIDE), *((owner[v], OUTSIDE) for v in rounds)}
    return found


def _around_waits(found: Collection[tuple[str, str]], asked: Mapping[str, str]) -> set[tuple[str, str]]:
    """What a framework's run and its waits come to be where only the run's beginning and its waits are seen.

    The run is there before it asks, and what can follow a part of it can follow the last wait.
    """
    more: set[tuple[str, str]] = set()
    for wait, run in asked.items():
        more |= {(run, wait)}
        more |= {(wait, then) for first, then in found if first == run}
        more |= {(run, then) for first, then in found if first == wait}
        more |= {(first, run) for first, then in found if then == wait}
    return more


def _after(pipeline: WovenPipeline, bounds: Bounds) -> dict[str, list[str]]:
    """The visits that can directly follow each, with OUTSIDE among them."""
    after: dict[str, list[str]] = {OUTSIDE: list(bounds.begins)}
    for edge in pipeline.edges:
        if edge.kind is EdgeKind.NEXT:
            after.setdefault(edge.source, []).append(edge.target)
    for source, target in bounds.more:
        after.setdefault(source, []).append(target)
    for end in bounds.ends:
        after.setdefault(end or OUTSIDE, []).append(OUTSIDE)
    return after


def _next(
    visit: str, after: Mapping[str, list[str]], owner: Mapping[str, str], through: frozenset[str]
) -> Iterator[str]:
    """The visits of somebody that can be next."""
    known: set[str] = set()
    waiting = list(after.get(visit, ()))
    while waiting:
        target = waiting.pop()
        if target in known:
            continue
        known.add(target)
        if target in owner:
            yield target
        if target in through:
            waiting += after.get(target, ())


def _at_once(pipeline: WovenPipeline) -> Iterator[tuple[str, str]]:
    """Pairs of visits that run at once: in different branches, or one of them in a thread that nobody waits for."""
    inside: set[str] = set()
    for node in pipeline.flow.walk():
        if node.type is FlowType.PARALLEL:
            inside.update(node.visits())
            for one, other in permutations(node.children, 2):
                yield from ((a, b) for a in one.visits() for b in other.visits())
    visits = pipeline.visits()
    placed = {v for edge in pipeline.edges if edge.kind is EdgeKind.NEXT for v in (edge.source, edge.target)}
    # Of a visit that no arrow leads to or from, the order is not known.
    detached = [v for v, (_, visit) in visits.items() if v not in placed or (visit.in_parallel and v not in inside)]
    yield from (pair for a in detached for b in (*visits, OUTSIDE) for pair in ((a, b), (b, a)))
