"""The place is "global", or a profile that spans regions.

## What it does

Points at a literal that lets the provider choose among regions: `location="global"`, and inference profiles of Bedrock
whose names begin with `global.`, `us.`, `eu.` or `apac.`.

## Why it matters

The call may be answered in any region of the profile, and in another one each time. The provider's page for each
profile names its regions (Bedrock: "Increase throughput with cross-Region inference"; Vertex AI: "Deployments and
endpoints"; as read on 22 November 2026). A policy that names one region is not met by such a name.

## When it is fine

Where every region of the profile is allowed for this content.

## What to do

Name one region, from configuration, and the model's own id in it.

## What it cannot see

Where a call was answered, and policies of the account that deny regions. Not seen in the labelled code bases, whose
calls of Bedrock take the profile from a parameter; the names are those of the provider's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_choice, at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Decides
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.POTENTIAL
EFFORT = 0.2
NEEDS = (Need.REGION_SETTING,)

BAD = """
import boto3

bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")


def ask(question: str) -> dict:
    return bedrock.converse(
        modelId="us.anthropic.claude-sonnet-4-20250514-v1:0",  # finding: cross-region-profile
        messages=[{"role": "user", "content": [{"text": question}]}],
    )
"""

GOOD = """
import boto3

bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")


def ask(question: str) -> dict:
    return bedrock.converse(
        modelId="anthropic.claude-sonnet-4-20250514-v1:0",
        messages=[{"role": "user", "content": [{"text": question}]}],
    )
"""

PROFILE = re.compile(
    r"^(?P<area>global|us|eu|apac|jp|au|us-gov)\.(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|writer)\."
)


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each literal that names no single region."""
    by_id = {step.id: step for step in pipeline.steps}
    for one in pipeline.observed.chosen:
        steps = [by_id[s] for s in one.steps if s in by_id]
        if not steps or one.by not in (ChosenBy.LITERAL, ChosenBy.DEFAULT):
            continue
        profile = PROFILE.match(one.says) if one.decides is Decides.MODEL else None
        if profile is None and not (one.decides is Decides.PLACE and one.says.lower() == "global"):
            continue
        area = profile["area"] if profile else "global"
        wide = area == "global"
        where = "any region of the provider" if wide else f"any region of the profile {area}"
        message = f"{calls(steps[0])} may be answered in {where}: {one.says} names no single one."
        found = at_step(pipeline, steps[0], message, severity=None if wide else Severity.LOW)
        yield at_choice(pipeline, one, steps, found)
