"""The provider keeps the content because the call does not say otherwise.

## What it does

Points at a call whose provider stores what is sent and answered by default, and which does not switch that off.
OpenAI's Responses API keeps a response for 30 days unless `store=False` is given (API reference, read on 22 November
2026).

## Why it matters

Each call leaves a copy of prompt and answer with the provider. Such copies belong in the record of processing and end
at their own time (GDPR Art. 5(1)(e) and 30).

## When it is fine

Where the next call goes on from the stored response, or the account is set to keep nothing.

## What to do

Give `store=False`, and keep what the run needs in a store of your own.

## What it cannot see

Settings of the account and of the project, and contracts.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls, provider
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.LOW
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.POTENTIAL
EFFORT = 0.1
NEEDS = (Need.REGION_SETTING,)

BAD = """
from openai import OpenAI

client = OpenAI()


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text  # finding: stored-by-default
"""

GOOD = """
from openai import OpenAI

client = OpenAI()


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question, store=False).output_text
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each call that leaves the default as it is."""
    for step in pipeline.steps:
        if step.region.kept_by_default:
            yield at_step(
                pipeline, step, f"{calls(step)} leaves a copy with {provider(step)}: it does not say `store=False`."
            )
