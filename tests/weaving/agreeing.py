"""What holds for every pipeline, whatever code it was read from: its parts tell of the same visits and places."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from assess.model.assessment import Assessment, Pipeline
from assess.model.flow import Flow, FlowType, Role
from assess.model.step import Step, Visit
from assess.reading.parse import UnreadableError, parse

Around = frozenset[str]


def problems(assessment: Assessment, root: Path) -> list[str]:
    """Every sentence that does not hold, with the pipeline it is of."""
    calls = {file: _calls(root / file, file) for file in assessment.target.digests}
    ids = [p.id for p in assessment.pipelines]
    found = [f"the id {one} stands twice" for one in sorted({i for i in ids if ids.count(i) > 1})]
    for pipeline in assessment.pipelines:
        found += [f"{pipeline.id}: {says}" for says in _of(pipeline, calls)]
    return found


def known_misses(assessment: Assessment) -> list[str]:
    """What should hold too, and does not everywhere yet: visits stand once in the flow, and flags are as it says."""
    found: list[str] = []
    for pipeline in assessment.pipelines:
        visits = pipeline.visits()
        flowing = list(pipeline.flow.visits())
        found += [f"{visit} stands twice" for visit in visits if flowing.count(visit) > 1]
        for visit, around in _around(pipeline.flow, frozenset()):
            found += _flags(*visits[visit], around)
    return found


def _of(pipeline: Pipeline, calls: dict[str, set[tuple[int | None, int, int]]]) -> Iterator[str]:
    visits = {visit.id: (step, visit) for step in pipeline.steps for visit in step.visits}
    flowing = list(pipeline.flow.visits())
    if set(flowing) != set(visits):
        yield f"flow has {sorted(flowing)}, steps have {sorted(visits)}"
        return
    places = [(s.file, s.cell, s.line, s.column) for s in pipeline.steps]
    if len(places) != len(set(places)):
        yield "two steps are one place"
    if pipeline.chain != (len(visits) > 1) or pipeline.ai != any(s.ai for s in pipeline.steps):
        yield "chain or ai is not as its steps are"
    yield from _references(pipeline, set(visits))
    yield from _reached(pipeline, flowing)
    for step in pipeline.steps:
        if (step.cell, step.line, step.column) not in calls.get(step.file, set()):
            yield f"no call stands at {step.file}:{step.line}:{step.column}"


def _references(pipeline: Pipeline, visits: set[str]) -> Iterator[str]:
    named = {v for e in pipeline.edges for v in (e.source, e.target)}
    observed = pipeline.observed
    named |= {v for h in observed.handlers for v in (*h.guards, *h.runs)}
    named |= {v for one in (*observed.detached, *observed.polls) for v in one.visits}
    named |= {w.visit for w in observed.status_writes} | {line.near for line in observed.logs if line.near is not None}
    named |= {row.visit for row in pipeline.crash_table}
    if not named <= visits:
        yield f"unknown visits {sorted(named - visits)}"
    edges = [(e.source, e.target, e.kind) for e in pipeline.edges]
    if len(edges) != len(set(edges)):
        yield "an edge stands twice"


def _reached(pipeline: Pipeline, flowing: list[str]) -> Iterator[str]:
    """A visit that nothing leads to must be one that the run can start with; the first of the flow is one."""
    if any(node.type is FlowType.GRAPH for node in pipeline.flow.walk()):
        return
    led_to = {e.target for e in pipeline.edges if e.kind.value == "next" and e.source != e.target}
    starting = _first(pipeline.flow)
    lost = [v for v in flowing if v not in led_to and v not in starting]
    if lost:
        yield f"nothing leads to {lost}"


def _first(flow: Flow) -> set[str]:
    if flow.visit is not None:
        return {flow.visit}
    if flow.type in (FlowType.BRANCH, FlowType.PARALLEL):
        return {v for child in flow.children for v in _first(child)}
    found: set[str] = set()
    for child in flow.children:
        found |= _first(child)
        if not _passable(child):
            break
    return found


def _passable(flow: Flow) -> bool:
    match flow.type:
        case FlowType.VISIT:
            return False
        case FlowType.LOOP:
            return True
        case FlowType.BRANCH:
            return True
    return all(_passable(child) for child in flow.children)


def _around(flow: Flow, around: Around) -> Iterator[tuple[str, Around]]:
    if flow.visit is not None:
        yield flow.visit, around
    inside = around | {flow.type.value}
    for child in flow.children:
        yield from _around(child, inside | {"except"} if child.role is Role.EXCEPT else inside)


def _flags(step: Step, visit: Visit, around: Around) -> Iterator[str]:
    where = f"{visit.id} at {step.file}:{step.line}"
    if "loop" in around and not visit.in_loop:
        yield f"{where} is under a loop and not in_loop"
    if visit.in_loop and not around & {"loop", "parallel", "graph"}:
        yield f"{where} is in_loop and under no loop"
    if visit.in_parallel != ("parallel" in around) and "graph" not in around:
        yield f"{where} has in_parallel {visit.in_parallel}, the flow says otherwise"


def _calls(path: Path, file: str) -> set[tuple[int | None, int, int]]:
    try:
        syntax = parse(file, path.read_bytes())
    except UnreadableError:
        return set()
    return {
        (block.cell, node.lineno, len(block.lines[node.lineno - 1].encode()[: node.col_offset].decode()))
        for block in syntax.blocks
        for statement in block.body
        for node in ast.walk(statement)
        if isinstance(node, ast.expr)
    }
