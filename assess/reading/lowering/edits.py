"""The text while it is lowered: bytes are exchanged for as many others, so nothing moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from assess.reading.lowering.marks import Lowered, Mark, MarkKind, Part

NEWLINE = ord("\n")


class NotLoweredError(ValueError):
    """The text has syntax that cannot be said in the same place in an older version."""


class Edits:
    """One module: where each node stands, and what was exchanged so far. Offsets count bytes from 0."""

    def __init__(self, text: str) -> None:
        self.module = cst.parse_module(text)
        self._before = text.encode()
        self._data = bytearray(self._before)
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        self.spans = wrapper.resolve(ByteSpanPositionProvider)
        self._marks: list[tuple[MarkKind, int, int, tuple[Part, ...]]] = []

    def nodes(self) -> Iterable[tuple[cst.CSTNode, CodeSpan]]:
        """Every node with its place, without the brackets around it."""
        return self.spans.items()

    def size(self, node: cst.CSTNode) -> int:
        """How many bytes a node takes, with the brackets around it."""
        return len(self.module.code_for_node(node).encode())

    def source(self, start: int, end: int) -> str:
        """What stood there."""
        return self._before[start:end].decode()

    def find(self, text: str, start: int) -> int:
        """Where a text stands next."""
        return self._before.index(text.encode(), start)

    def put(self, start: int, text: str) -> None:
        """Exchange what stands there for as many bytes."""
        data = text.encode()
        if b"\n" in self._before[start : start + len(data)]:
            raise NotLoweredError("a line would go")
        self._data[start : start + len(data)] = data

    def blank(self, start: int, end: int, kept: Iterable[tuple[int, int]] = (), *, joined: bool = False) -> None:
        """Leave spaces; if `joined`, lines outside of brackets are still one. What is `kept` stays."""
        inside = {place for first, last in kept for place in range(first, last)}
        for place in range(start, end):
            if place in inside:
                continue
            if self._before[place] != NEWLINE:
                self._data[place] = ord(" ")
            elif joined:
                if self._before[place - 1] == NEWLINE:
                    raise NotLoweredError("an empty line ends a statement")
                self._data[place - 1] = ord("\\")

    def after(self, place: int) -> int:
        """The first place from here on where no line ends."""
        while self._before[place] == NEWLINE:
            place += 1
        return place

    def mark(self, kind: MarkKind, start: int, end: int, parts: Iterable[Part] = ()) -> None:
        """Remember what stood between two places."""
        self._marks.append((kind, start, end, tuple(parts)))

    def done(self) -> Lowered:
        """The text as it is now."""
        starts = [0, *accumulate(len(line) + 1 for line in self._before.split(b"\n"))]

        def where(place: int) -> tuple[int, int]:
            line = bisect_right(starts, place)
            return line, place - starts[line - 1]

        marks = tuple(Mark(kind, (*where(start), *where(end)), parts) for kind, start, end, parts in self._marks)
        return Lowered(self._data.decode(), marks)
