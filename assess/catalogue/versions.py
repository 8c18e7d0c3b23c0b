"""For which versions of its package a row holds, and the rows that one row of a file stands for.

A row, a client or a parameter of a file may say `versions = ">=1,<2"`, and each of them may be a list of such tables,
no two of which hold for one version. What comes out is one row for each span of versions in which nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from packaging.version import Version

_BOUND = re.compile(r"(>=|<)\s*(\d+(?:\.\d+)*)")
_FIRST = Version("0")


@dataclass(frozen=True, slots=True)
class Span:
    """Versions from `since` on (None: all that came before, too) and before `before` (None: all that come)."""

    since: Version | None = None
    before: Version | None = None

    @classmethod
    def read(cls, text: object) -> Span:
        """What a file says under `versions`. Raises ValueError."""
        found: dict[str, Version] = {}
        for part in text.split(",") if isinstance(text, str) else [""]:
            bound = _BOUND.fullmatch(part.strip())
            if bound is None or bound[1] in found:
                raise ValueError("versions is '>=1', '<2' or '>=1,<2'")
            found[bound[1]] = Version(bound[2])
        span = cls(found.get(">="), found.get("<"))
        if span.since is not None and span.before is not None and span.since >= span.before:
            raise ValueError("versions holds for none")
        return span

    def holds(self, version: Version) -> bool:
        """Whether the version is one of these; a release before its final one counts as that one."""
        final = Version(version.base_version)
        return (self.since is None or final >= self.since) and (self.before is None or final < self.before)

    def within(self, other: Span) -> Span | None:
        """The versions that are in both, None where there are none."""
        since = max((bound for bound in (self.since, other.since) if bound is not None), default=None)
        before = min((bound for bound in (self.before, other.before) if bound is not None), default=None)
        return Span(since, before) if since is None or before is None or since < before else None

    @classmethod
    def around(cls, spans: Sequence[Span]) -> Span:
        """The versions from the first to the last that any of these holds."""
        sinces, befores = [span.since for span in spans], [span.before for span in spans]
        since = min((bound for bound in sinces if bound is not None), default=None)
        before = max((bound for bound in befores if bound is not None), default=None)
        return cls(None if None in sinces else since, None if None in befores else before)

    def __str__(self) -> str:
        return ",".join(f"{sign}{v}" for sign, v in ((">=", self.since), ("<", self.before)) if v is not None)


ANY = Span()
Row = Mapping[str, Any]


def variants(row: Row | Sequence[Row]) -> Iterator[tuple[Span, dict[str, Any]]]:
    """What a row says, newest versions first, each with the span for which it says so. Raises ValueError."""
    bounds = sorted({_FIRST, *_bounds(row)})
    spans = [Span(None if low == _FIRST else low, high) for low, high in pairwise([*bounds, None]) if low is not None]
    after: tuple[Span, dict[str, Any]] | None = None
    for span in reversed(spans):
        read = _at(row, span.since or _FIRST)
        if after is not None and read == after[1]:
            after = Span(span.since, after[0].before), after[1]
            continue
        if after is not None:
            yield after
        after = (span, read) if isinstance(read, dict) else None
    if after is not None:
        yield after


def _bounds(found: Any) -> Iterator[Version]:
    for table in found if isinstance(found, list) else [found]:
        if isinstance(table, Mapping):
            if "versions" in table:
                span = Span.read(table["versions"])
                yield from (bound for bound in (span.since, span.before) if bound is not None)
            for value in table.values():
                yield from _bounds(value)


def _at(found: Any, version: Version) -> Any:
    """What a version reads, without the word `versions`; None where nothing is said of it."""
    if isinstance(found, list) and any(isinstance(part, Mapping) for part in found):
        fitting = [read for part in found if (read := _at(part, version)) is not None]
        if len(fitting) > 1:
            raise ValueError(f"two tables hold for version {version}")
        return fitting[0] if fitting else None
    if not isinstance(found, Mapping):
        return found
    if "versions" in found and not Span.read(found["versions"]).holds(version):
        return None
    read = {key: _at(value, version) for key, value in found.items() if key != "versions"}
    return {key: value for key, value in read.items() if value is not None}
