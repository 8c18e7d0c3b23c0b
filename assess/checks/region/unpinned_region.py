"""The code does not choose where a model call goes.

## What it does

Points at a model, embedding or agent call for which the code gives neither an endpoint nor a region, so the SDK's
default applies, or an environment variable that only the SDK knows.

## Why it matters

If the payload contains personal data, such a call may be a transfer to a third country (GDPR chapter V). Knowing your
transfers is the first step of EDPB Recommendations 01/2020 (version 2.0, 18 June 2021); this list is an input for it,
not an assessment. Sources as read on 22 November 2026.

## When it is fine

Where the account or the SDK's own environment variable pins the region, and that is written down.

## What to do

Give the client an endpoint or region from configuration, so that a reader of the code and of the deployment can see
it.

## What it cannot see

Account and project settings, the SDK's environment variables in the deployment, contracts, and what the data is.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_client, at_step, by_client, calls, host, provider
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.LOW
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.POTENTIAL
EFFORT = 0.2
NEEDS = (Need.REGION_SETTING,)

BAD = """
from openai import OpenAI

client = OpenAI()  # finding: unpinned-region


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text
"""

GOOD = """
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["MODEL_URL"])


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each client, or call without one, that leaves the choice to the SDK."""
    for steps in by_client(step for step in pipeline.steps if step.ai and not step.region.chosen):
        step, region = steps[0], steps[0].region
        default = f" (the SDK's default: {host(region.endpoint)})" if region.endpoint else ""
        only = f"; only {region.setting} can, outside the code" if region.setting else ""
        message = f"{calls(step)} goes to {provider(step)}, and the code does not choose where{default}{only}."
        yield at_client(pipeline, steps, at_step(pipeline, step, message))
