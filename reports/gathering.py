"""Findings of one check at one place told once: a wrapper that ten pipelines share is one line for whoever mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assess.model.assessment import Assessment, Pipeline
from assess.model.finding import Finding, Severity
from assess.model.step import Confidence
from reports.clean import clean

SEVERITIES = tuple(Severity)  # the worst first
CONFIDENCES = tuple(Confidence)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Findings that say the same of the same place, with the pipelines that they are about, in order of risk."""

    findings: tuple[Finding, ...]
    pipelines: tuple[Pipeline, ...]

    @property
    def first(self) -> Finding:
        """The one that stands for all."""
        return self.findings[0]

    @property
    def message(self) -> str:
        """What it says, with the cell of a notebook and the pipelines, on one line."""
        cell = "" if self.first.cell is None else f"Cell {self.first.cell}, line {self.first.line}: "
        names = [clean(pipeline.name) for pipeline in self.pipelines]
        more = f" and {len(names) - 2} more" if len(names) > 3 else ""
        named = ", ".join(names[:2] if more else names)
        return f"{cell}{clean(self.first.message)}" + (f" ({named}{more})" if names else "")


def gathered(assessment: Assessment, findings: Iterable[Finding]) -> tuple[Gathered, ...]:
    """The findings by place, the worst first, then in the order of the code."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        key = (f.check, f.file, f.cell, f.line, f.end_line, f.message, f.severity, f.suppressed, f.baseline)
        groups.setdefault(key, []).append(f)
    made = [_gathered(assessment, group) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: _order(one.first)))


def _gathered(assessment: Assessment, group: Sequence[Finding]) -> Gathered:
    wanted = {finding.pipeline for finding in group}
    pipelines = tuple(p for p in assessment.pipelines if p.id in wanted)
    return Gathered(tuple(sorted(group, key=lambda f: (CONFIDENCES.index(f.confidence), f.id))), pipelines)


def _order(f: Finding) -> tuple[object, ...]:
    return SEVERITIES.index(f.severity), CONFIDENCES.index(f.confidence), f.file, f.cell or 0, f.line, f.check, f.id


def file_line(file: str, line: int) -> int:
    """The line to point at in the file as it is stored: a cell's lines are not those of its notebook."""
    return 1 if file.endswith(".ipynb") else max(1, line)
