"""A pipeline's step graph: what each card says, handed to the drawing room."""

from __future__ import annotations

from reports.drawing.picture import Picture, arranged
from reports.drawing.shapes import CardText
from reports.drawing.structured import Sheet
from reports.view.shown import PipelineView


def picture(view: PipelineView, *, links: bool) -> Picture:
    """The placed step graph of a pipeline."""
    cards = {
        step.visit: CardText(
            visit=step.visit,
            name=step.name,
            place=step.short_place,
            icon=step.icon,
            risk=step.risk,
            mark="writes" if step.writes else "",
            title=f"{step.number}. {step.name}: {step.detail}, {step.place}, {step.effect}"
            + "".join(f"\n{found.severity}: {found.title}" for found in step.findings),
            link=step.anchor if links else None,
        )
        for step in view.steps
    }
    pipeline = view.pipeline
    return arranged(pipeline.flow, Sheet(cards, pipeline.observed.handlers), pipeline.edges)
