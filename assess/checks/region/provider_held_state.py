"""The provider keeps state of the run.

## What it does

Points at a call that leaves state of the run with a model provider: threads, conversations, uploaded files, vector
stores, batches, managed agents.

## Why it matters

The run can then go on only there. Where that copy lies and how long it is kept is the provider's setting, not your
deployment's. Such copies belong in the record of processing (GDPR Art. 28, 30 and 5(1)(e)), in the exit plan (DORA
Art. 28; PRA SS2/21 chapter 10). Articles as read on 22 November 2026.

## When it is fine

Where the owner chose that provider and region for exactly this, and something deletes what is left behind.

## What to do

Keep the history in a store of your own and send what a call needs. If the provider must keep it, store its id with
the run and delete it at the end.

## What it cannot see

Retention and region settings of the provider's account, and what contracts say.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls, provider
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.OPTIONAL
EFFORT = 1.0
NEEDS = (Need.DURABLE_STATE, Need.REGION_SETTING)

BAD = """
from openai import OpenAI

client = OpenAI()


def start(question: str) -> str:
    thread = client.beta.threads.create()  # finding: provider-held-state
    return thread.id
"""

GOOD = """
from openai import OpenAI

client = OpenAI()


def ask(history: list[dict], question: str) -> str:
    messages = [*history, {"role": "user", "content": question}]
    return client.chat.completions.create(model="gpt-4.1", messages=messages).choices[0].message.content
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each step that leaves state with its provider."""
    for step in pipeline.steps:
        if step.region.provider_state:
            does = "reads state of the run that is held" if step.effect is Effect.READ else "leaves state of the run"
            message = f"{calls(step)} {does} at {provider(step)}; its region and retention apply there."
            yield at_step(pipeline, step, message)
