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


DEFAULTS = """
from concurrent.futures import ThreadPoolExecutor

import httpx

API = "http://localhost:9"
LEVEL = 3
KNOWN = {"level": LEVEL}


def ask(value):
    return httpx.post(f"{API}/ask", json=value).json()["value"]


def twice(value, word="", seen=(), more=LEVEL + 1, table={"a": [1]}, *, known=KNOWN, last):
    table["b"] = ask([value, word, list(seen), more])
    return ask([table, known, last]) + 1


def several(value, times=[1, 2]):
    found = [twice(value, last=n) for n in times]
    return ask(found)


def entry(number, rows):
    several(number)
    twice(number, "word", last=0, table={})
    with ThreadPoolExecutor(1) as pool:
        found = list(pool.map(several, rows))
    return found
"""


@pytest.mark.parametrize("fails", [frozenset[int](), frozenset({3})])
def test_what_a_call_leaves_out_has_its_default(tmp_path: Path, fails: frozenset[int]) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(DEFAULTS, "utf-8")
    result = migrate(assess(code), code, pipeline="app.entry", engine="temporal", output=tmp_path / "project")
    package = result.plan.package
    assert "async def twice(" in (tmp_path / "project" / package / "workflow.py").read_text("utf-8")
    before = inprocess.original(code, "app", "entry", [3, [5, 6]], World([1, 2, 3], fails))
    after = inprocess.workflow(tmp_path / "project", package, code, [3, [5, 6]], World([1, 2, 3], fails))
    assert after == before
    assert len(before.calls) > 2


def _calls(ran: Ran, made: Program, fails: frozenset[int]) -> object:
    """What can be compared: where steps run at once their order is open, and so is what was begun before one failed."""
    if not made.parallel:
        return ran.calls
    return None if fails else sorted(map(repr, ran.calls))
