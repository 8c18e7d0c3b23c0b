"""From woven pipelines and findings to the finished half of an assessment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from assess.model.assessment import Pipeline, Recommendation
from assess.model.finding import Finding
from assess.model.own import entries, handed_over
from assess.model.score import Answers, CrashRow, Effort, Scores
from assess.model.woven import WovenPipeline
from assess.scoring.answers import answers_of, of_code_base
from assess.scoring.effort import effort_of
from assess.scoring.recommend import recommend
from assess.scoring.scores import scores_of

CrashTable = Callable[[WovenPipeline], tuple[CrashRow, ...]]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What is said of one pipeline."""

    pipeline: WovenPipeline
    answers: Answers
    scores: Scores
    effort: Effort


@dataclass(frozen=True, slots=True)
class Judged:
    """Every pipeline judged, in the order of work, and what that means for the code base."""

    pipelines: tuple[Verdicts, ...]
    answers: Answers
    recommendation: Recommendation


def judge(pipelines: Sequence[WovenPipeline], findings: Sequence[Finding]) -> Judged:
    """Answers, scores, effort, order and recommendation; the order of what is given does not matter."""
    live = [f for f in findings if f.counts]
    judged = []
    known = entries(pipelines)
    for pipeline in pipelines:
        own = tuple(sorted((f for f in live if f.pipeline == pipeline.id), key=lambda f: f.id))
        answers = answers_of(pipeline, own)
        scores = scores_of(pipeline, own, answers, handed_over(pipeline, known))
        judged.append(Verdicts(pipeline, answers, scores, effort_of(pipeline, own)))
    ordered = tuple(sorted(judged, key=_order))
    return Judged(
        ordered,
        of_code_base([(v.pipeline, v.answers) for v in ordered]),
        recommend(
            [(v.pipeline, v.scores.risk, tuple(f for f in live if f.pipeline == v.pipeline.id)) for v in ordered]
        ),
    )


def finish(
    woven: Sequence[WovenPipeline], findings: Sequence[Finding], crash_table: CrashTable
) -> tuple[tuple[Pipeline, ...], Answers, Recommendation]:
    """The pipelines with all that is said of them, in order, the code base's answers, and what to migrate first.

    `crash_table` is given because scoring and crashing do not know each other.
    """
    judged = judge(woven, findings)
    pipelines = tuple(
        Pipeline(
            **{f.name: getattr(v.pipeline, f.name) for f in fields(WovenPipeline)},
            answers=v.answers,
            scores=v.scores,
            crash_table=crash_table(v.pipeline),
            effort=v.effort,
        )
        for v in judged.pipelines
    )
    return pipelines, judged.answers, judged.recommendation


def _order(judged: Verdicts) -> tuple[object, ...]:
    """AI chains by risk, then other chains by risk, then single steps; names only to settle a draw."""
    pipeline = judged.pipeline
    rank = 2 if not pipeline.chain else 0 if pipeline.ai else 1
    entry = pipeline.entry
    return rank, -judged.scores.risk, entry.file, entry.cell or 0, entry.line, pipeline.name, pipeline.id
