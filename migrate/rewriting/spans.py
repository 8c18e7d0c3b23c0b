"""On which lines the functions and statements of a file stand, as Python's own parser says.

Of most files that a migration reads nobody asks for more, and libcst takes long to say it (see positions.py).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def parsed(source: str | bytes) -> ast.Module:
    """The tree of a file; what Python would warn about in it is not ours to say. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


@dataclass(frozen=True, slots=True)
class Outline:
    """First and last line of each function, first line of each statement of the module, in the order of the text."""

    functions: Sequence[tuple[int, int]]
    statements: Sequence[int]


def outline(source: str | bytes) -> Outline | None:
    """The outline of a file; None if this Python cannot read it, as libcst may."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    functions = [(f.lineno, f.end_lineno or f.lineno) for f in _functions(tree)]
    return Outline(functions, [_first_line(s) for s in tree.body])


def _first_line(statement: ast.stmt) -> int:
    above = statement.decorator_list if isinstance(statement, _DECORATED) else []
    return min([statement.lineno, *(d.lineno for d in above)])


_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _functions(child)
