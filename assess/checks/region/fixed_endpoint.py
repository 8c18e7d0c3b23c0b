"""The endpoint or region of a call is fixed in the code.

## What it does

Points at a call whose host or region is a literal in the code, with no parameter and no environment variable that
could choose another.

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

from collections.abc import Iterator
from ipaddress import ip_address

from assess.checks.check import Found
from assess.checks.point import at_client, at_step, by_client, calls, host
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
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
    """One finding for each client, or call without one, whose place is a literal."""
    for steps in by_client(step for step in pipeline.steps if step.region.fixed_in_code):
        step, region = steps[0], steps[0].region
        where = host(region.endpoint) if region.endpoint else region.jurisdiction or "an endpoint"
        message = f"{calls(step)} goes to {where}, which is fixed in the code; content may go there whatever is set."
        if _own_machine(where):
            found = at_step(
                pipeline,
                step,
                f"{calls(step)} goes to {where}, which is fixed in the code; no other place can be set.",
                severity=Severity.LOW,
                reason="the address is this machine",
            )
        else:
            found = at_step(pipeline, step, message)
        yield at_client(pipeline, steps, found)


def _own_machine(where: str) -> bool:
    name = where.rpartition(":")[0] or where
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
