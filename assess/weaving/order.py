"""What can directly follow what: the traces of a run walked as control flow, with every way out of an arm.

A frontier holds the visits that may be the last ones before a point. Arms that return, raise, continue or break take
their frontier to where they lead; an error leaves from the call that it stops, to the nearest handler that catches it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import islice

from assess.model.graph import Edge, EdgeKind
from assess.model.observed import Bounds
from assess.resolving.trace import (
    Again,
    Branch,
    Called,
    Event,
    Gives,
    Graph,
    Logged,
    Loop,
    Node,
    Parallel,
    Recursed,
    Started,
    Trace,
    Try,
    Yielded,
)
from assess.weaving.dispatching import AT_RUN_TIME, is_dispatch
from assess.weaving.frontier import (
    NOTHING,
    RETURNED,
    Frame,
    Frontier,
    Mark,
    Out,
    fitting,
    forgetting,
    given_to,
    into,
    joined,
    knowing,
    labelled,
    stood_in,
)

CATCHES_ALL = frozenset({"Exception", "BaseException"})
MOST_AGAIN = 2_000
"""Walks through what is shown elsewhere; it may hold more of its kind, and those as well."""
MOST_ROUNDS = 4
"""Times that a function that calls itself is walked at most."""
DEEPEST_AGAIN = 4
"""Loops inside loops that are walked twice; further inside, the first walk has to do."""


class _Errors(Enum):
    """Where the errors come from that a walk takes into handlers."""

    NOWHERE = auto()
    VISITS = auto()
    ANYWHERE = auto()


@dataclass(frozen=True, slots=True)
class Order:
    """Which visit can directly follow which, in the order in which they are met; which can be the first, and the last.

    `bounds` are those of runs that meet no error, `bounds_on_error` those of runs whose code handles one: any statement
    can raise, in a handler's reach or not, so more can follow each other.
    """

    edges: tuple[Edge, ...]
    bounds: Bounds
    bounds_on_error: Bounds


def order_of(trace: Trace, visit_of: dict[int, str]) -> Order:
    """The order of what an entry does."""
    walk = _Walk(visit_of, _Errors.VISITS)
    walk.run(trace)
    edges = [Edge(a, b, EdgeKind.NEXT, label) for (a, b), label in walk.found.items() if a is not None]
    calm, disturbed = _Walk(visit_of, _Errors.NOWHERE), _Walk(visit_of, _Errors.ANYWHERE)
    bounds, on_error = calm.run(trace), disturbed.run(trace)
    more = tuple((a, b) for a, b in disturbed.found if a is not None and (a, b) not in walk.found)
    return Order(tuple(edges), bounds, replace(on_error, more=more))


class _Walk:
    def __init__(self, visit_of: dict[int, str], errors: _Errors) -> None:
        self._visit_of = visit_of
        self._errors = errors
        self._loops = 0
        self._shown_again = 0
        self._frames: dict[int, Frame] = {}
        self._root = Frame()
        self._known: dict[tuple[int, frozenset[tuple[str | None, Mark]]], Out] = {}
        """Where functions led to, by where they were entered from."""
        self._left: dict[int, tuple[Frontier, Frontier]] = {}
        """How the loops that were walked are left: at their end, and by `break`."""
        self.found: dict[tuple[str | None, str], str | None] = {}

    def run(self, trace: Trace) -> Bounds:
        """Walk what an entry does from its start."""
        out = self._frame(trace, {None: (None, NOTHING)}, self._root)
        return Bounds(tuple(b for a, b in self.found if a is None), tuple(joined(out.end, out.returns)))

    def trace(self, trace: Trace, before: Frontier) -> Out:
        """Walk the nodes one after another."""
        out = Out(end=dict(before))
        for node in trace.nodes:
            inner = self._node(node, out.end)
            out.take_exits(inner)
            out.end = inner.end
            if not out.end:
                break
        if trace.exits == "return":
            out.end = knowing(out.end, RETURNED, trace.gives)
        out.leave(trace.exits)
        return out

    def _node(self, node: Node, before: Frontier) -> Out:
        match node:
            case Event():
                return self._event(node, before)
            case Called() | Again() | Recursed() | Yielded():
                return self._elsewhere(node, before)
            case Branch():
                return self._branch(node, before)
            case Loop():
                return self._loop(node, before)
            case Parallel():
                return self._parallel(node.branches, before)
            case Started():
                return self._started(node, before)
            case Try():
                return self._try(node, before)
            case Graph():
                return self._graph(node, before)
            case Logged():
                return Out(end=before)

    def _started(self, node: Started, before: Frontier) -> Out:
        """What goes on beside the rest; a thread that never ends keeps nothing from going on."""
        if node.waited and not node.in_place:
            return Out(end=before)
        out = self._parallel([node.body], before)
        if not node.waited and not out.end:
            out.end = dict(before)
        return out

    def _elsewhere(self, node: Called | Again | Recursed | Yielded, before: Frontier) -> Out:
        """What another function does, or this one when it is called again."""
        match node:
            case Called():
                out = self._called(node.body, before)
                spot = node.spot
                ends = joined(knowing(out.end, RETURNED, Gives.NONE), out.returns)
                return Out(end=given_to(ends, (spot.file, spot.cell, spot.line, spot.column)), raises=out.raises)
            case Again():
                return self._again(node, before)
            case Recursed():
                return self._recursed(node, before)
            case Yielded():
                inner = self.trace(node.body, before)
                # What leaves the loop leaves the generator.
                ends = joined(inner.end, inner.continues)
                return Out(end=ends, returns=joined(inner.breaks, inner.returns), raises=inner.raises)

    def _called(self, body: Trace, before: Frontier) -> Out:
        """The body of a function that is entered from here; entered from the same visits it leads to the same."""
        key = id(body), frozenset(before.items())
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._frame(body, before, Frame())
        return Out(end=dict(known.end), returns=dict(known.returns), raises=dict(known.raises))

    def _frame(self, body: Trace, before: Frontier, frame: Frame) -> Out:
        """The body of a function, as often as what it does when it calls itself adds something."""
        outer = self._frames.get(id(body))
        self._frames[id(body)] = frame
        out = self.trace(body, before)
        for _ in range(MOST_ROUNDS if frame.entering else 0):
            known = len(frame.entering), len(frame.ends)
            frame.ends = forgetting(joined(out.end, out.returns))
            frame.raises = out.raises
            out = self.trace(body, joined(before, labelled(frame.entering, "again")))
            if known == (len(frame.entering), len(joined(out.end, out.returns))):
                break
        if outer is not None:
            self._frames[id(body)] = outer
        return out

    def _again(self, node: Again, before: Frontier) -> Out:
        """What is shown elsewhere, from here."""
        match node.shown.nodes:
            case [Event() as event]:
                return self._event(event, before)
        if self._shown_again >= MOST_AGAIN:
            return Out(end=before)
        self._shown_again += 1
        out = self._called(node.shown, before)
        return Out(end=forgetting(joined(out.end, out.returns)), raises=out.raises)

    def _recursed(self, node: Recursed, before: Frontier) -> Out:
        """The function is entered again, and left where it is left."""
        inner = self.trace(node.inner, before)
        frame = self._frames.get(id(node.frame), self._root)
        into(frame.entering, before)
        return Out(
            end=joined(inner.end, inner.returns, frame.ends) if node.inner.nodes else dict(frame.ends),
            raises=joined(inner.raises, frame.raises),
        )

    def _event(self, event: Event, before: Frontier) -> Out:
        visit = self._visit_of.get(event.number)
        if visit is None:
            return Out(end=before)
        for last, (label, _) in before.items():
            self.found.setdefault((last, visit), label)
        return Out(end={visit: (None, NOTHING)}, raises={visit: (None, NOTHING)})

    def _branch(self, node: Branch, before: Frontier) -> Out:
        if node.unbroken is not None and id(node.unbroken) in self._left:
            ended, broken = self._left[id(node.unbroken)]
            inner = self.trace(node.arms[0][1], ended)
            inner.end = joined(inner.end, broken)
            return inner
        out = Out()
        chosen = is_dispatch(node)
        skips = node.open or not (node.label in AT_RUN_TIME or any(role == "else" for role, _ in node.arms))
        ends: list[Frontier] = []
        for number, (role, arm) in enumerate(node.arms):
            own = (id(node), number)
            # Which of many follows which is decided at run time; only the same call again is sure to be possible.
            single = chosen and len([*islice(arm.events(), 2)]) == 1
            entering = {v: m for v, m in before.items() if not chosen or not stood_in(m, own, single=single)}
            if node.asked is not None:
                gives = node.asked.otherwise if role == "else" else node.asked.then
                entering = fitting(entering, node.asked.site, gives)
            inner = self.trace(arm, entering)
            if chosen:
                inner.stand_in(own)
            out.take_exits(inner)
            ends.append(inner.end)
        if skips:
            ends.append(fitting(before, node.asked.site, node.asked.otherwise) if node.asked is not None else before)
        out.end = joined(*ends)
        return out

    def _loop(self, node: Loop, before: Frontier) -> Out:
        self._loops += 1
        asked = node.asked
        first = self.trace(node.body, before if asked is None else fitting(before, asked.site, asked.then))
        back = joined(first.end, first.continues)
        back.pop(None, None)
        out = Out(returns=dict(first.returns), raises=dict(first.raises))
        turns = labelled(forgetting({v: m for v, m in back.items() if v not in before}), "again")
        if turns and self._loops <= DEEPEST_AGAIN:
            second = self.trace(node.body, turns)
            into(out.returns, second.returns)
            into(out.raises, second.raises)
            back = joined(back, second.end, second.continues)
            into(first.breaks, second.breaks)
        self._loops -= 1
        ended = {} if node.endless else back if node.sure else joined(before, back)
        self._left[id(node)] = ended, first.breaks
        out.end = joined(ended, first.breaks)
        return out

    def _parallel(self, branches: list[Trace], before: Frontier) -> Out:
        out = Out()
        ends: list[Frontier] = []
        for branch in branches:
            inner = self.trace(branch, before)
            into(out.raises, inner.raises)
            ends.append(joined(inner.end, inner.returns))
        moved = [{v: m for v, m in end.items() if v not in before} for end in ends]
        passes = [end for end in ends if any(v in before for v in end)]
        out.end = joined(*moved) if any(moved) and len(passes) < len(ends) else joined(*ends)
        return out

    def _try(self, node: Try, before: Frontier) -> Out:
        body = self.trace(node.body, before)
        out = Out(end=body.end)
        caught = self._caught(node, before, body)
        catches_all = False
        for handler in node.handlers:
            catches_all = catches_all or not handler.catches or bool(CATCHES_ALL & set(handler.catches))
            if not caught:
                continue
            inner = self.trace(handler.trace, caught)
            out.take_exits(inner)
            # What follows a handler that made no call follows the call that failed.
            out.end = joined(out.end, inner.end)
        into(out.returns, body.returns)
        into(out.continues, body.continues)
        into(out.breaks, body.breaks)
        if not catches_all or self._errors is _Errors.ANYWHERE:
            into(out.raises, body.raises)
        return self._finally(node.last, out) if node.last.calls else out

    def _caught(self, node: Try, before: Frontier, body: Out) -> Frontier:
        """Where a run may be when an error is caught."""
        match self._errors:
            case _Errors.NOWHERE:
                return {}
            case _Errors.ANYWHERE:
                return labelled(joined(before, body.raises), "error")
        # Where no visit is tried, something else failed.
        failing = body.raises if node.body.calls else before
        return labelled({v: m for v, m in failing.items() if v is not None or failing is before}, "error")

    def _finally(self, last: Trace, out: Out) -> Out:
        """Every way out leads through `finally`."""
        raised = {} if self._errors is _Errors.NOWHERE else labelled(out.raises, "error")
        together = joined(out.end, out.returns, out.continues, out.breaks, raised)
        inner = self.trace(last, together)
        through = inner.end
        return Out(
            end=through if out.end else {},
            returns=through if out.returns else inner.returns,
            raises=joined(inner.raises, through if out.raises else {}),
            continues=through if out.continues else {},
            breaks=through if out.breaks else {},
        )

    def _graph(self, node: Graph, before: Frontier) -> Out:
        after: dict[int, list[tuple[int, str | None]]] = {}
        for a, b, label in node.arrows:
            after.setdefault(a, []).append((b, label))
        out = Out()
        entering: dict[int, Frontier] = {}
        leaving: Frontier = {}
        todo: list[tuple[int, Frontier]] = [(-1, before)]
        while todo:
            source, frontier = todo.pop(0)
            for target, label in after.get(source, ()) or ([(0, None)] if source == -1 and node.nodes else []):
                arriving = labelled(frontier, label) if label is not None and source >= 0 else frontier
                if target < 0:
                    into(leaving, frontier)
                    continue
                known = entering.setdefault(target, {})
                fresh = {v: m for v, m in arriving.items() if v not in known}
                if not fresh:
                    continue
                known.update(fresh)
                inner = self.trace(node.nodes[target][1], fresh)
                into(out.raises, inner.raises)
                todo.append((target, joined(inner.end, inner.returns)))
        if not leaving:
            for number, frontier in entering.items():
                if not after.get(number):
                    into(leaving, self.trace(node.nodes[number][1], frontier).end)
        out.end = leaving or before
        return out
