"""Findings as workflow commands of GitHub Actions, which shows them beside the changed lines of a pull request.

Only what is open: suppressed findings and those of the baseline are left out. GitHub shows ten errors, ten warnings and
ten notices of a step, so the worst come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.model.assessment import Assessment
from assess.model.finding import Severity
from assess.policy.failing import open_findings
from reports.gathering import Gathered, file_line, gathered
from reports.words import sentence_case

COMMANDS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice", Severity.NOTE: "notice"}


def render_github(assessment: Assessment) -> str:
    """One command a line; empty if nothing is open."""
    return "".join(f"{line}\n" for line in _lines(assessment))


def _lines(assessment: Assessment) -> Iterator[str]:
    for one in gathered(assessment, open_findings(assessment)):
        yield _command(one)


def _command(one: Gathered) -> str:
    finding = one.first
    line = file_line(finding.file, finding.line)
    properties = {"file": finding.file, "line": str(line)}
    if finding.cell is None:
        properties["endLine"] = str(max(line, finding.end_line))
    properties["title"] = f"lastgood: {sentence_case(finding.check.replace('-', '_'))}"
    words = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {words}::{_data(one.message)}"


def _data(text: str) -> str:
    """The three characters that would end a command or begin an escape, escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """And the two that would end a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
