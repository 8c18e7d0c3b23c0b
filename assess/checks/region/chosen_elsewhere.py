"""Where content goes is decided outside the code, at this place.

## What it does

Points at the variable, the entry of a configuration file or the named connection that decides the endpoint or region
of a step. It is a note for the register of places, and takes nothing off a score.

## Why it matters

This is how it should be: the owner decides. Whoever has to know where content goes (GDPR Art. 30, EDPB Recommendations
01/2020; read on 22 November 2026) has to look at exactly these settings of each deployment, because the code does not
show them.

## When it is fine

Always, as long as somebody wrote down what the setting is in each deployment.

## What to do

Take the setting into the record of processing, with its value in each deployment.

## What it cannot see

The value that each deployment gives it.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_choice, at_step, calls
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Decides
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.POTENTIAL
EFFORT = 0.1
NEEDS = (Need.REGION_SETTING,)

BAD = """
import os

import requests


def classify(text: str) -> dict:
    service = os.environ["SERVICE_URL"]  # finding: chosen-elsewhere
    return requests.post(f"{service}/v1", json={"text": text}, timeout=10).json()
"""

GOOD = """
from pathlib import Path


def classify(text: str) -> None:
    Path("texts.txt").write_text(text)
"""

WORDS = {ChosenBy.VARIABLE: "the setting", ChosenBy.ENTRY: "the entry"}


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One note for each setting that decides a place."""
    by_id = {step.id: step for step in pipeline.steps}
    for one in pipeline.observed.chosen:
        steps = [by_id[s] for s in one.steps if s in by_id]
        if one.decides is Decides.PLACE and one.by in WORDS and steps:
            message = f"Where {calls(steps[0])} goes is decided by {WORDS[one.by]} {one.says}, outside of the code."
            yield at_choice(pipeline, one, steps, at_step(pipeline, steps[0], message))
