"""What can directly follow what: the traces of a run walked as control flow, with every way out of an arm.

A frontier holds the visits that may be the last ones before a point. Arms that return, raise, continue or break take
their frontier to where they lead; an error leaves from the call that it stops, to the nearest handler that catches it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assess.model.graph import Edge, EdgeKind
from assess.resolving.trace import (
    Branch,
    Called,
    Event,
    Graph,
    Logged,
    Loop,
    Node,
    Parallel,
    Started,
    Trace,
    Try,
)

Mark = tuple[str | None, frozenset[tuple[int, int]]]
"""The label that the next edge gets, and the arms of dispatches that the visit stands in."""
Frontier = dict[str | None, Mark]
"""Visits that may come last before a point; None is the start of the run."""
CATCHES_ALL = frozenset({"Exception", "BaseException"})
AT_RUN_TIME = ("one of several", "tool that the model chooses")
MANY_ARMS = 4
"""Tests of one name against literals, from which on they are a dispatch."""
_SUBJECT = re.compile(r"(?:elif )?([\w.\[\]'\"]+) (?:==|in) [\[(]?['\"]")
NOWHERE: frozenset[tuple[int, int]] = frozenset()
DEEPEST_AGAIN = 4
"""Loops inside loops that are walked twice; further inside, the first walk has to do."""


@dataclass(slots=True)
class Out:
    """Where control may be after a part: at its end, or on its way out of something around it."""

    end: Frontier = field(default_factory=dict)
    returns: Frontier = field(default_factory=dict)
    raises: Frontier = field(default_factory=dict)
    continues: Frontier = field(default_factory=dict)
    breaks: Frontier = field(default_factory=dict)

    def leave(self, exits: str | None) -> None:
        """The end of this part is a return, raise, continue or break."""
        if exits is not None:
            target = {"return": self.returns, "raise": self.raises, "continue": self.continues, "break": self.breaks}
            target[exits].update(self.end)
            self.end = {}

    def take_exits(self, other: Out) -> None:
        """The ways out of a part inside this one, its end aside."""
        self.returns.update(other.returns)
        self.raises.update(other.raises)
        self.continues.update(other.continues)
        self.breaks.update(other.breaks)


def order_edges(trace: Trace, visit_of: dict[int, str]) -> list[Edge]:
    """The edges that say which visit can directly follow which, in the order in which they are met."""
    walk = _Walk(visit_of)
    walk.trace(trace, {None: (None, NOWHERE)})
    return [Edge(a, b, EdgeKind.NEXT, label) for (a, b), label in walk.found.items() if a is not None]


def _joined(*frontiers: Frontier) -> Frontier:
    result: Frontier = {}
    for frontier in frontiers:
        for visit, mark in frontier.items():
            result.setdefault(visit, mark)
    return result


def _labelled(frontier: Frontier, label: str) -> Frontier:
    return {visit: (label, arm) for visit, (_, arm) in frontier.items()}


def _is_dispatch(node: Branch) -> bool:
    """Whether a branch chooses among many by a name that is only known at run time."""
    if node.label in AT_RUN_TIME:
        return True
    subject = _subject(node)
    count, arm = 0, node if subject is not None else None
    while arm is not None and _subject(arm) == subject:
        count += 1
        otherwise = next((trace for role, trace in arm.arms if role == "else"), None)
        inner = otherwise.nodes[0] if otherwise is not None and len(otherwise.nodes) == 1 else None
        arm = inner if isinstance(inner, Branch) else None
    return count >= MANY_ARMS


def _subject(node: Branch) -> str | None:
    found = _SUBJECT.match(node.label)
    return found[1] if found else None


def _in_another_arm(mark: Mark, own: tuple[int, int]) -> bool:
    return any(branch == own[0] and arm != own[1] for branch, arm in mark[1])


class _Walk:
    def __init__(self, visit_of: dict[int, str]) -> None:
        self._visit_of = visit_of
        self._loops = 0
        self.found: dict[tuple[str | None, str], str | None] = {}

    def trace(self, trace: Trace, before: Frontier) -> Out:
        """Walk the nodes one after another."""
        out = Out(end=dict(before))
        for node in trace.nodes:
            inner = self._node(node, out.end)
            out.take_exits(inner)
            out.end = inner.end
            if not out.end:
                break
        out.leave(trace.exits)
        return out

    def _node(self, node: Node, before: Frontier) -> Out:
        match node:
            case Event():
                return self._event(node, before)
            case Called():
                out = self.trace(node.body, before)
                return Out(end=_joined(out.end, out.returns), raises=out.raises)
            case Branch():
                return self._branch(node, before)
            case Loop():
                return self._loop(node, before)
            case Parallel():
                return self._parallel(node.branches, before)
            case Started():
                return self._parallel([node.body], before) if node.in_place or not node.waited else Out(end=before)
            case Try():
                return self._try(node, before)
            case Graph():
                return self._graph(node, before)
            case Logged():
                return Out(end=before)

    def _event(self, event: Event, before: Frontier) -> Out:
        visit = self._visit_of.get(event.number)
        if visit is None:
            return Out(end=before)
        for last, (label, _) in before.items():
            self.found.setdefault((last, visit), label)
        return Out(end={visit: (None, NOWHERE)}, raises={visit: (None, NOWHERE)})

    def _branch(self, node: Branch, before: Frontier) -> Out:
        out = Out()
        chosen = _is_dispatch(node)
        skips = node.open or not (node.label in AT_RUN_TIME or any(role == "else" for role, _ in node.arms))
        ends: list[Frontier] = []
        for number, (_, arm) in enumerate(node.arms):
            own = (id(node), number)
            # Which of many follows which is decided at run time; only the same one again is sure to be possible.
            entering = {v: m for v, m in before.items() if not chosen or not _in_another_arm(m, own)}
            inner = self.trace(arm, entering)
            out.take_exits(inner)
            ends.append({v: (label, arms | {own} if chosen else arms) for v, (label, arms) in inner.end.items()})
        out.end = _joined(*ends, before if skips else {})
        return out

    def _loop(self, node: Loop, before: Frontier) -> Out:
        self._loops += 1
        first = self.trace(node.body, before)
        back = _joined(first.end, first.continues)
        back.pop(None, None)
        out = Out(returns=dict(first.returns), raises=dict(first.raises))
        turns = _labelled({v: m for v, m in back.items() if v not in before}, "again")
        if turns and self._loops <= DEEPEST_AGAIN:
            second = self.trace(node.body, turns)
            out.returns.update(second.returns)
            out.raises.update(second.raises)
            back = _joined(back, second.end, second.continues)
            first.breaks.update(second.breaks)
        self._loops -= 1
        out.end = _joined({} if node.endless else before, {} if node.endless else back, first.breaks)
        return out

    def _parallel(self, branches: list[Trace], before: Frontier) -> Out:
        out = Out()
        ends: list[Frontier] = []
        for branch in branches:
            inner = self.trace(branch, before)
            out.raises.update(inner.raises)
            ends.append(_joined(inner.end, inner.returns))
        moved = [{v: m for v, m in end.items() if v not in before} for end in ends]
        passes = [end for end in ends if any(v in before for v in end)]
        out.end = _joined(*moved) if any(moved) and len(passes) < len(ends) else _joined(*ends)
        return out

    def _try(self, node: Try, before: Frontier) -> Out:
        body = self.trace(node.body, before)
        out = Out(end=body.end)
        caught = _labelled(body.raises, "error")
        catches_all = False
        for handler in node.handlers:
            catches_all = catches_all or not handler.catches or bool(CATCHES_ALL & set(handler.catches))
            if not caught:
                continue
            inner = self.trace(handler.trace, caught)
            out.take_exits(inner)
            # What follows a handler that made no call follows the call that failed.
            out.end = _joined(out.end, inner.end)
        out.returns.update(body.returns)
        out.continues.update(body.continues)
        out.breaks.update(body.breaks)
        if not catches_all:
            out.raises.update(body.raises)
        return self._finally(node.last, out) if not node.last.silent else out

    def _finally(self, last: Trace, out: Out) -> Out:
        """Every way out leads through `finally`."""
        together = _joined(out.end, out.returns, out.continues, out.breaks, _labelled(out.raises, "error"))
        inner = self.trace(last, together)
        through = inner.end
        return Out(
            end=through if out.end else {},
            returns=through if out.returns else inner.returns,
            raises=_joined(inner.raises, through if out.raises else {}),
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
                arriving = _labelled(frontier, label) if label is not None and source >= 0 else frontier
                if target < 0:
                    leaving.update(frontier)
                    continue
                known = entering.setdefault(target, {})
                fresh = {v: m for v, m in arriving.items() if v not in known}
                if not fresh:
                    continue
                known.update(fresh)
                inner = self.trace(node.nodes[target][1], fresh)
                out.raises.update(inner.raises)
                todo.append((target, _joined(inner.end, inner.returns)))
        if not leaving:
            for number, frontier in entering.items():
                if not after.get(number):
                    leaving.update(self.trace(node.nodes[number][1], frontier).end)
        out.end = leaving or before
        return out
