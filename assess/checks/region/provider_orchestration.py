"""The model provider runs the orchestration.

## What it does

Points at a call that hands the course of the run to the provider: runs of hosted assistants and threads, hosted agents,
agent engines.

## Why it matters

Which step comes next, which tool is called and what the run remembers is then decided and kept there. Region,
retention, limits and prices follow the provider, and the run can be moved only by writing it anew. DORA Art. 28 (exit
strategies) and PRA SS2/21 chapter 10 ask for a way out (as read on 22 November 2026).

## When it is fine

Where the owner chose that provider's platform, with its region, for exactly this.

## What to do

Keep the order of the steps in code or an engine of your own, and call the model as one step among others.

## What it cannot see

Contracts, and the region that the provider's project is set to.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls, provider
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.POTENTIAL
EFFORT = 2.0
NEEDS = (Need.DURABLE_STATE, Need.REGION_SETTING)

BAD = """
from openai import OpenAI

client = OpenAI()


def answer(thread: str, assistant: str) -> str:
    runs = client.beta.threads.runs
    run = runs.create_and_poll(thread_id=thread, assistant_id=assistant)  # finding: provider-orchestration
    return run.status
"""

GOOD = """
from openai import OpenAI

client = OpenAI()


def answer(history: list[dict]) -> str:
    return client.chat.completions.create(model="gpt-4.1", messages=history).choices[0].message.content
"""

RUNS = frozenset(
    "agents agent_engines assistants conversations invoke_agent reasoning_engines runs sessions threads".split()
)
"""Words in the path of a call to a hosted agent."""
STARTS = ("append", "create", "invoke_agent", "query", "restart", "run", "send", "start", "stream")
"""Beginnings of the verbs that let it work."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each call that lets a hosted agent work."""
    for step in pipeline.steps:
        if _lets_work(step):
            message = f"{calls(step)} hands the course of the run to {provider(step)}, which decides what comes next."
            yield at_step(pipeline, step, message)


def _lets_work(step: Step) -> bool:
    parts = (step.target or step.call).split(".")
    hosted = step.kind is Kind.AGENT and step.region.provider_state and step.billed
    return hosted and step.effect is not Effect.READ and parts[-1].startswith(STARTS) and not RUNS.isdisjoint(parts)
