"""Questions about a piece of code: does it await, does it yield, how is it decorated, what is its text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.syntax import Looking

_SET_IN = 8


class _Looking(Looking):
    def __init__(self) -> None:
        self.awaits = False
        self.yields = False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002
        return False

    def visit_Await(self, node: cst.Await) -> None:  # noqa: ARG002
        self.awaits = True

    def visit_With(self, node: cst.With) -> None:
        self.awaits = self.awaits or node.asynchronous is not None

    def visit_For(self, node: cst.For) -> None:
        self.awaits = self.awaits or node.asynchronous is not None

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.awaits = self.awaits or node.asynchronous is not None

    def visit_Yield(self, node: cst.Yield) -> None:  # noqa: ARG002
        self.yields = True


@lru_cache(maxsize=10_000)
def awaits(node: cst.CSTNode) -> bool:
    """Whether it has to be awaited as a whole."""
    looking = _Looking()
    looking.look(node)
    return looking.awaits


@lru_cache(maxsize=10_000)
def yields(function: Function) -> bool:
    """Whether it is a generator."""
    looking = _Looking()
    looking.look(function.node.body)
    return looking.yields


def has_decorator(function: Function, name: str) -> bool:
    """Whether a decorator of this name stands above it."""
    return any(dotted_name(d.decorator) == name for d in function.node.decorators)


def code_of(body: Sequence[cst.BaseStatement]) -> str:
    """Statements as text."""
    return "".join(cst.Module([]).code_for_node(s) for s in body)


def is_text(node: cst.CSTNode) -> bool:
    """Whether a statement is only a text: a docstring, where it comes first."""
    small = node.body[0] if isinstance(node, cst.SimpleStatementLine) and node.body else None
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString | cst.ConcatenatedString)


def with_docstring_of_method(body: cst.IndentedBlock) -> cst.IndentedBlock:
    """The body of what has become a method: its docstring is set in as methods' are."""
    first = body.body[0] if body.body else None
    small = first.body[0] if isinstance(first, cst.SimpleStatementLine) else None
    text = small.value if isinstance(small, cst.Expr) else None
    if first is None or not isinstance(text, cst.SimpleString) or "\n" not in text.value:
        return body
    head, *lines = text.value.split("\n")
    missing = _SET_IN - min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    moved = [" " * missing + line if line.strip() else line for line in lines]
    changed = first.with_deep_changes(text, value="\n".join([head, *moved]))
    return body.with_changes(body=[changed, *body.body[1:]])
