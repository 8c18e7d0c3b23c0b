"""Puts the parts of a report together."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

from assess.model.assessment import Assessment, Pipeline
from assess.model.finding import Finding, Severity
from assess.model.score import Answer, Answers, ScoreLine, Scores
from assess.model.step import Step, Visit
from reports.clean import cleaned
from reports.drawing.shapes import Risk
from reports.naming import named
from reports.view import pages
from reports.view.actions import effort_words, first_actions
from reports.view.anchors import Anchors
from reports.view.crashes import crash_view
from reports.view.decisions import decisions
from reports.view.grouping import grouped
from reports.view.headline import facts, headline
from reports.view.outlining import outline
from reports.view.shown import (
    AnswerView,
    FindingView,
    PipelineView,
    QuotedLine,
    ReportView,
    ScoreLineView,
    ScoreView,
    StepView,
)
from reports.words import (
    CATEGORIES,
    EFFECTS,
    KINDS,
    QUESTIONS,
    SYMBOLS,
    TODO,
    call_words,
    count,
    key_words,
    rank,
    retry_words,
    sentence_case,
    steps_words,
    timeout_words,
    trigger_words,
    worst,
)


def build(assessment: Assessment, following: str | None = None) -> ReportView:
    """Everything a report shows, free of control characters; `following` is the next command to type."""
    assessment = cleaned(assessment)
    anchors = Anchors()
    findings = {finding.id: _finding(finding, anchors) for finding in sorted(assessment.findings, key=rank)}
    wanted = assessment.recommendation.pipeline
    pipelines = tuple(
        _pipeline(pipeline, number, findings, anchors, recommended=pipeline.id == wanted)
        for number, pipeline in enumerate(assessment.pipelines, 1)
    )
    recommended = next((view for view in pipelines if view.recommended), None)
    known = {pipeline.id for pipeline in assessment.pipelines}
    active = [view.finding for view in findings.values() if view.finding.suppressed is None]
    return ReportView(
        assessment,
        headline(assessment, pipelines),
        facts(assessment, pipelines),
        _answers(assessment.answers, None, findings),
        pipelines,
        recommended,
        first_actions(pipelines, recommended),
        grouped(view for view in findings.values() if view.finding.pipeline not in known),
        tuple((level.value, sum(f.severity is level for f in active)) for level in Severity),
        decisions(assessment),
        following if following is not None else _following(assessment, recommended),
    )


def _following(assessment: Assessment, recommended: PipelineView | None) -> str:
    if recommended is None:
        return ""
    name = re.sub(r"[^a-z0-9]+", "-", recommended.name.lower()).strip("-")[:32].rstrip("-") or "workflow"
    return f"lastgood migrate {shlex.quote(assessment.target.root_name)} --output build/{name}"


def _place(file: str, line: int, cell: int | None = None) -> str:
    return f"{file}:{line}" if cell is None else f"{file}[{cell}]:{line}"


def _finding(finding: Finding, anchors: Anchors) -> FindingView:
    page = pages.page_of(finding.check)
    marked = range(finding.line, max(finding.line, finding.end_line) + 1)
    return FindingView(
        finding,
        anchors.make("f", finding.id),
        page.title or sentence_case(finding.check),
        _place(finding.file, finding.line, finding.cell),
        finding.severity.value,
        f"{finding.confidence.value} confidence",
        CATEGORIES[finding.category],
        (page.todo,) if page.todo else tuple(TODO[need] for need in finding.needs),
        tuple(QuotedLine(line.line, line.text, line.line in marked) for line in finding.excerpt),
        tuple((_place(stop.file, stop.line), stop.says) for stop in finding.trail),
        page,
    )


def _pipeline(
    pipeline: Pipeline, number: int, findings: dict[str, FindingView], anchors: Anchors, *, recommended: bool
) -> PipelineView:
    anchor = anchors.make("p", pipeline.id)
    own = [view for view in findings.values() if view.finding.pipeline == pipeline.id]
    active = tuple(view for view in own if view.finding.suppressed is None)
    names = named(pipeline)
    steps = {
        key: _step(key, n, names[key], step, visit, active, anchors.make("s", anchor[2:], key))
        for n, (key, (step, visit)) in enumerate(pipeline.visits().items(), 1)
    }
    entry = pipeline.entry
    return PipelineView(
        pipeline,
        number,
        anchor,
        pipeline.name,
        _place(entry.file, entry.line, entry.cell),
        ", ".join(trigger_words(trigger) for trigger in pipeline.triggers) or "start not shown",
        _pipeline_facts(pipeline, tuple(steps.values())),
        effort_words(pipeline.effort.points),
        tuple(steps.values()),
        outline(pipeline.flow, steps, pipeline.observed.handlers),
        _answers(pipeline.answers, pipeline.scores, findings),
        _scores(pipeline.scores, findings),
        crash_view(pipeline, steps),
        active,
        grouped(active),
        grouped(view for view in own if view.finding.suppressed is not None),
        recommended,
    )


def _pipeline_facts(pipeline: Pipeline, steps: Sequence[StepView]) -> str:
    models = sum(step.ai for step in pipeline.steps for _ in step.visits)
    writes = sum(step.writes for step in steps)
    engine = "no durable engine" if pipeline.durable_engine == "none" else pipeline.durable_engine.replace("_", " ")
    parts = [steps_words(len(steps), len(pipeline.steps))]
    parts += [count(models, "model call")] if models else []
    parts += [f"{count(writes, 'write')} that can double"] if writes else []
    parts.append(engine)
    return ", ".join([*parts, *(f for f in pipeline.frameworks if f not in ("plain", pipeline.durable_engine))])


def _step(
    key: str, number: int, name: str, step: Step, visit: Visit, findings: Iterable[FindingView], anchor: str
) -> StepView:
    own = tuple(view for view in findings if view.finding.step in (step.id, key))
    level = worst(view.finding for view in own)
    circumstances = [
        word
        for word, is_so in (
            ("in a loop", visit.in_loop),
            ("in parallel", visit.in_parallel),
            ("not in every run", visit.conditional),
        )
        if is_so
    ]
    return StepView(
        visit=key,
        number=number,
        anchor=anchor,
        name=name,
        detail=call_words(step),
        place=_place(step.file, step.line, step.cell),
        short_place=_place(step.file.rpartition("/")[2], step.line, step.cell),
        function=step.function,
        icon=step.kind.value,
        kind=KINDS[step.kind],
        effect=EFFECTS[step.effect],
        writes=step.writes,
        billed=step.billed,
        timeout=timeout_words(step.timeout),
        timeout_set=step.timeout.set,
        retry=retry_words(step.retry),
        key=key_words(step),
        circumstances=", ".join(circumstances),
        region=_region(step),
        risk=Risk(level.value) if level is not None and level is not Severity.NOTE else Risk.NONE,
        findings=own,
    )


def _region(step: Step) -> str:
    region = step.region
    parts = [region.endpoint or "", f"({region.jurisdiction})" if region.jurisdiction else ""]
    parts.append("fixed in code" if region.fixed_in_code else f"set by {region.setting}" if region.setting else "")
    parts.append("keeps state at the provider" if region.provider_state else "")
    return " ".join(part for part in parts if part)


def _answers(answers: Answers, scores: Scores | None, findings: dict[str, FindingView]) -> tuple[AnswerView, ...]:
    numbers = (scores.resumability, scores.visibility, scores.region) if scores is not None else (None, None, None)
    whole: tuple[tuple[str, Answer], ...] = (
        ("resume", answers.resume),
        ("visible", answers.visible),
        ("region", answers.region),
    )
    return tuple(
        AnswerView(
            key,
            QUESTIONS[key],
            answer.verdict,
            SYMBOLS[answer.verdict],
            answer.sentence,
            tuple(findings[one] for one in dict.fromkeys(answer.because) if one in findings),
            number,
        )
        for (key, answer), number in zip(whole, numbers, strict=True)
    )


def _scores(scores: Scores, findings: dict[str, FindingView]) -> tuple[ScoreView, ...]:
    def one(name: str, value: int, good: int) -> ScoreView:
        lines = [line for line in scores.arithmetic if line.score == name]
        return ScoreView(name, value, tuple(map(shown, lines)), sum(line.points for line in lines), good)

    def shown(line: ScoreLine) -> ScoreLineView:
        return ScoreLineView(line.points, line.reason, findings.get(line.finding or ""))

    three = [
        one(name, value, value)
        for name, value in (
            ("resumability", scores.resumability),
            ("visibility", scores.visibility),
            ("region", scores.region),
        )
    ]
    return (*three, one("risk", scores.risk, 100 - scores.risk))
