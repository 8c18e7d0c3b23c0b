"""On which lines the functions and statements of a file stand, as Python's own parser says.

Of most files that a migration reads nobody asks for more, and libcst takes long to say it (see pieces.py).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def parsed(source: str | bytes) -> ast.Module:
    """The tree of a file; what Python would warn about in it is not ours to say. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


@dataclass(frozen=True, slots=True)
class Spot:
    """A function: its qualified name, the class it stands in, whether it stands in a function, first and last line."""

    qualname: str
    owner: str | None
    nested: bool
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the module: first line with its decorators, last line, the functions in it in their order."""

    first: int
    last: int
    functions: Sequence[Spot]


@dataclass(frozen=True, slots=True)
class Definition(Statement):
    """A function or class of which all that a module knows about it is told here, and the imports inside it."""

    name: str
    is_class: bool
    imports: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outline:
    """The statements of a file in their order, and by what its first block is indented, if it has one."""

    statements: Sequence[Statement]
    indent: str | None


def outline(source: str) -> Outline | None:
    """The outline of a text; None if this Python cannot read it, as libcst may."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Outline([_statement(s) for s in tree.body], _first_indent(tree, source))


def _statement(node: ast.stmt) -> Statement:
    spots = list(_functions(node, prefix="", owner=None, nested=False))
    last = node.end_lineno or node.lineno
    if not isinstance(node, _DEFINING):
        return Statement(node.lineno, last, spots)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    # Names that are not plain ASCII have another form here than in the text; `:=` may bind a name above the body.
    plain = all(s.qualname.isascii() for s in spots) and node.name.isascii()
    if not plain or any(isinstance(n, ast.NamedExpr) for above in _above(node) for n in ast.walk(above)):
        return Statement(first, last, spots)
    imports = [ast.unparse(n) for n in _statements(node) if isinstance(n, ast.Import | ast.ImportFrom)]
    return Definition(first, last, spots, node.name, isinstance(node, ast.ClassDef), imports)


_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _above(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[ast.AST]:
    """What of a definition is evaluated where it stands."""
    return [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _functions(node: ast.AST, *, prefix: str, owner: str | None, nested: bool) -> Iterator[Spot]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        qualname = f"{prefix}{node.name}"
        yield Spot(qualname, owner, nested, node.lineno, node.end_lineno or node.lineno)
        prefix, owner, nested = f"{qualname}.<locals>.", None, True
    elif isinstance(node, ast.ClassDef):
        owner = f"{prefix}{node.name}"
        prefix = f"{owner}."
    for child in _inside(node):
        yield from _functions(child, prefix=prefix, owner=owner, nested=nested)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    for child in _inside(node):
        yield child
        yield from _statements(child)


def _inside(node: ast.AST) -> list[ast.AST]:
    holding = (ast.stmt, ast.excepthandler, ast.match_case)
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, holding)]


def _first_indent(tree: ast.Module, source: str) -> str | None:
    lines = source.split("\n")
    for node in _statements(tree):
        if isinstance(node, ast.stmt) and node.col_offset:
            above = node.decorator_list if isinstance(node, _DEFINING) else []
            first = min([node.lineno, *(d.lineno for d in above)])
            indent = re.match(r"[ \t]*", lines[first - 1])
            if indent is not None and indent[0]:
                return indent[0]
    return None
