"""Chains of attributes, items, calls and awaits: where they start, what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import libcst as cst

from assess.model.step import RetryBy, Step
from migrate.rewriting.sites import Route
from migrate.rewriting.syntax import Looking, inside, last_called, walk


def chain_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes of a chain, from its end to its head."""
    found: list[cst.CSTNode] = [node]
    while True:
        if isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        elif isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Await):
            node = node.expression
        else:
            return found
        found.append(node)


def head_name(node: cst.CSTNode) -> cst.Name | None:
    """The name that a chain starts at, if it starts at one."""
    head = chain_nodes(node)[-1]
    return head if isinstance(head, cst.Name) else None


def chain_head(node: cst.CSTNode, route: Route) -> cst.CSTNode | None:
    """The call in a chain that leads to a step."""
    return next((n for n in chain_nodes(node) if n in route.sites), None)


def outer_call(node: cst.CSTNode) -> cst.Call | None:
    """The call that a chain ends with, awaited or not."""
    while isinstance(node, cst.Await):
        node = node.expression
    return node if isinstance(node, cst.Call) else None


def sites_in(node: cst.CSTNode, route: Route) -> set[cst.CSTNode]:
    """The calls in this code that lead to steps."""
    known = route.found.get(node)
    if known is None:
        found = frozenset(n for n in walk(node) if n in route.sites)
        known = route.found[node] = found
    return set(known)


class _Loops(Looking):
    """The bodies of loops, and what comprehensions make for each item."""

    def __init__(self) -> None:
        self.bodies: list[cst.CSTNode] = []

    def visit_For(self, node: cst.For) -> None:
        self.bodies.append(node.body)

    def visit_While(self, node: cst.While) -> None:
        self.bodies += [node.test, node.body]

    def visit_ListComp(self, node: cst.ListComp) -> None:
        self.bodies.append(node.elt)

    def visit_SetComp(self, node: cst.SetComp) -> None:
        self.bodies.append(node.elt)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> None:
        self.bodies.append(node.elt)

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self.bodies += [node.key, node.value]


def repeated_in(nodes: Iterable[cst.CSTNode], route: Route) -> set[cst.CSTNode]:
    """The calls that lead to steps and that this code makes once an item; a loop that tries again makes one."""
    loops = _Loops()
    for node in nodes:
        loops.look(node)
    found = {site for body in loops.bodies for site in sites_in(body, route)}
    return {n for n in found if any(RetryBy.LOOP not in _layers(step) for step, _ in route.sites[n].visits)}


def _layers(step: Step) -> set[RetryBy]:
    return {layer.by for layer in step.retry.layers}


def holds_await(node: cst.CSTNode) -> bool:
    """Whether something is awaited in this code."""
    return any(isinstance(n, cst.Await) for n in walk(node))


def heaviest_way(nodes: Sequence[cst.CSTNode], weights: Mapping[cst.CSTNode, tuple[int, int]]) -> tuple[int, int]:
    """The most writes and billed calls of one way through this code: of two branches a run takes one."""
    writes = billed = 0
    for node in nodes:
        own = weights.get(node, (0, 0))
        parts, branches = inside(node), list[cst.CSTNode]()
        if isinstance(node, cst.If):
            parts, branches = [node.test], [b for b in (node.body, node.orelse) if b is not None]
        elif isinstance(node, cst.Match):
            parts, branches = [node.subject], list(node.cases)
        inner = heaviest_way(parts, weights)
        ways = [heaviest_way([b], weights) for b in branches]
        writes += own[0] + inner[0] + max((w for w, _ in ways), default=0)
        billed += own[1] + inner[1] + max((b for _, b in ways), default=0)
    return writes, billed


def calls_any(node: cst.CSTNode, names: frozenset[str]) -> bool:
    """Whether something of one of these names is called in this code."""
    return any(last_called(n) in names for n in walk(node) if isinstance(n, cst.Call))


def reads_of_chain(node: cst.CSTNode) -> list[str]:
    """The names along a chain, head first, for a readable activity name."""
    nodes = chain_nodes(node)
    names = [n.attr.value for n in nodes if isinstance(n, cst.Attribute)]
    head = nodes[-1]
    if isinstance(head, cst.Name) and head.value != "self":
        names.append(head.value)
    return list(reversed(names)) or ["value"]
