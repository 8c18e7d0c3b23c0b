"""Going through syntax quickly: what stands in a node, what a node stands in, where it stands.

libcst's own visitors rebuild every node that they pass, spaces and commas too, which takes most of the time of a
migration. Who only looks goes through here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

_MARKS = frozenset(
    """lpar rpar comma semicolon colon equal dot lbracket rbracket lbrace rbrace leading_lines lines_after_decorators
    header footer indent trailing_whitespace newline first_line empty_lines""".split()
)


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (f.name for f in dataclasses.fields(kind))
    return tuple(n for n in names if n not in _MARKS and not n.startswith("whitespace"))


def inside(node: cst.CSTNode) -> list[cst.CSTNode]:
    """What stands directly in a node, in the order of its fields; without spaces, commas and brackets."""
    found: list[cst.CSTNode] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += [v for v in value if isinstance(v, cst.CSTNode)]
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all that stands in it, each before what it holds."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(inside(node))


class Looking:
    """A visitor that changes nothing: `visit_Call` and its like return False to go no deeper."""

    def look(self, node: cst.CSTNode) -> None:
        """Go through a node and what stands in it."""
        if self.on_visit(node):
            for child in inside(node):
                self.look(child)
        self.on_leave(node)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Before a node; whether to look into it."""
        visit = getattr(self, f"visit_{type(node).__name__}", None)
        return visit is None or visit(node) is not False

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """After a node."""


def parents_in(node: cst.CSTNode) -> Mapping[cst.CSTNode, cst.CSTNode]:
    """What each node in this one stands in."""
    return {child: parent for parent in walk(node) for child in inside(parent)}


def statements_in(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The statements that stand directly in a statement, a suite or a module, and the suites that hold them."""
    return [n for n in inside(node) if isinstance(n, _HOLDING)]


_HOLDING = (
    cst.BaseStatement, cst.BaseSuite, cst.BaseSmallStatement, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally,
    cst.Else, cst.MatchCase,
)  # fmt: skip


def positions_in(wrapper: MetadataWrapper) -> Mapping[cst.CSTNode, CodeRange]:
    """Where each node of a module stands."""
    # `wrapper.resolve` would go through the whole module once more, for nobody.
    return cast("Mapping[cst.CSTNode, CodeRange]", PositionProvider()._gen(wrapper))  # noqa: SLF001


def last_called(node: cst.CSTNode) -> str | None:
    """The last name of what is called here, if a call is what this is."""
    if not isinstance(node, cst.Call):
        return None
    func = node.func
    return func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else None
