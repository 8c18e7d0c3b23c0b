"""A plan and a proof, read as plain values: what has the expected form becomes tables and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.words import sentence_case

MOST_ROWS = 200

_PLAN = (
    (
        "questions",
        "A person has to decide",
        (("Question", "question"), ("Because", "because"), ("If it is left", "risk"), ("Place", "file:line")),
    ),
    (
        "activities",
        "Recorded steps of the workflow",
        (
            ("Activity", "name"),
            ("Legacy code is", "how"),
            ("Place", "file:line"),
            ("Tries", "retry.attempts.value"),
            ("One try, seconds", "timeouts.start_to_close.value"),
            ("Key of the write", "key.how"),
            ("Because", "key.because"),
        ),
    ),
    (
        "waits",
        "Waits that outlive the process",
        (
            ("Wait", "name"),
            ("Instead of", "replaces"),
            ("Limit, hours", "deadline_hours.value"),
            ("Place", "file:line"),
        ),
    ),
    (
        "ledger",
        "What becomes of each step",
        (("Call", "call"), ("Outcome", "outcome"), ("Where", "where"), ("Because", "because"), ("Place", "file:line")),
    ),
)

_PROOF = (("rows", "The workflow, kill by kill"), ("original", "The original, killed at the same places"))


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


def plan_view(plan: Mapping[str, Any]) -> Given:
    """The plan's questions, activities, waits and ledger."""
    tables = []
    for key, title, columns in _PLAN:
        rows = _rows(plan.get(key))
        if rows:
            heads = tuple(head for head, _ in columns)
            body = tuple(tuple(_words(_at(row, path)) for _, path in columns) for row in rows[:MOST_ROWS])
            tables.append(_narrowed(Table(title, heads, body, max(0, len(rows) - MOST_ROWS))))
    return Given("", (), tuple(tables))


def proof_view(proof: Mapping[str, Any]) -> Given:
    """The proof's verdict, its sums and its kills."""
    totals = proof.get("totals")
    numbers = tuple(_numbers(totals)) if isinstance(totals, Mapping) else ()
    tables = []
    for key, title in _PROOF:
        rows = _rows(proof.get(key))
        if rows:
            names = [name for name in rows[0] if all(_flat(row.get(name)) for row in rows)]
            heads = tuple(sentence_case(str(name)) for name in names)
            body = tuple(tuple(_words(row.get(name)) for name in names) for row in rows[:MOST_ROWS])
            tables.append(_narrowed(Table(title, heads, body, max(0, len(rows) - MOST_ROWS))))
    holds = proof.get("holds")
    sentence = "" if not isinstance(holds, bool) else "The proof holds." if holds else "The proof does not hold."
    return Given(sentence, numbers, tuple(tables))


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def _numbers(totals: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in totals.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{value:g}", sentence_case(str(name)).lower()


def _at(row: Mapping[str, Any], path: str) -> Any:
    if path == "file:line":
        return f"{row.get('file', '')}:{row.get('line', '')}".strip(":")
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _flat(value: Any) -> bool:
    if isinstance(value, str | int | float | None):
        return True
    return isinstance(value, Sequence) and all(isinstance(item, str | int | float) for item in value)


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


def _narrowed(table: Table) -> Table:
    """Without the columns in which nothing stands."""
    kept = [n for n in range(len(table.heads)) if any(row[n] for row in table.rows)]
    heads = tuple(table.heads[n] for n in kept)
    return Table(table.title, heads, tuple(tuple(row[n] for n in kept) for row in table.rows), table.left_out)
