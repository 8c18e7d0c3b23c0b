"""Calls on what calls gave, `table.insert(x).where(y).execute()`: their parts, and how they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assess.resolving.values import source_text

LONGEST_CHAIN = 60
"""Links that are looked back on: each call of a generated chain of thousands asks for all before it."""


def chain_nodes(node: ast.expr) -> Iterator[ast.AST]:
    """Every node of a call or callee and of the calls that it is chained to, the nearest first."""
    for _ in range(LONGEST_CHAIN):
        yield node
        match node:
            case ast.Call(func=before):
                for part in (*node.args, *node.keywords):
                    yield from ast.walk(part)
            case ast.Subscript(value=before):
                yield from ast.walk(node.slice)
            case ast.Attribute(value=before) | ast.Await(value=before):
                pass
            case _:
                yield from (inner for inner in ast.walk(node) if inner is not node)
                return
        node = before


def as_written(func: ast.expr) -> str:
    """The callee as written, with the contents of brackets removed; a long chain from its last links on."""
    ends: list[str] = []
    for _ in range(2 * LONGEST_CHAIN):
        match func:
            case ast.Attribute(value=before, attr=name):
                ends.append(f".{name}")
            case ast.Call(func=before):
                ends.append("()")
            case ast.Subscript(value=before):
                ends.append("[]")
            case ast.Await(value=before):
                pass
            case ast.Name(id=name):
                return name + "".join(reversed(ends))
            case _:
                return source_text(func, 40) + "".join(reversed(ends))
        func = before
    return "…" + "".join(reversed(ends))
