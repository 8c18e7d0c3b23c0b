"""The assessment: everything that lastgood says of one code base. Each report is a function of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from assess.model.finding import Finding
from assess.model.score import Answers, CrashRow, Effort, Scores
from assess.model.source import Skipped, Unresolved
from assess.model.woven import WovenPipeline

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Pipeline(WovenPipeline):
    """A pipeline with all that is said of it."""

    answers: Answers
    scores: Scores
    crash_table: tuple[CrashRow, ...]
    effort: Effort


@dataclass(frozen=True, slots=True)
class Tool:
    """What made the assessment."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Target:
    """What was read; `digests` maps each file read to the sha256 of its bytes."""

    root_name: str
    commit: str | None
    files: int
    lines: int
    digests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[Skipped, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The pipeline to migrate first (None: nothing to migrate), and why."""

    pipeline: str | None
    because: tuple[str, ...]


class RemarkKind(StrEnum):
    """What a remark is about."""

    CONFIGURATION = "configuration"
    UNUSED_IGNORE = "unused-ignore"
    UNKNOWN_CHECK = "unknown-check"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the configuration, the comments or the baseline that its owner should know; line 0: the file."""

    kind: RemarkKind
    file: str
    line: int
    cell: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """One code base, assessed. Pipelines stand AI chains by risk, then other chains by risk, then single steps."""

    schema_version: str
    tool: Tool
    target: Target
    pipelines: tuple[Pipeline, ...]
    findings: tuple[Finding, ...]
    answers: Answers
    recommendation: Recommendation
    remarks: tuple[Remark, ...] = ()

    def pipeline(self, wanted: str) -> Pipeline | None:
        """The pipeline with this id, else the only one at this `file:line`, or with this name or entry symbol."""
        for pipeline in self.pipelines:
            if pipeline.id == wanted:
                return pipeline
        placed = [p for p in self.pipelines if wanted.removeprefix("./") == p.entry.place]
        if len(placed) == 1:
            return placed[0]
        named = [p for p in self.pipelines if wanted in (p.name, p.entry.symbol, p.entry.symbol.rpartition(".")[2])]
        return named[0] if len(named) == 1 else None
