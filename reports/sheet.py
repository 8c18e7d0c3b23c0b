"""Findings as a table of comma-separated values (RFC 4180), one a row, for spreadsheets and databases."""

from __future__ import annotations

import csv
import io

from assess.model.assessment import Assessment
from assess.model.finding import Finding
from reports.clean import clean

HEADS = (
    "check", "severity", "confidence", "axis", "category", "effort", "file", "cell", "line", "pipeline", "message",
    "suppressed_by", "reason", "baseline", "fingerprint",
)  # fmt: skip


def render_csv(assessment: Assessment) -> str:
    """All findings with a line of heads; in the order of the assessment."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows([_harmless(cell) for cell in _row(finding)] for finding in assessment.findings)
    return out.getvalue()


def _row(f: Finding) -> tuple[object, ...]:
    by, reason = ("", "") if f.suppressed is None else (f.suppressed.by.value, f.suppressed.reason)
    return (
        f.check, f.severity.value, f.confidence.value, f.axis.value, f.category.value, f.effort, f.file, f.cell, f.line,
        f.pipeline, f.message, by, reason, f.baseline, f.fingerprint,
    )  # fmt: skip


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    text = clean(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
