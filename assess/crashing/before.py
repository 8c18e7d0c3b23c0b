"""What has run when a visit starts: certainly, and perhaps. Read from the flow tree alone.

A state is a pair of sets of visits, `must` and `may` (which contains `must`). Ways that meet keep what all of them ran
in `must` and what any of them ran in `may`. What an exception or an early end skips is not in the tree, so nothing
inside a loop, a handler or a cut-off body is ever promised to what follows.

What a node adds to a state does not depend on the state. So it is read once for each node (`gains`), from the leaves
upwards, and a second pass hands the states down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assess.crashing.bits import Bits
from assess.crashing.gains import Gains, State, entered, forks, meet
from assess.model.flow import Flow, FlowType, Role


@dataclass(frozen=True, slots=True)
class History:
    """For each visit, what ran before it starts, and which visits run beside it (its like in a fan-out included)."""

    before: dict[str, State]
    beside: dict[str, Bits]


def history(flow: Flow, gains: Gains, acknowledged: Bits = 0) -> History:
    """Read the whole tree; `acknowledged` are visits after which nobody starts what came before them again."""
    walk = _Walk(gains, acknowledged)
    walk.through(flow, State(), 0)
    return History(walk.before, walk.beside)


@dataclass(slots=True)
class _Walk:
    """One pass downwards; `around` is what the enclosing parallel nodes run at the same time."""

    gains: Gains
    acknowledged: Bits = 0
    before: dict[str, State] = field(default_factory=dict)
    beside: dict[str, Bits] = field(default_factory=dict)

    def through(self, node: Flow, state: State, around: Bits) -> None:
        """Record every visit under the node, entered in this state."""
        if node.visit is not None:
            self._visit(node.visit, state, around)
        elif node.type is FlowType.BRANCH:
            for child in node.children:
                self.through(child, state, around)
        elif node.type is FlowType.LOOP:
            self._loop(node, state, around)
        elif node.type is FlowType.PARALLEL:
            self._parallel(node, state, around)
        elif node.type is FlowType.TRY:
            self._try(node, state, around)
        elif node.type is FlowType.GRAPH:
            self._graph(node, state, around)
        else:
            self._sequence(node.children, state, around)

    def _visit(self, visit: str, state: State, around: Bits) -> None:
        known = self.before.get(visit)
        arrived = state.perhaps(around)
        self.before[visit] = arrived if known is None else meet((known, arrived))
        self.beside[visit] = self.beside.get(visit, 0) | around

    def _sequence(self, children: Sequence[Flow], state: State, around: Bits) -> None:
        for child in children:
            self.through(child, state, around)
            state = state.then(self.gains.of(child))

    def _loop(self, node: Flow, state: State, around: Bits) -> None:
        """Earlier rounds may have run, unless each of them was told to be done with: nobody starts those again."""
        through = State()
        for child in node.children:
            through = through.then(self.gains.of(child))
        over = through.must & self.acknowledged
        self._sequence(node.children, state if over else state.perhaps(self.gains.visits(node)), around)

    def _parallel(self, node: Flow, state: State, around: Bits) -> None:
        if len(node.children) == 1:
            self.through(node.children[0], state, around | self.gains.visits(node))
            return
        earlier, later = [0], [0]
        for child in node.children:
            earlier.append(earlier[-1] | self.gains.visits(child))
        for child in reversed(node.children):
            later.append(later[-1] | self.gains.visits(child))
        for n, child in enumerate(node.children):
            self.through(child, state, around | earlier[n] | later[len(node.children) - n - 1])

    def _try(self, node: Flow, state: State, around: Bits) -> None:
        body = [child for child in node.children if child.role not in (Role.FINALLY, Role.EXCEPT)]
        last = [child for child in node.children if child.role is Role.FINALLY]
        self._sequence(body, state, around)
        # An exception may cut the body off anywhere, also before its first visit.
        cut = state.perhaps(self.gains.together(body))
        arms = [child for child in node.children if child.role is Role.EXCEPT]
        for child in arms:
            self.through(child, cut, around)
        self._sequence(last, cut.perhaps(self.gains.together(arms)), around)

    def _graph(self, node: Flow, state: State, around: Bits) -> None:
        reached, siblings = entered(node, self.gains), forks(node, self.gains)
        for n, child in enumerate(node.children):
            arrived = reached.get(n, State(0, self.gains.visits(node)))
            self.through(child, state.then(arrived), around | siblings[n])
