"""One run sends content to several jurisdictions.

## What it does

Points at a pipeline whose calls go to endpoints in more than one jurisdiction, as far as hosts and regions show it.

## Why it matters

Each of them has its own rules for what may be sent there and who may be compelled to give it out. The strictest one
decides for the whole run. An EU region is not a UK region and the reverse, although each is normally a permitted place
for the other's data. A region is where data lies, not who can ask for it.

## When it is fine

Where each part of the content was chosen to go where it goes.

## What to do

Pin every endpoint of the run to one region, or split the run so that each part stays in one.

## What it cannot see

Where a provider processes behind its endpoint, what the payload is, and what contracts say. Not seen in the labelled
code bases: few hosts tell their jurisdiction, and their runs mostly stay with one provider.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.POTENTIAL
EFFORT = 0.5
NEEDS = (Need.REGION_SETTING,)

BAD = """
from openai import OpenAI

near = OpenAI(base_url="https://eu.api.openai.com/v1")
far = OpenAI()


def review(text: str) -> str:
    draft = near.responses.create(model="gpt-4.1", input=text).output_text
    return far.responses.create(model="gpt-4.1", input=draft).output_text  # finding: several-jurisdictions
"""

GOOD = """
from openai import OpenAI

client = OpenAI(base_url="https://eu.api.openai.com/v1")


def review(text: str) -> str:
    draft = client.responses.create(model="gpt-4.1", input=text).output_text
    return client.responses.create(model="gpt-4.1", input=draft).output_text
"""

NO_PLACE = frozenset({"any", "global", "local", "own", "unknown"})
"""Words for a jurisdiction that name none."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the first step that leaves the jurisdiction of those before it."""
    first: dict[str, Step] = {}
    for step, _ in pipeline.visits().values():
        where = step.region.jurisdiction
        if where and where.lower() not in NO_PLACE:
            first.setdefault(where, step)
    if len(first) < 2:
        return
    (home, begins), (away, leaves) = list(first.items())[:2]
    message = f"One run goes to {' and '.join(first)}: {calls(begins)} to {home}, {calls(leaves)} to {away}."
    yield at_step(pipeline, leaves, message)
