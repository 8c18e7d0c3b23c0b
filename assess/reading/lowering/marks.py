"""What lowered text stands for where it cannot say so itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Span = tuple[int, int, int, int]
"""First line from 1, first column, last line, end column; columns count bytes of UTF-8 from 0, as `ast` has them."""
Part = str | tuple[int, tuple[int, ...]]
"""A literal piece of a text, or how many elements one pair of braces holds, and those in its format."""


class MarkKind(StrEnum):
    """What is to be put back."""

    TEXT = "text"
    """A tuple of expressions that stands for an f-string."""
    CAUGHT = "caught"
    """Types joined by `|` that stand for a tuple of them."""
    UNPACKED = "unpacked"
    """A plus that stands for the star of a comprehension."""
    ENTRIES = "entries"
    """Two of them in a set that stands for a dict."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One place that was lowered, and what stood there."""

    kind: MarkKind
    span: Span
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Lowered:
    """Text that an older Python reads, and what is to be put back into its tree."""

    text: str
    marks: tuple[Mark, ...]


def to_wire(lowered: Lowered) -> object:
    """As JSON holds it."""
    return [lowered.text, [[mark.kind, mark.span, mark.parts] for mark in lowered.marks]]


def from_wire(value: Any) -> Lowered:
    """What `to_wire` made. Raises ValueError or TypeError on anything else."""
    text, marks = value
    return Lowered(
        str(text), tuple(Mark(MarkKind(kind), tuple(span), tuple(map(_part, parts))) for kind, span, parts in marks)
    )


def _part(value: Any) -> Part:
    if isinstance(value, str):
        return value
    count, inner = value
    return int(count), tuple(map(int, inner))
