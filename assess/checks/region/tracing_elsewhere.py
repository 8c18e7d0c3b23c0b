"""Traces of the run go to another host.

## What it does

Points at the place where tracing or telemetry is set up, and says where it goes as far as the code shows it: an
address, a setting, or the SDK's default.

## Why it matters

A tracing backend gets prompts, answers and often documents: its host is part of the data flow, and it is easy to
forget. LangSmith goes to api.smith.langchain.com, the Agents SDK of OpenAI traces to api.openai.com unless that is
switched off, Langfuse goes to its EU cloud by default (documentation as read on 22 November 2026). GDPR Art. 28 and 44
may apply to that host as to any other.

## When it is fine

Where the backend was chosen with its region, or runs with the owner.

## What to do

Name the backend's host in configuration beside the model's, mask content before it is traced, or switch tracing off.

## What it cannot see

Which content the traces hold, variables that only the SDK reads, and sampling.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import own_machine, place_name
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Traced
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.POTENTIAL
EFFORT = 0.2
NEEDS = (Need.REGION_SETTING,)

BAD = """
from langsmith import traceable
from openai import OpenAI

client = OpenAI()


@traceable
def ask(question: str) -> str:  # finding: tracing-elsewhere
    return client.responses.create(model="gpt-4.1", input=question).output_text


def answer(question: str) -> str:
    return ask(question)
"""

GOOD = """
from openai import OpenAI

client = OpenAI()


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text


def answer(question: str) -> str:
    return ask(question)
"""

OUTSIDE = (ChosenBy.VARIABLE, ChosenBy.ENTRY)


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each place that sends traces; a note where the code leaves the host to a setting."""
    if not any(step.ai or step.writes for step in pipeline.steps):
        return
    for traced in pipeline.observed.traced:
        yield _found(pipeline, traced)


def _found(pipeline: WovenPipeline, traced: Traced) -> Found:
    near = traced.host is not None and traced.by not in OUTSIDE and own_machine(place_name(traced.host))
    return Found(
        file=traced.file,
        line=traced.line,
        end_line=traced.end_line,
        cell=traced.cell,
        symbol=pipeline.entry.symbol,
        target=f"tracing by {traced.sdk}",
        message=f"{traced.sdk} {_where(traced)}; prompts and answers may be in the traces.",
        severity=Severity.NOTE if near or traced.by in OUTSIDE else None,
        reason="the traces stay on this machine" if near else "",
    )


def _where(traced: Traced) -> str:
    if traced.host is None:
        return "sends traces, and the code does not show where"
    if traced.by in OUTSIDE:
        return f"sends traces where {traced.host} says"
    if traced.by is None:
        place = f" ({traced.jurisdiction})" if traced.jurisdiction else ""
        return f"sends traces to its default, {traced.host}{place}, unless a variable of its own says otherwise"
    return f"sends traces to {place_name(traced.host)}"
