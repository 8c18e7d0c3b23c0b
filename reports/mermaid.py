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
MOST_ARROWS = 480
LONGEST = 45_000
"""Viewers refuse a chart of 500 arrows or of 50,000 characters, and nothing inside of the chart can raise that."""

PLAIN = frozenset(" .,:/-_!?'·")
STYLES = (
    "classDef start fill:#eef2ff,stroke:#4f46e5,color:#1e1b4b",
    "classDef high fill:#fee2e2,stroke:#b91c1c,color:#450a0a",
    "classDef medium fill:#fef3c7,stroke:#b45309,color:#451a03",
    "classDef low fill:#e0f2fe,stroke:#0369a1,color:#082f49",
)
CLASSES = {Risk.HIGH: "high", Risk.MEDIUM: "medium", Risk.LOW: "low"}


def render_mermaid(assessment: Assessment) -> str:
    """The chart; the pipelines most at risk if there are many, and a comment that says how much is left out."""
    pipelines = build(assessment).pipelines
    chains = [p for p in pipelines if p.pipeline.chain] or list(pipelines)
    lines = ["flowchart TB", *(f"  {style}" for style in STYLES)]
    shown = 0
    for number, pipeline in enumerate(chains[:MOST_PIPELINES], 1):
        made = _fitting(number, pipeline) if number == 1 else _pipeline(number, pipeline, len(pipeline.steps))
        if not _fits([*lines, *made]):
            break
        lines += made
        shown = number
    if len(chains) > shown:
        lines.append(f"  %% {count(len(chains) - shown, 'more pipeline')} left out, less at risk")
    if not pipelines:
        lines.append('  nothing["no pipeline was found"]')
    return "\n".join(lines) + "\n"


def _fitting(number: int, pipeline: PipelineView) -> list[str]:
    """The first pipeline is always there, if need be with its first steps only."""
    steps = len(pipeline.steps)
    made = _pipeline(number, pipeline, steps)
    while steps > 1 and not _fits([*STYLES, *made]):
        steps = steps * 3 // 4
        made = _pipeline(number, pipeline, steps)
        made.append(f"  %% {count(len(pipeline.steps) - steps, 'more step')} left out")
    return made


def _fits(lines: Sequence[str]) -> bool:
    return sum(" -->" in line for line in lines) <= MOST_ARROWS and sum(map(len, lines)) + len(lines) <= LONGEST


def _pipeline(number: int, pipeline: PipelineView, most: int) -> list[str]:
    steps = pipeline.steps[:most]
    ids = {step.visit: f"p{number}s{step.number}" for step in steps}
    start = entities(f"{pipeline.triggers} · {pipeline.entry}")
    lines = [f'subgraph p{number}["{entities(pipeline.name)}"]', f'  p{number}start(["{start}"]):::start']
    lines += [f"  {_step(ids[step.visit], step)}" for step in steps]
    lines += [f"  {arrow}" for arrow in _arrows(number, pipeline, ids)]
    return [f"  {line}" for line in (*lines, "end")]


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
