"""Effort of moving a pipeline to a durable engine: points with reasons, one point is about half a day."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assess.model.engine import replays
from assess.model.finding import Finding, Severity
from assess.model.flow import FlowType
from assess.model.graph import EdgeKind, Held
from assess.model.score import Effort
from assess.model.step import Kind
from assess.model.woven import WovenPipeline
from assess.scoring.words import counted

AGAIN = 0.2
"""Whoever has dealt with a flaw once needs a fifth of the time for it in the next place."""


def effort_of(pipeline: WovenPipeline, findings: Sequence[Finding]) -> Effort:
    """The sum of the reasons, rounded up to half points; each reason starts with its points."""
    parts = [(points, why) for points, why in _parts(pipeline, findings) if points]
    return Effort(float(sum(p for p, _ in parts)), tuple(f"{points:g}: {why}" for points, why in parts))


def _parts(pipeline: WovenPipeline, findings: Sequence[Finding]) -> list[tuple[float, str]]:
    steps = len(pipeline.steps)
    parts: list[tuple[float, str]] = []
    if not replays(pipeline.durable_engine):
        functions = len({(s.file, s.function) for s in pipeline.steps})
        people = sum(s.kind is Kind.HUMAN for s in pipeline.steps)
        shapes = {n.type for n in pipeline.flow.walk()} & {FlowType.PARALLEL, FlowType.LOOP, FlowType.GRAPH}
        opaque = _unknown_types(pipeline)
        parts = [
            (2.0, "a worker, a starter, a test against the engine"),
            (_halves(0.25 * steps), f"{counted(steps, 'step')} in {counted(functions, 'function')} become activities"),
            (1.0 * people, f"{counted(people, 'wait')} for a person become durable"),
            (0.5 * len(shapes), f"control flow to carry over: {', '.join(sorted(s.value for s in shapes))}"),
            (_halves(0.1 * opaque), f"{counted(opaque, 'value')} of unknown type to make serialisable"),
        ]
    fixes: dict[str, float] = {}
    for finding in (f for f in findings if f.severity is not Severity.NOTE):
        known = fixes.get(finding.check)
        fixes[finding.check] = finding.effort if known is None else known + AGAIN * finding.effort
    parts += [(_halves(points), f"to deal with {check}") for check, points in sorted(fixes.items())]
    return parts


def _unknown_types(pipeline: WovenPipeline) -> int:
    held = [e for e in pipeline.edges if e.kind is EdgeKind.DATA and e.held is Held.MEMORY]
    return len({name for e in held for name in e.values if e.types.get(name) is None})


def _halves(points: float) -> float:
    return math.ceil(round(points * 2, 6)) / 2
