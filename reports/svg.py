"""One pipeline's step graph as an SVG file of its own."""

from __future__ import annotations

from assess.model.assessment import Assessment
from reports.drawing.painter import standalone
from reports.drawing.picture import NOTHING
from reports.view import build
from reports.view.picturing import picture


def render_svg(assessment: Assessment, pipeline: str | None = None) -> str:
    """The step graph of the pipeline with this id; without one, of the recommended pipeline, else of the first."""
    view = build(assessment)
    wanted = pipeline or assessment.recommendation.pipeline
    chosen = next((p for p in view.pipelines if p.pipeline.id == wanted), None) or next(iter(view.pipelines), None)
    if chosen is None:
        return standalone(NOTHING, f"No pipeline was found in {view.assessment.target.root_name}")
    return standalone(picture(chosen, links=False), chosen.name)
