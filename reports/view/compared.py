"""The comparison of a proof, read as plain values: which runs of the workflow did what the original does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.view.given import Spec, Table, rows_of, tables_of
from reports.words import count

_TABLES: tuple[Spec, ...] = (
    (
        "apart",
        "Where the workflow does something else than the original",
        (
            ("Kind of run", "case"),
            ("What failed", "fault"),
            ("Call", "route"),
            ("Step", "step"),
            ("Place", "place"),
            ("How", "what"),
            ("At", "path"),
            ("Original", "original"),
            ("Workflow", "workflow"),
        ),
    ),
    (
        "rows",
        "The original and the workflow on the same outside world, run by run",
        (
            ("Kind of run", "case"),
            ("Step", "step"),
            ("What failed", "fault"),
            ("Outcome", "outcome"),
            ("Calls", "calls"),
            ("How both ended", "original"),
        ),
    ),
)


def compared_sentence(proof: Mapping[str, Any]) -> str:
    """How many runs were compared, and how many of them were the same; empty if none was."""
    rows = rows_of(_told(proof).get("rows"))
    if not rows:
        return ""
    same = sum(1 for row in rows if not rows_of(row.get("differences")))
    return f"{count(len(rows), 'run')} of the workflow compared with the original's: {same} the same."


def compared_tables(proof: Mapping[str, Any]) -> tuple[Table, ...]:
    """First what differs, then every run."""
    rows = [{**row, "outcome": _outcome(row)} for row in rows_of(_told(proof).get("rows"))]
    apart = [{**row, **told} for row in rows for told in rows_of(row.get("differences"))[:1]]
    return tables_of({"apart": apart, "rows": rows}, _TABLES)


def _told(proof: Mapping[str, Any]) -> Mapping[str, Any]:
    told = proof.get("equivalence")
    return told if isinstance(told, Mapping) else {}


def _outcome(row: Mapping[str, Any]) -> str:
    if rows_of(row.get("differences")):
        return "different"
    tried_again = row.get("fault") and row.get("against") == "no fault"
    return "same as with no fault, after another attempt" if tried_again else "same"
