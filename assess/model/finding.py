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


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who says that a finding is meant to be so, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `id` is a fingerprint without line numbers; `pipeline` and `step` are ids."""

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
