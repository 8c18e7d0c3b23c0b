"""A flow tree as the trace that it could come from, so that tables of flow shapes test what is made of traces."""

from __future__ import annotations

from assess.catalogue.facts import Fact
from assess.model.flow import Flow, FlowType, Role
from assess.model.observed import HandlerKind
from assess.model.step import Effect, Kind
from assess.resolving.trace import Branch, Called, Caught, Event, Graph, Loop, Node, Parallel, Spot, Trace, Try

SPOT = Spot("a.py", 1, 0, 1, None, "f")
FACT = Fact("x.y", Kind.HTTP, Effect.READ)


class Tracing:
    """Makes one event a visit; `visit_of` gives the visit of an event's number."""

    def __init__(self) -> None:
        self.visit_of: dict[int, str] = {}

    def trace(self, flow: Flow) -> Trace:
        """The node alone in a trace."""
        return Trace([self._node(flow)])

    def _children(self, children: tuple[Flow, ...]) -> Trace:
        return Trace([self._node(child) for child in children])

    def _node(self, flow: Flow) -> Node:
        match flow.type:
            case FlowType.VISIT:
                number = len(self.visit_of) + 1
                self.visit_of[number] = flow.visit or ""
                return Event(number, SPOT, (), "y", "x.y", FACT, None)
            case FlowType.BRANCH:
                arms = [("else" if c.role is Role.ELSE else "then", self.trace(c)) for c in flow.children]
                closed = any(role == "else" for role, _ in arms)
                if all(role == "else" for role, _ in arms):
                    arms.insert(0, ("then", Trace()))
                return Branch(SPOT, flow.label or "", list(arms), open=not closed)
            case FlowType.LOOP:
                return Loop(SPOT, flow.label or "", None, self._children(flow.children))
            case FlowType.PARALLEL:
                return Parallel(SPOT, "", [self.trace(c) for c in flow.children])
            case FlowType.TRY:
                return self._try(flow)
            case FlowType.GRAPH:
                nodes = [(str(n), self.trace(c)) for n, c in enumerate(flow.children)]
                return Graph(SPOT, "", nodes, list(flow.arrows))
        return Called(SPOT, "g", SPOT, self._children(flow.children))

    def _try(self, flow: Flow) -> Try:
        parts = {role: [c for c in flow.children if c.role is role] for role in Role}
        bodies = [c for c in flow.children if c.role in (Role.BODY, None)]
        handlers = [
            Caught(
                HandlerKind.EXCEPT, SPOT, (), raises=False, stops=False, logs=False, leaves=None, trace=self.trace(c)
            )
            for c in parts[Role.EXCEPT]
        ]
        return Try(SPOT, self._children(tuple(bodies)), handlers, self._children(tuple(parts[Role.FINALLY])))
