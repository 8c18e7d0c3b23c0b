"""Programs put together at random do the same as a workflow as they did before: the same calls, result and error.

`BEHAVIOUR_SEEDS=1000` tries more of them.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.usecases import migrate
from tests.migrate import inprocess
from tests.migrate.inprocess import Ran, World
from tests.migrate.programs import Program, program

SEEDS = int(os.environ.get("BEHAVIOUR_SEEDS", "24"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_workflow_does_what_the_original_does(tmp_path: Path, seed: int) -> None:
    made = program(seed)
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(made.text, "utf-8")
    assessment = assess(code)
    pipeline = assessment.pipeline("app.entry")
    if pipeline is None:
        assert "httpx" not in made.text.partition("def entry")[2]
        return
    result = migrate(assessment, code, pipeline=pipeline.id, engine="temporal", output=tmp_path / "project")
    lots = random.Random(seed)  # noqa: S311 - no secret
    for fails in (frozenset[int](), frozenset({lots.randrange(11)}), frozenset({1, 4, 7, lots.randrange(11)})):
        answers = [lots.randrange(10) for _ in range(5)]
        rows = [lots.randrange(10) for _ in range(lots.randrange(5))]
        number = lots.randrange(6)
        before = inprocess.original(code, "app", "entry", [number, list(rows)], World(answers, fails))
        package = result.plan.package
        after = inprocess.workflow(tmp_path / "project", package, code, [number, list(rows)], World(answers, fails))
        assert after.error == before.error
        assert after.result == before.result
        assert _calls(after, made, fails) == _calls(before, made, fails)


def _calls(ran: Ran, made: Program, fails: frozenset[int]) -> object:
    """What can be compared: where steps run at once their order is open, and so is what was begun before one failed."""
    if not made.parallel:
        return ran.calls
    return None if fails else sorted(map(repr, ran.calls))
