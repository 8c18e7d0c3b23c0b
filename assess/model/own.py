"""Which visits of a pipeline are its own work, and which run in another pipeline that has its own entry.

What is sent through a queue runs in the worker's task; a compiled graph that is an entry of its own is one wherever it
is started from. Such work is counted where it runs, so that the entry that only starts it does not look like the one to
move. It knows flow and places, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from assess.model.flow import FlowType
from assess.model.step import Kind, Via
from assess.model.woven import WovenPipeline

Place = tuple[str, int, int | None]
"""File, line and cell of an entry."""


def entries(pipelines: Iterable[WovenPipeline]) -> frozenset[Place]:
    """Where the entries of these pipelines stand."""
    return frozenset((p.entry.file, p.entry.line, p.entry.cell) for p in pipelines)


def handed_over(pipeline: WovenPipeline, known: frozenset[Place]) -> frozenset[str]:
    """The visits that run elsewhere: behind a message to a queue, or in a graph that is one of the `known` entries."""
    sites = {Via(s.file, s.line, s.function) for s in pipeline.steps if s.kind is Kind.QUEUE}
    sent = {visit for visit, (_, way) in pipeline.visits().items() if sites.intersection(way.via)}
    own = (pipeline.entry.file, pipeline.entry.line)
    others = {(file, line) for file, line, _ in known} - {own}
    graphs = (n for n in pipeline.flow.walk() if n.type is FlowType.GRAPH and (n.file, n.line) in others)
    return frozenset(sent.union(*(graph.visits() for graph in graphs)))
