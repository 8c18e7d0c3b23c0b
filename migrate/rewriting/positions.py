"""Where the nodes of a module stand, worked out for as much of it as somebody asks for.

libcst finds positions by writing the text once more, which takes most of the time of a migration. A migration asks for
a few functions of large files, so one statement of the module is written at a time, from the line on where Python's own
parser says that it begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from migrate.rewriting.syntax import walk


class Positions:
    """Where each node of a module stands; of nodes that are not in it nothing is known.

    `lines` are those on which its statements begin, one each; where they are not known the whole is worked out.
    """

    def __init__(self, wrapper: MetadataWrapper, lines: Sequence[int] | None) -> None:
        self._wrapper = wrapper
        self._tree = wrapper.module
        self._lines = _first_lines(self._tree, lines)
        self._known: dict[cst.CSTNode, CodeRange] = {}
        self._holder: dict[cst.CSTNode, int] | None = None

    def get(self, node: cst.CSTNode) -> CodeRange | None:
        """Where a node stands; None of one that was put together."""
        if node not in self._known:
            self._work_out(node)
        return self._known.get(node)

    def __getitem__(self, node: cst.CSTNode) -> CodeRange:
        """Where a node of the module stands. Raises KeyError."""
        found = self.get(node)
        if found is None:
            raise KeyError(node)
        return found

    def _work_out(self, node: cst.CSTNode) -> None:
        if self._lines is None:
            self._known = self._known or dict(_everything(self._wrapper))
            return
        if self._holder is None:
            self._holder = {inner: at for at, statement in enumerate(self._tree.body) for inner in walk(statement)}
        at = self._holder.get(node)
        if at is not None:
            self._known |= _one(self._tree, self._tree.body[at], self._lines[at])


def _everything(wrapper: MetadataWrapper) -> Mapping[cst.CSTNode, CodeRange]:
    # `wrapper.resolve` would go through the whole module once more, for nobody.
    return cast("Mapping[cst.CSTNode, CodeRange]", PositionProvider()._gen(wrapper))  # noqa: SLF001


def _one(tree: cst.Module, statement: cst.CSTNode, line: int) -> Mapping[cst.CSTNode, CodeRange]:
    """Where the nodes of one statement stand, whose text, empty lines and comments above it included, begins here."""
    provider = PositionProvider()
    state = PositionProvidingCodegenState(tree.default_indent, tree.default_newline, provider, line=line)
    statement._codegen(state)  # noqa: SLF001 - what `_gen` does with the whole module
    return cast("Mapping[cst.CSTNode, CodeRange]", provider._computed)  # noqa: SLF001


def _first_lines(tree: cst.Module, lines: Sequence[int] | None) -> list[int] | None:
    """The lines on which the text of each statement begins, with what stands above it and belongs to it."""
    parts = [len(s.body) if isinstance(s, cst.SimpleStatementLine) else 1 for s in tree.body]
    if lines is None or sum(parts) != len(lines):
        return None
    found = []
    at = 0
    for statement, count in zip(tree.body, parts, strict=True):
        found.append(lines[at] - len(statement.leading_lines))
        at += count
    return found
