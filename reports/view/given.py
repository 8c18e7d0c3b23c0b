"""What a plan and a proof have in common, read as plain values: what has the expected form becomes tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from reports.words import sentence_case

MOST_ROWS = 200

Spec: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of words."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What a plan or a proof shows: a sentence, numbers with their words and tables."""

    sentence: str
    numbers: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


def tables_of(value: Mapping[str, Any], specs: Sequence[Spec]) -> tuple[Table, ...]:
    """A table for each list of the expected name whose rows say something in the expected columns."""
    tables = []
    for key, title, columns in specs:
        rows = rows_of(value.get(key))
        body = tuple(tuple(_words(_at(row, path)) for _, path in columns) for row in rows[:MOST_ROWS])
        kept = [n for n in range(len(columns)) if any(row[n] for row in body)]
        if kept:
            heads = tuple(columns[n][0] for n in kept)
            cells = tuple(tuple(row[n] for n in kept) for row in body)
            tables.append(Table(title, heads, cells, max(0, len(rows) - MOST_ROWS)))
    return tuple(tables)


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list; none if it is something else."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def numbers_of(totals: Any) -> tuple[tuple[str, str], ...]:
    """Each number of a mapping, with its name as words."""
    if not isinstance(totals, Mapping):
        return ()
    return tuple(
        (f"{value:g}", sentence_case(str(name)).lower())
        for name, value in totals.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    )


def _at(row: Mapping[str, Any], path: str) -> Any:
    if path == "file:line":
        return f"{row.get('file', '')}:{row.get('line', '')}".strip(":")
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return value
    return ", ".join(_words(item) for item in value) if isinstance(value, Sequence) else ""
