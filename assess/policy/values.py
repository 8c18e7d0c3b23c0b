"""The owner's decisions as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assess.model.finding import Severity
from assess.model.step import Confidence


class PolicyError(ValueError):
    """The configuration, a comment or a baseline is wrong; `mistakes` lists all of them with their places."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Ignored:
    """A check that is ignored in the files that `pattern` matches (None: everywhere), and why."""

    check: str
    pattern: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """All decisions. Empty is the default: everything is looked at, everything is shown, nothing fails.

    `select` empty means all checks. `region` is a jurisdiction such as "EU". `fail_under` counts from 0 to 100.
    `entries_add` are `file.py:function`, `entries_ignore` patterns of files or `pattern:function`. `source` is the file
    that this was read from, as its reader would name it, `keys` are those that it sets, and `mistakes` what is wrong in
    it. Patterns are those of `.gitignore`.
    """

    exclude: tuple[str, ...] = ()
    catalogue: tuple[Path, ...] = ()
    checks: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    min_severity: Severity = Severity.NOTE
    min_confidence: Confidence = Confidence.LOW
    fail_on: Severity | None = None
    fail_under: int | None = None
    baseline: Path | None = None
    require_reason: bool = False
    region: str | None = None
    entries_add: tuple[str, ...] = ()
    entries_ignore: tuple[str, ...] = ()
    source: str | None = None
    keys: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()


NOTHING = Policy()
"""Nothing was decided."""
