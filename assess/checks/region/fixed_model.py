"""The model is fixed in the code: there is no seam to swap it.

## What it does

Points at a literal that names the model of a call, where no variable and no configuration could name another.

## Why it matters

Models are retired, change their price, or have to move to another provider or region. A name in the code takes a
change, a review and a release, at each place where it stands. An exit plan (DORA Art. 28, Regulation (EU) 2022/2554;
PRA SS2/21 chapter 10; read on 22 November 2026) that says "swap the model" needs one place to do it.

## When it is fine

Where prompts are tuned to one model and a change needs tests and a release anyway.

## What to do

Name the model in configuration, with today's value as the default, and call it through one function of your own.

## What it cannot see

A gateway that maps the name to another model, and callers outside that pass a name of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_choice, at_step, provider
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
from openai import OpenAI

client = OpenAI()
MODEL = "gpt-4.1"  # finding: fixed-model


def ask(question: str) -> str:
    return client.responses.create(model=MODEL, input=question).output_text
"""

GOOD = """
import os

from openai import OpenAI

client = OpenAI()


def ask(question: str) -> str:
    return client.responses.create(model=os.environ["MODEL"], input=question).output_text
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One note for each literal that names a model and that nothing can replace."""
    by_id = {step.id: step for step in pipeline.steps}
    for one in pipeline.observed.chosen:
        steps = [by_id[s] for s in one.steps if s in by_id]
        if one.decides is Decides.MODEL and one.by is ChosenBy.LITERAL and steps:
            calls = f"{len(steps)} calls of" if len(steps) > 1 else "a call of"
            message = (
                f"The model {one.says} stands in the code for {calls} {provider(steps[0])}; no setting names another."
            )
            yield at_choice(pipeline, one, steps, at_step(pipeline, steps[0], message))
