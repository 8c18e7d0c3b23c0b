"""A trace to a flow tree: nodes without visits fall away, arms that end the run keep what follows out of them."""

from __future__ import annotations

from dataclasses import replace

from assess.model.flow import Flow, FlowType, Role
from assess.resolving.trace import (
    Again,
    Branch,
    Called,
    Event,
    Graph,
    Logged,
    Loop,
    Node,
    Parallel,
    Recursed,
    Spot,
    Started,
    Trace,
    Try,
    Yielded,
    recurses,
)


class Weaver:
    """Turns the traces of one pipeline into flow; numbers the visits in the order in which they are met."""

    def __init__(self) -> None:
        self._inside = 0
        self._looping = 0
        self.visit_of: dict[int, str] = {}
        self.events: dict[str, Event] = {}

    def visit(self, event: Event) -> str:
        """The id of the visit that an event is."""
        if event.number not in self.visit_of:
            name = f"v{len(self.visit_of) + 1}"
            self.visit_of[event.number] = name
            self.events[name] = event
        return self.visit_of[event.number]

    def sequence(self, trace: Trace, spot: Spot, role: Role | None = None) -> Flow | None:
        """The trace as one node, or None if no visit is in it."""
        parts = self._parts(list(trace.nodes))
        if not parts:
            return None
        if len(parts) == 1:
            return replace(parts[0], role=role)
        return _node(FlowType.SEQUENCE, spot, parts, role=role)

    def _parts(self, nodes: list[Node]) -> list[Flow]:
        found: list[Flow] = []
        for number, node in enumerate(nodes):
            if isinstance(node, Branch):
                split = self._guarded(node, nodes[number + 1 :])
                if split is not None:
                    return [*found, split]
            part = self._node(node)
            if part is not None:
                found.append(part)
        return found

    def _guarded(self, branch: Branch, rest: list[Node]) -> Flow | None:
        """A branch of which one arm leaves: what follows belongs to the other one.

        An arm that leaves the whole run and makes no call on its way needs no frame: what follows it runs, or the run
        is over. One that leaves only a called function or one turn of a loop may be skipped while the run goes on.
        """
        ending = [arm for _, arm in branch.arms if self._leaves(arm)]
        if not ending or len(ending) == len(branch.arms):
            return None
        calls = any(True for arm in ending for _ in arm.events())
        skips = any(arm.exits in ("continue", "break") or (arm.exits == "return" and self._inside) for arm in ending)
        if not calls and not (skips and not Trace(rest).silent):
            return None
        arms: list[Flow] = []
        for role, arm in branch.arms:
            trace = arm if self._leaves(arm) else Trace([*arm.nodes, *rest])
            part = self.sequence(trace, branch.spot, _role(role))
            if part is not None:
                arms.append(part)
        return _node(FlowType.BRANCH, branch.spot, arms, label=branch.label) if arms else None

    def _leaves(self, arm: Trace) -> bool:
        return arm.exits in ("return", "raise") or (arm.exits in ("continue", "break") and self._looping > 0)

    def _node(self, node: Node) -> Flow | None:
        match node:
            case Event():
                visit = self.visit(node)
                return Flow(FlowType.VISIT, node.spot.file, node.spot.line, node.spot.end_line, visit=visit)
            case Called() | Recursed() | Yielded():
                return self._elsewhere(node)
            case Loop():
                self._looping += 1
                body = self._parts(list(node.body.nodes))
                self._looping -= 1
                return _node(FlowType.LOOP, node.spot, body, label=node.label, bound=node.bound) if body else None
            case Branch():
                return self._branch(node)
            case Parallel():
                return self._parallel(node.spot, node.label, node.branches)
            case Started():
                return self._started(node)
            case Try():
                return self._try(node)
            case Graph():
                return self._graph(node)
            case Logged() | Again():
                return None

    def _elsewhere(self, node: Called | Recursed | Yielded) -> Flow | None:
        match node:
            case Called():
                return self._called(node)
            case Recursed():
                return self.sequence(node.inner, node.spot)
            case Yielded():
                body = self._parts(list(node.body.nodes))
                if not body or self._looping:
                    return _node(FlowType.SEQUENCE, node.spot, body) if body else None
                return _node(FlowType.LOOP, node.spot, body, label="for what is yielded")

    def _called(self, node: Called) -> Flow | None:
        self._inside, looping, self._looping = self._inside + 1, self._looping, 0
        body = self._parts(list(node.body.nodes))
        self._inside, self._looping = self._inside - 1, looping
        if not body:
            return None
        call = _node(FlowType.CALL, node.definition, body, label=node.name)
        again = f"{node.name} calls itself"
        return _node(FlowType.LOOP, node.definition, [call], label=again) if recurses(node.body) else call

    def _started(self, node: Started) -> Flow | None:
        if not node.waited:
            # One piece of work: a parallel node with one lane would stand for many of its kind.
            return self.sequence(node.body, node.spot)
        return self._parallel(node.spot, node.how, [node.body]) if node.in_place else None

    def _branch(self, node: Branch) -> Flow | None:
        arms = [a for role, arm in node.arms if (a := self.sequence(arm, node.spot, _role(role))) is not None]
        return _node(FlowType.BRANCH, node.spot, arms, label=node.label) if arms else None

    def _parallel(self, spot: Spot, label: str, branches: list[Trace]) -> Flow | None:
        parts = [p for b in branches if (p := self.sequence(b, spot)) is not None]
        return _node(FlowType.PARALLEL, spot, parts, label=label) if parts else None

    def _try(self, node: Try) -> Flow | None:
        body = self.sequence(node.body, node.spot, Role.BODY)
        parts = [body] if body is not None else []
        for handler in node.handlers:
            part = self.sequence(handler.trace, handler.spot, Role.EXCEPT)
            if part is not None:
                parts.append(replace(part, label=part.label or ", ".join(handler.catches) or None))
        last = self.sequence(node.last, node.spot, Role.FINALLY)
        parts += [last] if last is not None else []
        if body is not None and len(parts) == 1 and not node.handlers:
            return replace(body, role=None)
        return _node(FlowType.TRY, node.spot, parts) if parts else None

    def _graph(self, node: Graph) -> Flow | None:
        kept: list[Flow] = []
        index: dict[int, int] = {}
        for number, (name, trace) in enumerate(node.nodes):
            part = self.sequence(trace, node.spot)
            if part is None:
                part = _node(FlowType.SEQUENCE, node.spot, [], label=name)
            index[number] = len(kept)
            kept.append(part if part.type is FlowType.CALL else replace(part, label=part.label or name))
        arrows = tuple((index.get(a, a), index.get(b, b), label) for a, b, label in node.arrows)
        flow = _node(FlowType.GRAPH, node.spot, kept, label=node.label)
        return replace(flow, arrows=arrows) if any(True for _ in flow.visits()) else None


def _role(name: str | None) -> Role:
    return Role.ELSE if name == "else" else Role.THEN


def _node(
    kind: FlowType,
    spot: Spot,
    children: list[Flow],
    *,
    role: Role | None = None,
    label: str | None = None,
    bound: str | None = None,
) -> Flow:
    return Flow(kind, spot.file, spot.line, spot.end_line, role, label, bound, None, tuple(children))
