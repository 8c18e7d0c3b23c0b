"""What has run when a visit starts: certainly, and perhaps. Read from the flow tree alone.

A state is a pair of sets of visits, `must` and `may` (which contains `must`). Ways that meet keep what all of them ran
in `must` and what any of them ran in `may`. What an exception or an early end skips is not in the tree, so nothing
inside a loop, a handler or a cut-off body is ever promised to what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assess.model.flow import Flow, FlowType, Role

Visits = frozenset[str]
NOTHING: Visits = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """What has run at one point of the flow."""

    must: Visits = NOTHING
    may: Visits = NOTHING

    def then(self, visit: str) -> State:
        """The state right after a visit."""
        return State(self.must | {visit}, self.may | {visit})

    def perhaps(self, visits: Iterable[str]) -> State:
        """The same promises, and more that may have run."""
        return State(self.must, self.may | frozenset(visits))


@dataclass(frozen=True, slots=True)
class History:
    """For each visit, what ran before it starts, and which visits run beside it (its like in a fan-out included)."""

    before: Mapping[str, State]
    beside: Mapping[str, Visits]


def history(flow: Flow, final: frozenset[Visits] = frozenset()) -> History:
    """Read the whole tree; `final` are the visits of handlers that end in an error, so that nothing follows them."""
    walk = _Walk(final)
    walk.through(flow, State())
    return History(walk.before, walk.beside)


def meet(states: Sequence[State]) -> State:
    """Where several ways come together."""
    must = frozenset.intersection(*(s.must for s in states)) if states else NOTHING
    return State(must, NOTHING.union(*(s.may for s in states)))


@dataclass(slots=True)
class _Walk:
    """One pass; `beside` at hand is what the enclosing parallel nodes run at the same time."""

    final: frozenset[Visits] = frozenset()
    before: dict[str, State] = field(default_factory=dict)
    beside: dict[str, Visits] = field(default_factory=dict)
    _around: Visits = NOTHING

    def through(self, node: Flow, state: State) -> State:
        """Record every visit under the node, entered in this state; give the state after it."""
        if node.visit is not None:
            return self._visit(node.visit, state)
        ways = {
            FlowType.BRANCH: self._branch,
            FlowType.LOOP: self._loop,
            FlowType.PARALLEL: self._parallel,
            FlowType.TRY: self._try,
            FlowType.GRAPH: self._graph,
        }
        way = ways.get(node.type)
        return way(node, state) if way else self._sequence(node.children, state)

    def _visit(self, visit: str, state: State) -> State:
        known = self.before.get(visit)
        arrived = state.perhaps(self._around)
        self.before[visit] = arrived if known is None else meet((known, arrived))
        self.beside[visit] = self.beside.get(visit, NOTHING) | self._around
        return state.then(visit)

    def _sequence(self, children: Iterable[Flow], state: State) -> State:
        for child in children:
            state = self.through(child, state)
        return state

    def _branch(self, node: Flow, state: State) -> State:
        ends = [self.through(child, state) for child in node.children]
        # Arms without visits are not in the tree: only both arms of a plain `if` leave no way around them.
        both = sorted(child.role or "" for child in node.children) == [Role.ELSE, Role.THEN]
        return meet(ends if both else [*ends, state])

    def _loop(self, node: Flow, state: State) -> State:
        round_again = state.perhaps(node.visits())
        self._sequence(node.children, round_again)
        return round_again

    def _parallel(self, node: Flow, state: State) -> State:
        fan_out = len(node.children) == 1
        ends = []
        for child in node.children:
            others = frozenset(v for other in node.children if fan_out or other is not child for v in other.visits())
            outer, self._around = self._around, self._around | others
            ends.append(self.through(child, state))
            self._around = outer
        after = state.perhaps(node.visits())
        return after if fan_out else State(NOTHING.union(after.must, *(end.must for end in ends)), after.may)

    def _try(self, node: Flow, state: State) -> State:
        last = [child for child in node.children if child.role is Role.FINALLY]
        arms = [child for child in node.children if child.role is Role.EXCEPT]
        body = [child for child in node.children if child.role not in (Role.FINALLY, Role.EXCEPT)]
        end = self._sequence(body, state)
        # An exception may cut the body off anywhere, also before its first visit.
        cut = state.perhaps(v for child in body for v in child.visits())
        handled = {arm: self.through(arm, cut) for arm in arms}
        after = meet([end, *(left for arm, left in handled.items() if frozenset(arm.visits()) not in self.final)])
        if not last:
            return after
        self._sequence(last, cut.perhaps(after.may))
        return State(
            self._sequence(last, after).must,
            after.may | frozenset(v for child in last for v in child.visits()),
        )

    def _graph(self, node: Flow, state: State) -> State:
        """Arrows may go round, so the states are raised until they stand still."""
        entered: dict[int, State] = {}
        while True:
            left = {n: self._leave(node.children[n], entered[n]) for n in entered}
            fresh = {n: self._enter(node, n, state, left) for n in range(len(node.children))}
            settled = {n: s for n, s in fresh.items() if s is not None}
            if settled == entered:
                break
            entered = settled
        siblings = _forks(node)
        for n, child in enumerate(node.children):
            at = entered.get(n, State(state.must, state.may | frozenset(node.visits())))
            outer, self._around = self._around, self._around | siblings[n]
            self.through(child, at)
            self._around = outer
        left[-1] = state
        ends = [left[source] for source, target, _ in node.arrows if target == -2 and source in left]
        return meet(ends) if ends else state.perhaps(node.visits())

    def _leave(self, child: Flow, state: State) -> State:
        return _Walk(self.final).through(child, state)

    def _enter(self, node: Flow, n: int, state: State, left: Mapping[int, State]) -> State | None:
        ways = [state if source == -1 else left.get(source) for source, target, _ in node.arrows if target == n]
        known = [way for way in ways if way is not None]
        return meet(known) if known else None


def _forks(node: Flow) -> list[Visits]:
    """For each child of a graph, the visits that arrows without a condition start beside it."""
    after: dict[int, set[int]] = {}
    for source, target, label in node.arrows:
        if label is None and target >= 0:
            after.setdefault(source, set()).add(target)
    found: list[Visits] = [NOTHING] * len(node.children)
    for targets in after.values():
        reached = {t: _reach(node, t) for t in sorted(targets)} if len(targets) > 1 else {}
        for one, ones in reached.items():
            others = {n for other, reach in reached.items() if other != one for n in reach}
            for n in ones:
                found[n] |= frozenset(v for other in others for v in node.children[other].visits())
    return found


def _reach(node: Flow, start: int) -> set[int]:
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        fresh = {target for source, target, _ in node.arrows if source == here and target >= 0} - seen
        seen |= fresh
        todo += sorted(fresh)
    return seen
