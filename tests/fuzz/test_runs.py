"""What programs really do was foreseen: each call that followed another in a run does so in the graph."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, note, settings

from assess.model.assessment import Pipeline
from assess.model.graph import EdgeKind
from assess.usecases import assess
from tests.fuzz.programs import SHAPES, Program, Shape, runs, written
from tests.weaving.agreeing import known_misses, problems

CALL = ("call", ())


def _block(*parts: Shape) -> Shape:
    return ("block", parts)


TOLD_APART: dict[str, Shape] = {
    "only the other arm does something": _block(CALL, ("else", (CALL,)), CALL),
    "a round ends inside an arm": _block(("for", (_block(("if", (_block(CALL, ("continue", (CALL,))),)), CALL),))),
    "a loop ends inside an arm": _block(("for", (_block(("if", (("break", (CALL,)),)), CALL),)), CALL),
}


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_every_run_goes_along_the_edges(shape: Shape) -> None:
    program = written(shape)
    note(program.text)
    assert _surprises(program) == set()


@pytest.mark.parametrize("shape", TOLD_APART.values(), ids=[*TOLD_APART])
def test_ways_out_of_an_arm(shape: Shape) -> None:
    """Shapes that hypothesis writes rarely."""
    assert _surprises(written(shape)) == set()


def _surprises(program: Program) -> set[tuple[str, ...]]:
    """The pairs of calls that follow in some run and in no edge, and calls done again that stand in no loop."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "job.py").write_text(program.text)
        assessment = assess(root)
        assert problems(assessment, root) == []
        assert known_misses(assessment) == []
    (pipeline,) = assessment.pipelines
    letters = _letters(pipeline, program)
    assert sorted(letters.values()) == sorted(program.letters.values())
    edges = {(letters[e.source], letters[e.target]) for e in pipeline.edges if e.kind is EdgeKind.NEXT}
    looping = {letters[v.id] for s in pipeline.steps for v in s.visits if v.in_loop}
    found: set[tuple[str, ...]] = set()
    for calls in runs(program, 60):
        found |= set(pairwise(calls)) - edges
        found |= {(call,) for call in calls if calls.count(call) > 1 and call not in looping}
    return found


def _letters(pipeline: Pipeline, program: Program) -> dict[str, str]:
    """The letter of each visit."""
    return {visit.id: program.letters[step.line] for step in pipeline.steps for visit in step.visits}
