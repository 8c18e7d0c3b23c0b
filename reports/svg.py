"""One pipeline's step graph as an SVG file of its own."""

from __future__ import annotations

from assess.model.assessment import Assessment
from reports.clean import clean
from reports.drawing.painter import standalone
from reports.drawing.picture import NOTHING
from reports.view import build
from reports.view.picturing import picture


def render_svg(assessment: Assessment, pipeline: str | None = None) -> str:
    """The step graph of the pipeline with this id; without one, of the recommended pipeline, else of the first."""
    view = build(assessment)
    named = [p for p in view.pipelines if p.pipeline.id == clean(pipeline)] if pipeline else [view.recommended]
    chosen = next((p for p in (*named, *view.pipelines) if p is not None), None)
    if chosen is None:
        return standalone(NOTHING, f"No pipeline was found in {view.assessment.target.root_name}")
    return standalone(picture(chosen, links=False), chosen.name)
