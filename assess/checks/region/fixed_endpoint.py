"""The endpoint or region of a call is fixed in the code.

## What it does

Points at the literal in the code that decides the host or region of a call, where no parameter and no environment
variable could choose another; where that literal was not made out, at the client or the call.

## Why it matters

Where content goes is then a decision of the code. Another region, a private endpoint or a local stand-in takes a
change and a release. DORA Art. 30(2)(b) (Regulation (EU) 2022/2554, applies since 17 January 2025) asks financial
entities that contracts name the regions where data is processed; the code should be able to follow them.

## When it is fine

A public service that exists once and gets nothing of yours, such as a public price list.

## What to do

Take the address or the region from configuration, with today's value as the default.

## What it cannot see

A proxy or a name server that sends the same host elsewhere, what the payload is, and what contracts say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assess.checks.check import Found
from assess.checks.point import at_choice, at_client, at_step, by_client, calls, host, own_machine, place_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Decides
from assess.model.step import Confidence, Effect, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.OPTIONAL
EFFORT = 0.2
NEEDS = (Need.REGION_SETTING,)

BAD = """
import requests


def classify(text: str) -> dict:
    answer = requests.post("https://us.models.example/v1", json={"text": text}, timeout=10)  # finding: fixed-endpoint
    return answer.json()
"""

GOOD = """
import os

import requests


def classify(text: str) -> dict:
    answer = requests.post(os.environ["MODELS_URL"], json={"text": text}, timeout=10)
    return answer.json()
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each literal that decides a place, and for each client whose literal was not made out."""
    by_id = {step.id: step for step in pipeline.steps}
    told: set[str] = set()
    for one in pipeline.observed.chosen:
        steps = [by_id[s] for s in one.steps if s in by_id]
        if one.decides is Decides.PLACE and one.by is ChosenBy.LITERAL and steps:
            told |= {step.id for step in steps}
            yield at_choice(pipeline, one, steps, _judged(pipeline, steps, place_name(one.says)))
    for steps in by_client(s for s in pipeline.steps if s.region.fixed_in_code and s.id not in told):
        region = steps[0].region
        where = host(region.endpoint) if region.endpoint else region.jurisdiction or "an endpoint"
        yield at_client(pipeline, steps, _judged(pipeline, steps, where))


def _judged(pipeline: WovenPipeline, steps: Sequence[Step], where: str) -> Found:
    step = steps[0]
    if own_machine(where):
        message = f"{calls(step)} goes to {where}, which is fixed in the code; no other place can be set."
        return at_step(pipeline, step, message, severity=Severity.LOW, reason="the address is on this machine")
    message = f"{calls(step)} goes to {where}, which is fixed in the code; content may go there whatever is set."
    if any(s.ai or s.effect is not Effect.READ for s in steps):
        return at_step(pipeline, step, message)
    return at_step(pipeline, step, message, severity=Severity.LOW, reason="it only reads from there")
