"""Places in the scanned source, and the lines that are quoted from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands.

    `file` is relative to the assessed root with `/`; `line` counts from 1 (inside the cell in a notebook), `column`
    from 0 in characters, `end_line` is inclusive; `cell` counts all cells of a notebook from 0 and is None elsewhere.
    """

    file: str
    line: int
    column: int = 0
    end_line: int = 0
    cell: int | None = None

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"[{self.cell}]"
        return f"{self.file}{cell}:{self.line}"


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One quoted line; `text` has its secrets masked already."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class TrailStop:
    """One stop on the way to a finding: where, and what happens there."""

    file: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A call that looks external but is in no catalogue; `reason` carries the row to add."""

    file: str
    line: int
    call: str
    reason: str
