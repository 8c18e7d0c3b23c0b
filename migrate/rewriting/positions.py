"""Where the nodes of a module stand, worked out for as much of it as somebody asks for.

libcst finds positions by writing the text once more, which takes most of the time of a migration. A migration asks for
a few functions of large files, so one piece of the module is written at a time, and only of those that were read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from migrate.rewriting.pieces import Piece, Pieces
from migrate.rewriting.syntax import walk


class Positions:
    """Where each node of a module stands; of nodes that are not in it nothing is known."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._known: dict[cst.CSTNode, CodeRange] = {}
        self._holder: dict[cst.CSTNode, Piece] = {}
        self._listed: set[Piece] = set()

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
        for piece in self._pieces.all:
            if piece.is_read and piece not in self._listed:
                self._listed.add(piece)
                self._holder |= dict.fromkeys(walk(piece.parsed), piece)
        piece_of = self._holder.get(node)
        if piece_of is not None:
            self._known |= self._of(piece_of)

    def _of(self, piece: Piece) -> Mapping[cst.CSTNode, CodeRange]:
        """Where the nodes of one piece stand. This is what `PositionProvider` does with a whole module."""
        provider = PositionProvider()
        indent, newline = self._pieces.indent, self._pieces.newline
        state = PositionProvidingCodegenState(indent, newline, provider, line=piece.first)
        piece.parsed._codegen(state)  # noqa: SLF001
        return cast("Mapping[cst.CSTNode, CodeRange]", provider._computed)  # noqa: SLF001
