"""Chains of attributes, items, calls and awaits: where they start, what stands in them."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.sites import Route


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


class _Finder(cst.CSTVisitor):
    def __init__(self, route: Route) -> None:
        self._route = route
        self.sites: set[cst.CSTNode] = set()

    def visit_Call(self, node: cst.Call) -> None:
        if node in self._route.sites:
            self.sites.add(node)


def sites_in(node: cst.CSTNode, route: Route) -> set[cst.CSTNode]:
    """The calls in this code that lead to steps."""
    known = route.found.get(node)
    if known is None:
        finder = _Finder(route)
        node.visit(finder)
        known = route.found[node] = frozenset(finder.sites)
    return set(known)


class _Awaits(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found = False

    def visit_Await(self, node: cst.Await) -> None:  # noqa: ARG002 - libcst calls it so
        self.found = True


def holds_await(node: cst.CSTNode) -> bool:
    """Whether something is awaited in this code."""
    looking = _Awaits()
    node.visit(looking)
    return looking.found
