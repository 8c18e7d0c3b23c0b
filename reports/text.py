"""An assessment as terminal text."""

from __future__ import annotations

from assess.model.assessment import Assessment
from reports.clean import cleaned


def render_text(assessment: Assessment, *, width: int = 100, colour: bool = False, following: str | None = None) -> str:
    """The whole assessment for a terminal `width` columns wide; `following` is the next command to type."""
    assessment = cleaned(assessment)
    lines = [assessment.target.root_name]
    lines += [f"{pipeline.scores.risk:3} {pipeline.name}"[:width] for pipeline in assessment.pipelines]
    if following:
        lines.append(following)
    return "\n".join(lines) + ("\x1b[0m\n" if colour else "\n")
