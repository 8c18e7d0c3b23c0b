"""A last look at drafted code: every name in it has to mean something by the time it is read.

What a name means is checked as Python decides it: a name that a function binds anywhere is its own, and then it must
not be read before. https://docs.python.org/3/reference/executionmodel.html#resolution-of-names
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def read_too_early(functions: str) -> str | None:
    """The first name that one of these functions, the body of a class, reads before it can have given it a value."""
    tree = ast.parse("class Drafted:\n" + functions)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            early = _early(node)
            if early is not None:
                return early
    return None


def _early(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    given = function.args
    looking = _InOrder({a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)})
    looking.set |= {a.arg for a in (given.vararg, given.kwarg) if a is not None}
    looking.several(function.body)
    return next((name for name in looking.early if name in looking.own), None)


class _InOrder:
    """Goes through statements in the order of their text; loops are gone through once, both arms of a branch."""

    def __init__(self, given: Iterable[str]) -> None:
        self.set = set(given)
        self.own: set[str] = set()
        self.early: dict[str, None] = {}
        self._foreign: set[str] = set()

    def several(self, nodes: Iterable[ast.AST]) -> None:
        """One after the other."""
        for node in nodes:
            self._one(node)

    def _one(self, node: ast.AST) -> None:
        if isinstance(node, ast.Global | ast.Nonlocal):
            self._foreign |= set(node.names)
        elif isinstance(node, ast.Name):
            self._name(node)
        elif isinstance(node, _SCOPES):
            self._scope(node)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node)
        elif isinstance(node, ast.ExceptHandler):
            self._handler(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                self._bind((alias.asname or alias.name).partition(".")[0])
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None:
            self._bind(node.name)
            self.several(ast.iter_child_nodes(node))
        elif isinstance(node, ast.AugAssign):
            self._read(node.target)
            self.several((node.value, node.target))
        else:
            self.several(_evaluated(node))

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node)
        else:
            self._bind(node.id)

    def _read(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name) and node.id not in self.set:
            self.early.setdefault(node.id)

    def _bind(self, name: str) -> None:
        if name not in self._foreign:
            self.set.add(name)
            self.own.add(name)

    def _scope(self, node: ast.AST) -> None:
        """What stands in a function inside is read when that is called, which may be later."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.several(node.decorator_list)
            self._bind(node.name)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        bound = {n.id for c in node.generators for n in ast.walk(c.target) if isinstance(n, ast.Name)}
        hidden = _InOrder(self.set | bound)
        for clause in node.generators:
            hidden.several((clause.iter, *clause.ifs))
        hidden.several([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.early |= hidden.early
        for name in hidden.own - bound:
            self._bind(name)

    def _handler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self._one(node.type)
        if node.name is not None:
            self._bind(node.name)
        self.several(node.body)


def _evaluated(node: ast.AST) -> list[ast.AST]:
    """The children of a node as they are evaluated: what is assigned before what it is assigned to."""
    if isinstance(node, ast.Assign):
        return [node.value, *node.targets]
    if isinstance(node, ast.AnnAssign):
        return [n for n in (node.value, node.target if node.value is not None else None) if n is not None]
    if isinstance(node, ast.For | ast.AsyncFor):
        return [node.iter, node.target, *node.body, *node.orelse]
    if isinstance(node, ast.NamedExpr):
        return [node.value, node.target]
    return list(ast.iter_child_nodes(node))
