"""Findings at one place as one result: message, place, the ways that lead there, and what was decided of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assess.model.assessment import Pipeline
from assess.model.finding import Finding, Severity, SuppressedBy
from assess.model.step import Confidence, Step
from reports.gathering import Gathered
from reports.sarif.places import location, place_of
from reports.sarif.rules import LEVELS

MOST_FLOWS = 10
MOST_RELATED = 40
RANK = {Severity.HIGH: 85.0, Severity.MEDIUM: 55.0, Severity.LOW: 25.0, Severity.NOTE: 10.0}
SURER = {Confidence.HIGH: 10.0, Confidence.MEDIUM: 0.0, Confidence.LOW: -10.0}
IN_SOURCE = (SuppressedBy.COMMENT, SuppressedBy.FILE_COMMENT)


def result(one: Gathered, rule: int, fingerprint: str) -> dict[str, Any]:
    """The result; `rule` is the index of its rule."""
    finding = one.first
    flows = [flow for pipeline in one.pipelines[:MOST_FLOWS] if (flow := _flow(finding, pipeline, one.findings))]
    related = _related(one)
    made: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "rank": max(0.0, RANK[finding.severity] + SURER[finding.confidence]),
        "message": {"text": _no_links(one.message)},
        "locations": [place_of(finding, _step(finding, one.pipelines))],
        "partialFingerprints": {"lastgoodPlace/v1": fingerprint},
        "properties": {
            "axis": finding.axis.value,
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "findings": [f.id for f in one.findings],
            "pipelines": [pipeline.id for pipeline in one.pipelines],
        },
    }
    if related:
        made["relatedLocations"] = related
    if flows:
        made["codeFlows"] = [{"threadFlows": [{"locations": flow}]} for flow in flows]
    if finding.suppressed is not None:
        by = finding.suppressed.by
        made["suppressions"] = [
            {
                "kind": "inSource" if by in IN_SOURCE else "external",
                "status": "accepted",
                "justification": finding.suppressed.reason or f"suppressed by {by}, without a reason",
            }
        ]
    if finding.baseline is not None:
        made["baselineState"] = "unchanged" if finding.baseline == "known" else "new"
    return made


def _no_links(text: str) -> str:
    """In a message `[a](b)` is a link; code that only looks like one is taken apart."""
    return text.replace("](", "] (")


def _step(finding: Finding, pipelines: tuple[Pipeline, ...]) -> Step | None:
    return next((s for p in pipelines if p.id == finding.pipeline for s in p.steps if s.id == finding.step), None)


def _flow(place: Finding, pipeline: Pipeline, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """The way from the entry of a pipeline to the step, and on to the place that is to be mended."""
    own = next(f for f in findings if f.pipeline == pipeline.id)
    step = _step(own, (pipeline,))
    if step is None:
        return []
    via = step.visits[0].via if step.visits else ()
    stops = [(pipeline.entry.file, pipeline.entry.line, f"a run of {pipeline.name} starts here")]
    stops += [(stop.file, stop.line, f"called from {stop.function}") for stop in via]
    stops.append((step.file, step.line, f"{step.kind.value}: {step.call}"))
    if (place.file, place.line) != (step.file, step.line):
        stops.append((place.file, place.line, "the finding"))
    return [{"location": location(file, line, says)} for file, line, says in stops]


def _related(one: Gathered) -> list[dict[str, Any]]:
    """Where the pipelines start, and every other place that the finding speaks of."""
    found: dict[tuple[str, int], str] = {}
    for file, line, says in _stops(one):
        if (file, line) != (one.first.file, one.first.line):
            found.setdefault((file, line), says)
    few = list(found.items())[:MOST_RELATED]
    return [location(file, line, says, number) for number, ((file, line), says) in enumerate(few, 1)]


def _stops(one: Gathered) -> Iterator[tuple[str, int, str]]:
    for pipeline in one.pipelines:
        yield pipeline.entry.file, pipeline.entry.line, f"{pipeline.name} starts here"
    for finding in one.findings:
        yield from ((stop.file, stop.line, stop.says) for stop in finding.trail)
