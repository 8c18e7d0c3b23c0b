"""Runs every check over every pipeline and makes findings of what they point at: identity, excerpt, order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from assess.checks.check import Check, Found
from assess.checks.registry import all_checks
from assess.model.finding import Finding
from assess.model.source import ExcerptLine, TrailStop
from assess.model.woven import WovenPipeline

Excerpt = Callable[[str, int, int, int | None], tuple[ExcerptLine, ...]]
"""File, first line, last line, cell -> the lines, with their secrets masked."""

QUOTED = 6
"""Lines of an excerpt: enough to recognise the place, few enough to read a list of them."""


def run_checks(
    pipelines: Sequence[WovenPipeline], excerpt: Excerpt, checks: Sequence[Check] | None = None
) -> tuple[Finding, ...]:
    """All findings of all pipelines, sorted by place; the order of `pipelines` does not matter."""
    wanted = all_checks() if checks is None else checks
    findings = [f for p in pipelines for check in wanted for f in _findings(check, p, excerpt)]
    return tuple(sorted(findings, key=lambda f: (f.file, f.cell or 0, f.line, f.check, f.pipeline or "", f.id)))


def _findings(check: Check, pipeline: WovenPipeline, excerpt: Excerpt) -> Iterator[Finding]:
    seen: Counter[tuple[str, str]] = Counter()
    places = set()
    for found in sorted(check.look(pipeline), key=lambda f: (f.file, f.cell or 0, f.line, f.target, f.message)):
        place = (found.file, found.cell, found.line, found.target)
        if place in places:
            continue
        places.add(place)
        same = (found.symbol, found.target)
        seen[same] += 1
        yield _finding(check, pipeline.id, found, seen[same], excerpt)


def _finding(check: Check, pipeline: str, found: Found, ordinal: int, excerpt: Excerpt) -> Finding:
    reason = (TrailStop(found.file, found.line, found.reason),) if found.reason else ()
    last = max(found.line, min(found.end_line, found.line + QUOTED - 1))
    return Finding(
        id=fingerprint(check.id, pipeline, found.symbol, found.target, ordinal),
        check=check.id,
        axis=check.axis,
        severity=found.severity or check.severity,
        confidence=found.confidence or check.confidence,
        category=check.category,
        effort=check.effort,
        needs=check.needs,
        file=found.file,
        line=found.line,
        end_line=max(found.line, found.end_line),
        cell=found.cell,
        pipeline=pipeline,
        step=found.step,
        message=found.message,
        trail=found.trail + reason,
        excerpt=excerpt(found.file, found.line, last, found.cell),
        symbol=found.symbol,
        target=found.target,
    )


def fingerprint(check: str, pipeline: str, symbol: str, target: str, ordinal: int) -> str:
    """A short identity that stays when lines move and when code elsewhere changes."""
    words = "\x1f".join((check, pipeline, symbol, target, str(ordinal)))
    return f"{check}-{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
