"""Every check as a rule, with its page as help; checks of the user's own by what their findings say."""

from __future__ import annotations

import re
from typing import Any

from assess.checks.check import Check
from assess.checks.registry import all_checks
from assess.model.assessment import Assessment
from assess.model.finding import Finding, Severity
from reports.words import sentence_case

HOME = "https://github.com/lastgood/lastgood"
LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.NOTE: "note"}
WEIGHT = {"error": "error", "warning": "warning", "note": "recommendation"}
LONGEST = 1000
"""Characters of a description; services cut a longer one themselves, in the middle of a word."""


def rules(assessment: Assessment) -> list[dict[str, Any]]:
    """All rules, by name: those of this version, and those that only the findings know."""
    known = {check.id: _rule(check) for check in all_checks()}
    for finding in assessment.findings:
        known.setdefault(finding.check, _bare_rule(finding))
    return [known[name] for name in sorted(known)]


def _rule(check: Check) -> dict[str, Any]:
    page = dict(check.page)
    plain = re.sub(r"^## (.*)$", r"\1:", check.help(), flags=re.MULTILINE).replace("```python", "").replace("```", "")
    return {
        "id": check.id,
        "name": check.id.title().replace("-", ""),
        "shortDescription": {"text": f"{check.title}."},
        "fullDescription": {"text": " ".join(page["What it does"].split())[:LONGEST]},
        "help": {"text": plain.removeprefix("# "), "markdown": check.help()},
        "helpUri": f"{HOME}/blob/main/docs/checks/{check.id}.md",
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": _properties(check.axis.value, check.confidence.value, LEVELS[check.severity]),
    }


def _bare_rule(finding: Finding) -> dict[str, Any]:
    title = sentence_case(finding.check.replace("-", "_"))
    return {
        "id": finding.check,
        "shortDescription": {"text": f"{title}."},
        "fullDescription": {"text": f"{title}: a check that this version of lastgood does not bring along."},
        "help": {"text": f"{title}.", "markdown": f"{title}."},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": _properties(finding.axis.value, finding.confidence.value, LEVELS[finding.severity]),
    }


def _properties(axis: str, confidence: str, level: str) -> dict[str, Any]:
    return {"tags": ["reliability", axis], "precision": confidence, "problem.severity": WEIGHT[level]}
