"""A default endpoint or region stands in the code and holds unless a setting says otherwise.

## What it does

Points at a literal host or region that is used when a variable or an entry of the configuration is not given.

## Why it matters

Where nobody sets it, content goes to the default, and nobody decided that. A deployment in another region that forgets
one variable works, and sends its content elsewhere. The list of such defaults is an input for knowing your transfers
(EDPB Recommendations 01/2020, version 2.0, 18 June 2021; read on 22 November 2026), not an assessment.

## When it is fine

Where the default is the place that the owner chose, or this machine.

## What to do

Leave the default out, so that a run without the setting stops; or check at the start that it is set.

## What it cannot see

What the deployment sets, and what contracts say.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_choice, at_step, calls, own_machine, place_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Decides
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.LOW
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.POTENTIAL
EFFORT = 0.1
NEEDS = (Need.REGION_SETTING,)

BAD = """
import os

import requests

SERVICE = os.getenv("SERVICE_URL", "https://us.models.example")  # finding: default-endpoint


def classify(text: str) -> dict:
    return requests.post(f"{SERVICE}/v1", json={"text": text}, timeout=10).json()
"""

GOOD = """
import os

import requests

SERVICE = os.environ["SERVICE_URL"]


def classify(text: str) -> dict:
    return requests.post(f"{SERVICE}/v1", json={"text": text}, timeout=10).json()
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each literal that a setting can replace."""
    by_id = {step.id: step for step in pipeline.steps}
    for one in pipeline.observed.chosen:
        steps = [by_id[s] for s in one.steps if s in by_id]
        if one.decides is not Decides.PLACE or one.by is not ChosenBy.DEFAULT or not steps:
            continue
        where = place_name(one.says)
        note = own_machine(where)
        found = at_step(
            pipeline,
            steps[0],
            f"{calls(steps[0])} goes to {where} unless {one.setting} says otherwise.",
            severity=Severity.NOTE if note else None,
            reason="the default is on this machine" if note else "",
        )
        yield at_choice(pipeline, one, steps, found)
