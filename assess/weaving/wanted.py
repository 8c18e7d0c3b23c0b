"""Entries that the owner names because no framework shows them: `file.py:function`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from assess.reading.tree import SourceTree
from assess.resolving.program import FunctionInfo, Program

DETAIL = "named in the configuration"


def missing_entries(tree: SourceTree, wanted: Iterable[str]) -> tuple[str, ...]:
    """One sentence for each entry that the tree does not have."""
    return tuple(says for entry in wanted if (says := _missing(tree, entry)))


def wanted_functions(program: Program, wanted: Iterable[str]) -> Iterator[FunctionInfo]:
    """The functions that these entries name."""
    for entry in wanted:
        file, _, name = entry.rpartition(":")
        if file in program.tree.data:
            yield from (info for info in program.module(file).functions.values() if info.qualified_name == name)


def _missing(tree: SourceTree, entry: str) -> str:
    file, _, name = entry.rpartition(":")
    if file not in tree.data:
        return f"entries.add: there is no file '{file}'{_meant(file, [*tree.data])}"
    syntax = tree.syntax(file)
    names = [name for block in syntax.blocks for name in _names(block.body)] if syntax is not None else []
    return "" if name in names else f"entries.add: there is no function '{name}' in {file}{_meant(name, names)}"


def _names(body: Sequence[ast.stmt], inside: str = "") -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{inside}{statement.name}"
        elif isinstance(statement, ast.ClassDef):
            yield from _names(statement.body, f"{inside}{statement.name}.")
        else:
            for part in ("body", "orelse", "handlers", "finalbody"):
                inner = getattr(statement, part, [])
                yield from _names([one for one in inner if isinstance(one, ast.stmt)], inside)


def _meant(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, 1, 0.6)
    return f"; did you mean {close[0]}?" if close else ""
