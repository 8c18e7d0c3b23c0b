"""Places as SARIF says them: relative URIs under one base, lines and columns from 1, columns in code points."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from assess.model.finding import Finding
from assess.model.step import Step
from reports.clean import clean
from reports.gathering import file_line

BASE = "SRCROOT"
HIDDEN = "•"
LONGEST = 200
"""Characters that an excerpt keeps of a line; of a longer one the end is not known."""


def location(file: str, line: int, says: str = "", number: int | None = None) -> dict[str, Any]:
    """A location at one line; line 0 is the file as a whole."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file), "uriBaseId": BASE}}
    if line:
        physical["region"] = {"startLine": file_line(file, line)}
    found: dict[str, Any] = {} if number is None else {"id": number}
    found["physicalLocation"] = physical
    if says:
        found["message"] = {"text": clean(says)}
    return found


def place_of(finding: Finding, step: Step | None) -> dict[str, Any]:
    """The location of a finding, from its column to the end of its last line where these are known."""
    found = location(finding.file, finding.line)
    if finding.cell is None:
        found["physicalLocation"]["region"] |= _columns(finding, step)
    if finding.symbol:
        found["logicalLocations"] = [{"fullyQualifiedName": clean(finding.symbol), "kind": "function"}]
    return found


def _columns(finding: Finding, step: Step | None) -> dict[str, int]:
    texts = {line.line: line.text for line in finding.excerpt}
    last = max(finding.line, finding.end_line)
    columns = {"endLine": last}
    if step is not None and (step.file, step.line) == (finding.file, finding.line):
        columns["startColumn"] = step.column + 1
    elif finding.line in texts:
        columns["startColumn"] = len(texts[finding.line]) - len(texts[finding.line].lstrip()) + 1
    end = texts.get(last, HIDDEN)
    start = columns.get("startColumn", 1) if last == finding.line else 1
    if HIDDEN not in end and start <= len(end) < LONGEST:
        columns["endColumn"] = len(end) + 1
    return columns
