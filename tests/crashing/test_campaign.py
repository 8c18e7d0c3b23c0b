"""A short slice of the campaign: a few kills in each example. `make crashes` kills at every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assess.model.assessment import Pipeline
from assess.model.score import CrashCost, When
from tests.crashing.campaign import pipeline_of, play
from tests.crashing.judging import judge
from tests.crashing.lanes import Lane
from tests.crashing.trials import Death, Seen
from tests.crashing.worlds import WORLDS, World

SLICE = {
    "triage of CLM-1001": [("crm.record", When.DURING), (None, When.AFTER)],
    "INV-4001, approved": [("anthropic.messages", When.DURING), ("sqs.delete", When.AFTER)],
    "APP-2001, approve": [("bank.account", When.DURING), ("mail.send", When.AFTER)],
    "BATCH-3001, keep": [(None, When.DURING), ("cms.message", When.AFTER)],
}
"""For each run the routes and moments of its kills; no route: the first step that stays in the process."""


@pytest.fixture(scope="module")
def lanes() -> Iterator[list[Lane]]:
    with Lane() as one, Lane() as two:
        yield [one, two]


def world(name: str) -> World:
    return next(world for world in WORLDS if world.name == name)


def visit_at(world: World, pipeline: Pipeline, route: str | None) -> str:
    """The first visit that arrives there and stands in every run, else the first one."""
    there = {v: way for v, (step, way) in pipeline.visits().items() if world.route(step, way) == route}
    return next((v for v, way in there.items() if not way.conditional), next(iter(there)))


@pytest.mark.parametrize("name", SLICE)
def test_a_kill_does_what_the_table_says(name: str, lanes: list[Lane]) -> None:
    pipeline = pipeline_of(world(name))
    deaths = [Death(visit_at(world(name), pipeline, route), when) for route, when in SLICE[name]]
    act = play(world(name), pipeline, lanes, deaths)
    assert [(v.death, v.faults) for v in act.verdicts] == [(death, ()) for death in deaths]


def test_a_wrong_table_is_noticed() -> None:
    triage = world("triage of CLM-1001")
    pipeline = pipeline_of(triage)
    at = visit_at(triage, pipeline, "crm.record")
    before = ("v1", "v2", "v3", "v4", "v5")
    clean = Seen((*before, at, "v11", "v12"), frozenset((*before, at, "v11", "v12")), ())
    first = Seen((*before, at), frozenset(before), ())

    def faults(table: Pipeline) -> list[str]:
        verdict = judge(triage, table, Death(at, When.DURING), clean, first, clean)
        return sorted({fault.partition(":")[0] for fault in verdict.faults if "paid" not in fault})

    silent, bold = (
        replace(
            pipeline, crash_table=tuple(replace(row, repeated=said, may=CrashCost()) for row in pipeline.crash_table)
        )
        for said in ((), ("v12",))
    )
    assert "repeated" not in faults(pipeline)
    assert "repeated" in faults(silent), "it happened and was not said"
    assert "repeated" in faults(bold), "it was said and did not happen"
