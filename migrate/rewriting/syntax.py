"""Going through syntax quickly: what stands in a node, what a node stands in.

libcst's own visitors rebuild every node that they pass, spaces and commas too, which takes most of the time of a
migration. Who only looks goes through here.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import libcst as cst

_MARKS = frozenset(
    """lpar rpar comma semicolon colon equal dot lbracket rbracket lbrace rbrace leading_lines lines_after_decorators
    header footer indent trailing_whitespace newline first_line empty_lines star end""".split()
)


_NO_NODES = (str, bool, str | None)


@cache
def _parts(kind: type[cst.CSTNode]) -> Callable[[cst.CSTNode], Sequence[Any]]:
    """Takes the values of all fields that may hold nodes out of a node of this class."""
    names = [f.name for f in dataclasses.fields(kind) if f.type not in _NO_NODES]
    names = [n for n in names if n not in _MARKS and not n.startswith("whitespace")]
    if not names:
        return lambda _: ()
    one = attrgetter(*names)
    return one if len(names) > 1 else lambda node: (one(node),)


def inside(node: cst.CSTNode) -> list[cst.CSTNode]:
    """What stands directly in a node, in the order of its fields; without spaces, commas and brackets."""
    found: list[cst.CSTNode] = []
    for value in _parts(type(node))(node):
        kind = type(value)
        if kind is list or kind is tuple:
            found += value  # every sequence in libcst is one of nodes
        elif value is not None and kind is not cst.MaybeSentinel:
            found.append(value)
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

    _visits: Mapping[type, Callable[[Any, Any], bool | None]] = {}

    def __init_subclass__(cls) -> None:
        named = (name for name in dir(cls) if name.startswith("visit_"))
        cls._visits = {getattr(cst, name.removeprefix("visit_")): getattr(cls, name) for name in named}

    def look(self, node: cst.CSTNode) -> None:
        """Go through a node and what stands in it."""
        if self.on_visit(node):
            for child in inside(node):
                self.look(child)
        self.on_leave(node)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Before a node; whether to look into it."""
        visit = self._visits.get(type(node))
        return visit is None or visit(self, node) is not False

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """After a node."""


class Targets(Looking, ABC):
    """Goes through code that gives values to names, fields and items, or deletes them."""

    @abstractmethod
    def target(self, node: cst.CSTNode) -> None:
        """What stands on the left is given a value, or deleted."""

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        """`row.name = value`."""
        self.target(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """`row.name: str = value`."""
        self.target(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """`row.name += value`."""
        self.target(node.target)

    def visit_Del(self, node: cst.Del) -> None:
        """`del row.name`."""
        self.target(node.target)


def calls_in(node: cst.CSTNode) -> list[cst.Call]:
    """Every call in this code, an outer one before those in it."""
    return [n for n in walk(node) if isinstance(n, cst.Call)]


@lru_cache(maxsize=1_000)
def parents_in(node: cst.CSTNode) -> Mapping[cst.CSTNode, cst.CSTNode]:
    """What each node in this one stands in; one function is asked about many of its nodes."""
    return {child: parent for parent in walk(node) for child in inside(parent)}


def statements_in(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The statements that stand directly in a statement, a suite or a module, and the suites that hold them."""
    return [n for n in inside(node) if type(n) in _HOLDING]


def every_statement(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A piece of code and the statements and suites in it, each before what it holds."""
    yield node
    for child in statements_in(node):
        yield from every_statement(child)


# By class: libcst's base classes are slow to ask.
_HOLDING = frozenset(
    kind
    for kind in vars(cst).values()
    if isinstance(kind, type)
    and issubclass(
        kind,
        cst.BaseStatement | cst.BaseSuite | cst.BaseSmallStatement | cst.ExceptHandler | cst.ExceptStarHandler
        | cst.Finally | cst.Else | cst.MatchCase,
    )
)  # fmt: skip


def last_called(node: cst.CSTNode) -> str | None:
    """The last name of what is called here, if a call is what this is."""
    if not isinstance(node, cst.Call):
        return None
    func = node.func
    return func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else None


def listed_as(args: Sequence[cst.Arg], before: Sequence[cst.Arg]) -> list[cst.Arg]:
    """These arguments of a call, set as those were that it had before: the same lines, the same end."""
    if not args or not before:
        return [a.with_changes(comma=cst.MaybeSentinel.DEFAULT) for a in args]
    end, none = before[-1], cst.SimpleWhitespace("")
    between = before[0].comma if len(before) > 1 and not _remarks(before[0].comma) else cst.MaybeSentinel.DEFAULT
    new = [isinstance(a.comma, cst.MaybeSentinel) or a is end for a in args]
    inner = [
        a.with_changes(comma=between, whitespace_after_arg=none) if n else a for a, n in zip(args, new, strict=True)
    ]
    return [*inner[:-1], args[-1].with_changes(comma=end.comma, whitespace_after_arg=end.whitespace_after_arg)]


def _remarks(comma: cst.Comma | cst.MaybeSentinel) -> bool:
    return any(isinstance(node, cst.Comment) for node in walk(comma)) if isinstance(comma, cst.Comma) else False
