"""An assessment as a page of Markdown: short enough for an issue, a pull request or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assess.model.assessment import Assessment
from reports.view import PipelineView, build

MOST_FINDINGS = 10
MOST_DECIDED = 20


def render_markdown(assessment: Assessment, *, following: str | None = None) -> str:
    """Verdict, answers, ranking, what to do first, and the findings of the pipeline to move."""
    view = build(assessment, following)
    lines = [f"# {plain(view.headline)}", ""]
    lines += [f"- **{a.symbol} {a.verdict.value}** {a.question} {plain(a.sentence)}" for a in view.answers]
    if view.pipelines:
        lines += ["", "## Pipelines", "", *_ranking(view.pipelines)]
    lines += ["", "## Do this first", ""]
    lines += [f"- {plain(reason)}" for reason in view.assessment.recommendation.because]
    lines += [f"- {action.title}: {plain(action.places)} ({action.effort_words})" for action in view.actions]
    if view.recommended is not None:
        lines += ["", *_detail(view.recommended)]
    if view.decisions:
        lines += ["", "## Decided", "", *(f"- {plain(sentence)}" for sentence in view.decisions[:MOST_DECIDED])]
    if view.following:
        lines += ["", f"Next: {quoted(view.following)}"]
    return "\n".join(lines) + "\n"


def _ranking(pipelines: Sequence[PipelineView]) -> Iterator[str]:
    yield "| # | Pipeline | Resume | Visible | Region | Risk | Entry |"
    yield "|---|---|---|---|---|---|---|"
    for p in pipelines:
        three = " | ".join(f"{a.symbol} {a.verdict.value} {a.score}" for a in p.answers)
        yield f"| {p.rank} | {plain(p.name)} | {three} | {p.risk} | {quoted(p.entry)} |"


def _detail(pipeline: PipelineView) -> Iterator[str]:
    yield f"## {plain(pipeline.name)}"
    if pipeline.crash.worst is not None:
        yield ""
        yield f"{plain(pipeline.crash.worst.sentence)} With a durable engine: {plain(pipeline.crash.durable_sentence)}"
    if pipeline.findings:
        yield ""
        for found in pipeline.findings[:MOST_FINDINGS]:
            yield f"- **{found.severity}** {quoted(found.place)} {plain(found.finding.message)}"
        left = len(pipeline.findings) - MOST_FINDINGS
        if left > 0:
            yield f"- and {left} more"


def plain(text: str) -> str:
    """Text that Markdown shows as it is: no tag, link, mention, emphasis or table cell comes out of it."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~$])", r"\\\1", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")


def quoted(text: str) -> str:
    """Text as code; its backticks and bars cannot end it."""
    return f"`{text.replace('`', chr(0x2019)).replace('|', chr(0x2502))}`"
