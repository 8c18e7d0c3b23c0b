"""The pipelines as one Mermaid flowchart: what follows what, which steps write, and where the worst findings are.

Every character that means something to Mermaid or to the page around it is written as its entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assess.model.assessment import Assessment
from assess.model.graph import EdgeKind
from reports.drawing.shapes import Risk
from reports.view import PipelineView, StepView, build
from reports.words import count

MOST_PIPELINES = 12
MOST_STEPS = 200
"""Viewers refuse a chart with more than 500 arrows."""

PLAIN = frozenset(" .,:/-_!?'·")
STYLES = (
    "classDef start fill:#eef2ff,stroke:#4f46e5,color:#1e1b4b",
    "classDef high fill:#fee2e2,stroke:#b91c1c,color:#450a0a",
    "classDef medium fill:#fef3c7,stroke:#b45309,color:#451a03",
    "classDef low fill:#e0f2fe,stroke:#0369a1,color:#082f49",
)
CLASSES = {Risk.HIGH: "high", Risk.MEDIUM: "medium", Risk.LOW: "low"}


def render_mermaid(assessment: Assessment) -> str:
    """The chart; the pipelines most at risk if there are many, and a comment that says how many are left out."""
    pipelines, left = _fitting(build(assessment).pipelines)
    lines = ["flowchart TB", *(f"  {style}" for style in STYLES)]
    for number, pipeline in enumerate(pipelines, 1):
        lines += [f"  {line}" for line in _pipeline(number, pipeline)]
    if left:
        lines.append(f"  %% {count(left, 'more pipeline')} left out, less at risk")
    if not pipelines:
        lines.append('  nothing["no pipeline was found"]')
    return "\n".join(lines) + "\n"


def _fitting(pipelines: Sequence[PipelineView]) -> tuple[list[PipelineView], int]:
    chains = [p for p in pipelines if p.pipeline.chain] or list(pipelines)
    shown: list[PipelineView] = []
    for pipeline in chains[:MOST_PIPELINES]:
        if shown and sum(len(p.steps) for p in shown) + len(pipeline.steps) > MOST_STEPS:
            break
        shown.append(pipeline)
    return shown, len(chains) - len(shown)


def _pipeline(number: int, pipeline: PipelineView) -> Iterator[str]:
    steps = pipeline.steps[:MOST_STEPS]
    ids = {step.visit: f"p{number}s{step.number}" for step in steps}
    yield f'subgraph p{number}["{entities(pipeline.name)}"]'
    yield f'  p{number}start(["{entities(f"{pipeline.triggers} · {pipeline.entry}")}"]):::start'
    for step in steps:
        yield f"  {_step(ids[step.visit], step)}"
    yield from (f"  {arrow}" for arrow in _arrows(number, pipeline, ids))
    yield "end"


def _step(name: str, step: StepView) -> str:
    label = f"{step.number} {step.name}", f"{step.kind} · {step.short_place}", step.circumstances
    text = "<br/>".join(entities(line) for line in label if line)
    left, right = ('[["', '"]]') if step.writes else ('("', '")')
    style = CLASSES.get(step.risk)
    return f"{name}{left}{text}{right}" + (f":::{style}" if style else "")


def _arrows(number: int, pipeline: PipelineView, ids: Mapping[str, str]) -> Iterator[str]:
    edges = [e for e in pipeline.pipeline.edges if e.kind is EdgeKind.NEXT and e.source in ids and e.target in ids]
    reached = {edge.target for edge in edges if edge.source != edge.target}
    firsts = [name for visit, name in ids.items() if visit not in reached] or list(ids.values())[:1]
    yield from (f"p{number}start --> {name}" for name in firsts)
    for edge in edges:
        label = f'|"{entities(edge.label[:60])}"|' if edge.label else ""
        yield f"{ids[edge.source]} -->{label} {ids[edge.target]}"


def entities(text: str) -> str:
    """The text as it is shown inside of quotation marks."""
    return "".join(c if c.isalnum() or c in PLAIN else f"#{ord(c)};" for c in text)
