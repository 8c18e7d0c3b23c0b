"""What to do first: findings gathered into actions, ordered by the risk they take away for their effort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assess.model.finding import Severity
from reports.view.shown import Action, FindingView, PipelineView
from reports.words import ACTIONS, count, listed, sentence_case

MOST = 5

_WEIGHTS: Mapping[Severity, int] = {Severity.HIGH: 12, Severity.MEDIUM: 6, Severity.LOW: 2, Severity.NOTE: 0}


def first_actions(pipelines: Sequence[PipelineView], recommended: PipelineView | None) -> tuple[Action, ...]:
    """At most five; of the recommended pipeline if there is one, else of all."""
    chosen = [recommended] if recommended is not None else pipelines
    actions = [action for pipeline in chosen for action in _actions(pipeline)]
    actions.sort(key=lambda action: (-action.points / max(action.effort, 0.25), -action.points, action.title))
    return tuple(actions[:MOST])


def _actions(pipeline: PipelineView) -> list[Action]:
    gathered: dict[str, list[FindingView]] = {}
    for view in pipeline.findings:
        needs = view.finding.needs
        title = ACTIONS[needs[0]] if needs else f"Look at: {sentence_case(view.finding.check).lower()}"
        gathered.setdefault(title, []).append(view)
    return [_action(title, views, pipeline) for title, views in gathered.items()]


def _action(title: str, views: Sequence[FindingView], pipeline: PipelineView) -> Action:
    points, unit = _taken_away(views, pipeline)
    effort = sum(view.finding.effort for view in views)
    places = listed([view.place for view in views[:3]] + ([f"{len(views) - 3} more"] if len(views) > 3 else []))
    return Action(title, tuple(views), pipeline, points, unit, effort, places, effort_words(effort))


def _taken_away(views: Sequence[FindingView], pipeline: PipelineView) -> tuple[int, str]:
    """Points of the risk score, else of the three scores, else by severity: one unit for a pipeline's actions."""
    ids = {view.finding.id for view in views}
    lines = [line for line in pipeline.pipeline.scores.arithmetic if line.finding is not None]
    if any(line.score == "risk" for line in lines):
        return sum(abs(line.points) for line in lines if line.finding in ids and line.score == "risk"), "risk"
    if lines:
        return sum(abs(line.points) for line in lines if line.finding in ids), "score"
    return sum(_WEIGHTS[view.finding.severity] for view in views), "weight"


def effort_words(points: float) -> str:
    """One point is about half a day."""
    if points <= 0:
        return "no effort of its own"
    days = points / 2
    if days < 1:
        return "half a day" if days >= 0.5 else "an hour or two"
    return f"about {count(round(days * 2) / 2, 'day')}"
