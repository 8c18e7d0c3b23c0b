"""A wait is held by the process: for a person, or by asking again and again.

## What it does

Points at `input()` and other prompts, at approvals that are awaited inside the process, and at loops that poll until
something is done.

## Why it matters

People answer after hours or days. A process that must stay alive that long will be restarted before, and then the
question is forgotten, the answer reaches nobody, and what was paid for before the question is gone.

## When it is fine

A tool that somebody runs by hand and watches. A poll of seconds whose question can be asked again at no cost.

## What to do

Let the run wait durably: a signal or an event with a time limit on an engine, or a stored "waiting" state that the
answer's own request picks up.

## What it cannot see

Whether another process keeps the question, and how long people take.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import asked, at_step, calls, last_name
from assess.model.engine import RECORDING, replays
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import Poll
from assess.model.source import TrailStop
from assess.model.step import Confidence, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 1.0
NEEDS = (Need.DURABLE_WAIT,)

BAD = """
from openai import OpenAI

client = OpenAI()


def answer(question: str) -> str:
    draft = client.responses.create(model="gpt-4.1", input=question).output_text
    if input(f"Send this? {draft} [y/n] ") != "y":  # finding: in-process-wait
        return ""
    return draft
"""

GOOD = """
from openai import OpenAI

client = OpenAI()


def answer(question: str) -> str:
    return client.responses.create(model="gpt-4.1", input=question).output_text
"""

PROMPTS = frozenset({"ask", "confirm", "getpass", "input", "prompt", "prompt_async", "text_input"})
"""Last names of calls that stop the process until somebody types."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """Waits for people first; then polls that no person's step stands in."""
    human = [step for step in pipeline.steps if step.kind is Kind.HUMAN]
    asked = {visit.id for step in human for visit in step.visits}
    for step in human:
        found = _person(pipeline, step)
        if found:
            yield found
    if replays(pipeline.durable_engine):
        return
    for poll in pipeline.observed.polls:
        if poll.visits and not asked & set(poll.visits):
            yield _poll(pipeline, poll)


def _person(pipeline: WovenPipeline, step: Step) -> Found | None:
    typed = last_name(step.call) in PROMPTS or last_name(step.target or "") in PROMPTS
    if typed:
        first = next(iter(pipeline.visits()), None)
        begins = any(visit.id == first and not visit.in_loop for visit in step.visits)
        return at_step(
            pipeline,
            step,
            f"{calls(step)} waits for a person inside the process; a restart forgets the question.",
            severity=Severity.LOW if begins else None,
            reason="it is the first step: nothing was done before it" if begins else "",
        )
    if replays(pipeline.durable_engine) or pipeline.durable_engine in RECORDING:
        return None
    message = f"{calls(step)} asks a person, and the code does not show that the question is kept outside the process."
    return at_step(
        pipeline, step, message, confidence=Confidence.MEDIUM, reason="where the answer is waited for is not certain"
    )


def _poll(pipeline: WovenPipeline, poll: Poll) -> Found:
    what = asked(pipeline, poll)
    limit = "until a limit" if poll.bounded else "without a limit"
    return Found(
        file=poll.file,
        line=poll.line,
        end_line=poll.end_line,
        cell=poll.cell,
        symbol=poll.function,
        target=f"poll {last_name(poll.waits_for)}",
        message=f"A loop asks {what} again and again, {limit}; a restart forgets what it waits for.",
        trail=(TrailStop(poll.file, poll.line, f"polls {what}"),),
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        reason="a poll can be taken up again if the id of what it waits for is stored",
    )
