"""What changed between two assessments of one code base."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.assessment import Tool
from assess.model.finding import Finding

SUPPRESSED = "suppressed"
"""The name of the difference that tells of a suppression that came or went."""


class Went(StrEnum):
    """What became of something between the old assessment and the new one."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, as text: a verdict, a score, a severity."""

    of: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """A finding that is new, gone or changed: as it is now, or as it was if it is gone."""

    went: Went
    finding: Finding
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedPipeline:
    """A pipeline that is new, gone or changed; `place` is where its entry stands now, or stood."""

    went: Went
    id: str
    name: str
    place: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two assessments."""

    root_name: str
    commit: str | None
    tool: Tool
    pipelines: int
    findings: int


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that changed; `differences` are those of the code base: answers, and what to migrate first."""

    schema_version: str
    old: Side
    new: Side
    differences: tuple[Difference, ...]
    pipelines: tuple[ChangedPipeline, ...]
    findings: tuple[ChangedFinding, ...]

    @property
    def appeared(self) -> tuple[Finding, ...]:
        """The findings that are open now and were not before: new ones, and those that are suppressed no longer."""
        return tuple(c.finding for c in self.findings if c.finding.suppressed is None and _opened(c))


def _opened(changed: ChangedFinding) -> bool:
    return changed.went is Went.NEW or any(difference.of == SUPPRESSED for difference in changed.differences)
