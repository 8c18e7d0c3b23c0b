"""What changed between two assessments, for a terminal, for Markdown and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from assess.model.change import Change, ChangedFinding, ChangedPipeline, Difference, Went
from assess.model.wire import dumps
from reports.clean import cleaned
from reports.markdown import plain
from reports.paint import Paint, wrapped
from reports.words import count

SIGNS = {Went.NEW: "+", Went.GONE: "-", Went.CHANGED: "~"}
TONES = {Went.NEW: "red", Went.GONE: "green", Went.CHANGED: "yellow"}
MOST = 200
"""Lines of one section; the JSON has all of them."""


def render_change_text(change: Change, *, width: int = 100, colour: bool = False) -> str:
    """The change for a terminal `width` columns wide."""
    change, paint = cleaned(change), Paint(colour)
    lines = [paint(line, "bold") for line in wrapped(headline(change), width)]
    for title, rows in _sections(change):
        lines += ["", paint(title.upper(), "bold")]
        for went, text in rows:
            first, *rest = wrapped(text, max(20, width - 4))
            lines.append("  " + paint(SIGNS[went], TONES[went]) + f" {first}")
            lines += [f"    {line}" for line in rest]
    return "\n".join(lines) + "\n"


def render_change_markdown(change: Change) -> str:
    """The change for a pull request or a chat."""
    change = cleaned(change)
    lines = [f"# {plain(headline(change))}"]
    for title, rows in _sections(change):
        lines += ["", f"## {title}", "", *(f"- **{went.value}** {plain(text)}" for went, text in rows)]
    return "\n".join(lines) + "\n"


CHANGE_FORMATS: Mapping[str, Callable[[Change], str]] = MappingProxyType(
    {"json": dumps, "markdown": render_change_markdown, "text": render_change_text}
)


def headline(change: Change) -> str:
    """The change in one sentence."""
    if not (change.differences or change.pipelines or change.findings):
        return f"Nothing changed: {count(change.new.findings, 'open finding')}, as before."
    tally = {went: sum(one.went is went for one in change.findings) for went in Went}
    findings = ", ".join(f"{number} {went.value}" for went, number in tally.items() if number) or "none changed"
    places = len({_place(one) for one in change.findings})
    if places < len(change.findings):
        findings += f", at {count(places, 'place')} that several pipelines come by"
    total = f"{change.old.findings} open before, {change.new.findings} now"
    return f"Findings: {findings} ({total})."


def _sections(change: Change) -> Iterator[tuple[str, list[tuple[Went, str]]]]:
    parts = (
        ("The code base", [(Went.CHANGED, _difference(one)) for one in change.differences]),
        ("Pipelines", [(one.went, _pipeline(one)) for one in change.pipelines]),
        ("Findings", list(_flaws(change.findings))),
    )
    for title, rows in parts:
        if len(rows) > MOST:
            rows[MOST:] = [(Went.CHANGED, f"and {len(rows) - MOST} more, in the JSON")]
        if rows:
            yield title, rows


def _difference(one: Difference) -> str:
    return f"{one.of}: {one.old} → {one.new}"


def _pipeline(one: ChangedPipeline) -> str:
    return "; ".join([f"{one.name} ({one.place})", *map(_difference, one.differences)])


def _flaws(findings: Iterable[ChangedFinding]) -> Iterator[tuple[Went, str]]:
    """One line a flaw: code that several pipelines share is told of once."""
    shared: dict[tuple[object, ...], list[ChangedFinding]] = {}
    for one in findings:
        key = one.went, one.finding.severity, one.finding.suppressed is None, one.finding.check, _place(one)
        shared.setdefault(key, []).append(one)
    for first, *others in shared.values():
        pipelines = {one.finding.pipeline for one in (first, *others)}
        more = f" (in {count(len(pipelines), 'pipeline')})" if len(pipelines) > 1 else ""
        yield first.went, f"{_finding(first)}{more}"


def _place(one: ChangedFinding) -> str:
    cell = "" if one.finding.cell is None else f"[{one.finding.cell}]"
    return f"{one.finding.file}{cell}:{one.finding.line}"


def _finding(one: ChangedFinding) -> str:
    found = one.finding
    suppressed = ", suppressed" if found.suppressed is not None else ""
    says = "; ".join(map(_difference, one.differences)) if one.differences else found.message
    return f"{found.severity.value}{suppressed}: {found.check} at {_place(one)}: {says}"
