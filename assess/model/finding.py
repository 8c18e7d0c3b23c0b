"""A finding: one thing at one place that makes a pipeline lose, double or hide work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.source import ExcerptLine, TrailStop
from assess.model.step import Confidence


class Axis(StrEnum):
    """The three questions, as axes."""

    RESUMABILITY = "resumability"
    VISIBILITY = "visibility"
    REGION = "region"


class Severity(StrEnum):
    """How much it costs when it happens."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"


class Category(StrEnum):
    """Whether a migration has to deal with it."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    POTENTIAL = "potential"


class Need(StrEnum):
    """What a plan has to provide, in no engine's words."""

    RETRY = "retry"
    TIMEOUT = "timeout"
    IDEMPOTENCY_KEY = "idempotency_key"
    DURABLE_WAIT = "durable_wait"
    STATUS = "status"
    CLAIM_CHECK = "claim_check"
    HEARTBEAT = "heartbeat"
    SPLIT = "split"
    DURABLE_STATE = "durable_state"
    ERROR_PATH = "error_path"
    REGION_SETTING = "region_setting"


class SuppressedBy(StrEnum):
    """What takes a finding out of the lists: a comment in the code, or a key of the configuration."""

    COMMENT = "comment"
    FILE_COMMENT = "file-comment"
    PER_FILE_IGNORES = "per-file-ignores"
    IGNORE = "ignore"
    REGION = "region"
    SELECT = "select"
    MIN_SEVERITY = "min-severity"
    MIN_CONFIDENCE = "min-confidence"


_FILTERS = frozenset({SuppressedBy.SELECT, SuppressedBy.MIN_SEVERITY, SuppressedBy.MIN_CONFIDENCE})


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who says that a finding is meant to be so, and why; `reason` is empty if nobody gave one."""

    by: SuppressedBy
    reason: str

    @property
    def excuses(self) -> bool:
        """Whether somebody decided on this finding and said why; a filter is no decision."""
        return bool(self.reason) and self.by not in _FILTERS


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `pipeline` and `step` are ids.

    `id` tells the findings of one assessment apart. `fingerprint` is for telling them again in a later one: made of
    check, pipeline, `symbol` (the function it stands in), `target` (what is called) and the shape of the code, without
    line numbers and names of variables. `baseline`: "known" or "new", None if no baseline was given.
    """

    id: str
    check: str
    axis: Axis
    severity: Severity
    confidence: Confidence
    category: Category
    effort: float
    needs: tuple[Need, ...]
    file: str
    line: int
    end_line: int
    cell: int | None
    pipeline: str | None
    step: str | None
    message: str
    trail: tuple[TrailStop, ...] = ()
    excerpt: tuple[ExcerptLine, ...] = ()
    suppressed: Suppression | None = None
    baseline: str | None = None
    symbol: str = ""
    target: str = ""
    fingerprint: str = ""

    @property
    def counts(self) -> bool:
        """Whether answers and scores rest on it: only a reason that somebody wrote takes it out."""
        return self.suppressed is None or not self.suppressed.excuses
