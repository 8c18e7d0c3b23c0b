"""What each node of a flow adds to what has run: certainly, and perhaps.

A loop over items and a fan-out are taken to have an item: a run that has none does nothing that could be lost. A loop
that goes on as long as something holds promises nothing; one without a condition does its first round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assess.crashing.bits import Bits, Numbering
from assess.model.flow import Flow, FlowType, Role


@dataclass(frozen=True, slots=True)
class State:
    """What has run at one point of the flow; `may` contains `must`."""

    must: Bits = 0
    may: Bits = 0

    def then(self, more: State) -> State:
        """The state after something that adds this."""
        return State(self.must | more.must, self.may | more.may)

    def perhaps(self, visits: Bits) -> State:
        """The same promises, and more that may have run."""
        return State(self.must, self.may | visits)


def meet(states: Sequence[State]) -> State:
    """Where several ways come together."""
    if not states:
        return State()
    must, may = states[0].must, 0
    for state in states:
        must &= state.must
        may |= state.may
    return State(must, may)


@dataclass(slots=True)
class Gains:
    """What the nodes of one tree add, each read once.

    `final` are the visits of handlers that nothing follows, `leaving` the visits that handlers guard which swallow the
    error and then leave the function or the round of the loop that they stand in.
    """

    numbering: Numbering
    final: frozenset[frozenset[str]] = frozenset()
    leaving: frozenset[frozenset[str]] = frozenset()
    _known: dict[int, State] = field(default_factory=dict)
    _under: dict[int, Bits] = field(default_factory=dict)

    def of(self, node: Flow) -> State:
        """What a node adds."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._read(node)
        return known

    def visits(self, node: Flow) -> Bits:
        """All visits under a node, also those that nothing follows."""
        known = self._under.get(id(node))
        if known is None:
            own = self.numbering.bit(node.visit) if node.visit is not None else 0
            known = self._under[id(node)] = own | self.together(node.children)
        return known

    def together(self, nodes: Iterable[Flow]) -> Bits:
        """All visits under some nodes."""
        found = 0
        for node in nodes:
            found |= self.visits(node)
        return found

    def tried(self, node: Flow) -> State:
        """What a `try` adds, its `finally` left out."""
        arms = [child for child in node.children if child.role is Role.EXCEPT]
        body = [child for child in node.children if child.role not in (Role.FINALLY, Role.EXCEPT)]
        cut = State(0, self.together(body))
        ends = [self._sequence(body)]
        ends += [cut.then(self.of(arm)) for arm in arms if frozenset(arm.visits()) not in self.final]
        return meet(ends)

    def _read(self, node: Flow) -> State:
        if node.visit is not None:
            bit = self.numbering.bit(node.visit)
            return State(bit, bit)
        ways = {
            FlowType.BRANCH: self._branch,
            FlowType.LOOP: self._loop,
            FlowType.PARALLEL: self._parallel,
            FlowType.TRY: self._try,
            FlowType.GRAPH: self._graph,
            FlowType.CALL: self._call,
        }
        way = ways.get(node.type)
        return way(node) if way else self._sequence(node.children)

    def _call(self, node: Flow) -> State:
        """Whoever leaves early passes by what follows in the same body: only what stands before is certain outside."""
        every = self._sequence(node.children)
        end = next((n for n, child in enumerate(node.children) if self._left(child)), None)
        if end is None:
            return every
        sure = node.children[: end + (node.children[end].type is FlowType.TRY)]
        return State(self._sequence(sure).must, every.may)

    def _left(self, node: Flow) -> bool:
        """Whether a handler in here, and not in a function called from here, leaves early."""
        if node.type is FlowType.CALL or not self.leaving:
            return False
        body = frozenset(v for child in node.children if child.role is Role.BODY for v in child.visits())
        return (node.type is FlowType.TRY and body in self.leaving) or any(map(self._left, node.children))

    def _sequence(self, children: Iterable[Flow]) -> State:
        state = State()
        for child in children:
            state = state.then(self.of(child))
        return state

    def _branch(self, node: Flow) -> State:
        ends = [self.of(child) for child in node.children]
        # Arms without visits are not in the tree: only both arms of a plain `if` leave no way around them.
        both = sorted(child.role or "" for child in node.children) == [Role.ELSE, Role.THEN]
        return meet(ends if both else [*ends, State()])

    def _loop(self, node: Flow) -> State:
        return State(self._call(node).must if goes_round(node) else 0, self.visits(node))

    def _parallel(self, node: Flow) -> State:
        return State(self._sequence(node.children).must, self.visits(node))

    def _try(self, node: Flow) -> State:
        last = [child for child in node.children if child.role is Role.FINALLY]
        return self.tried(node).then(self._sequence(last))

    def _graph(self, node: Flow) -> State:
        reached = entered(node, self)
        left = {n: state.then(self.of(node.children[n])) for n, state in reached.items()} | {-1: State()}
        leading = {source for source, _, _ in node.arrows}
        ends = [left[source] for source, target, _ in node.arrows if target == -2 and source in left]
        # Where no arrow leads on, the graph ends.
        ends += [left[n] for n in reached if n not in leading]
        return meet(ends) if ends else State(0, self.visits(node))


def goes_round(loop: Flow) -> bool:
    """Whether a loop has a first round: it goes over items, of which there is one, or it has no condition."""
    return (loop.label or "").startswith(("for ", "async for ")) or loop.label in ("while True", "while 1")


def entered(node: Flow, gains: Gains) -> dict[int, State]:
    """What has run in a graph when each child is entered; arrows may go round, so it is raised until it stands still.

    A child that no arrow reaches is left out.
    """
    ways: dict[int, list[int]] = {}
    for source, target, _ in node.arrows:
        if 0 <= target < len(node.children):
            ways.setdefault(target, []).append(source)
    found: dict[int, State] = {}
    while True:
        left = {n: state.then(gains.of(node.children[n])) for n, state in found.items()} | {-1: State()}
        fresh = {
            n: meet([left[s] for s in sources if s in left]) for n, sources in ways.items() if _known(sources, left)
        }
        if fresh == found:
            return found
        found = fresh


def _known(sources: Iterable[int], left: Mapping[int, State]) -> bool:
    return any(source in left for source in sources)


def forks(node: Flow, gains: Gains) -> list[Bits]:
    """For each child of a graph, the visits that arrows without a condition start beside it."""
    after: dict[int, set[int]] = {}
    ways: dict[int, set[int]] = {}
    for source, target, label in node.arrows:
        if target >= 0:
            ways.setdefault(source, set()).add(target)
            if label is None:
                after.setdefault(source, set()).add(target)
    found = [0] * len(node.children)
    for targets in after.values():
        reached = {t: _reach(ways, t) for t in sorted(targets)} if len(targets) > 1 else {}
        for one, ones in reached.items():
            others = {n for other, reach in reached.items() if other != one for n in reach}
            visits = gains.together(node.children[n] for n in others)
            for n in ones:
                found[n] |= visits
    return found


def _reach(ways: Mapping[int, set[int]], start: int) -> set[int]:
    seen, todo = {start}, [start]
    while todo:
        fresh = ways.get(todo.pop(), set()) - seen
        seen |= fresh
        todo += sorted(fresh)
    return seen
