"""A long run lives in a host that is short-lived.

## What it does

Points at an entry that is started by a request, a cloud function or a notebook, and whose run takes long: several
model calls, model calls in a loop, a wait or a poll.

## Why it matters

Such hosts end a run at their own limit: a gateway after a minute, a function after fifteen, a notebook when the laptop
is closed. A deployment ends it at any time. The run stops between two steps, and the caller cannot tell how far it
came.

## When it is fine

Where the run stays well under the limit of the host, and asking again does no harm.

## What to do

Let the request start the run and answer with its id; let the run live where it can be taken up again.

## What it cannot see

The limits of the host, and how long the calls take.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_entry
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Kind
from assess.model.woven import TriggerKind, WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.OPTIONAL
EFFORT = 0.5
NEEDS = (Need.DURABLE_STATE, Need.STATUS)

BAD = """
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/reports")
def report(topics: list[str]) -> list[str]:  # finding: short-lived-host
    return [client.responses.create(model="gpt-4.1", input=topic).output_text for topic in topics]
"""

GOOD = """
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/title")
def title(text: str) -> str:
    return client.responses.create(model="gpt-4.1", input=text).output_text
"""

HOSTS = {
    TriggerKind.HTTP: "A request",
    TriggerKind.PLATFORM: "A call of the platform",
    TriggerKind.NOTEBOOK: "A notebook",
}
SEVERAL = 3
"""From this many model calls on, a run takes longer than a caller waits."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the entry, if every way to start the run is short-lived and the run is long."""
    hosts = [HOSTS.get(trigger.kind) for trigger in pipeline.triggers]
    long = _long(pipeline)
    if not hosts or None in hosts or not long or pipeline.durable_engine != "none":
        return
    yield at_entry(pipeline, f"{hosts[0]} holds a run of {long}; when its host ends, the run ends half-way.")


def _long(pipeline: WovenPipeline) -> str:
    """What makes the run long, in words; nothing if it is short."""
    visits = list(pipeline.visits().values())
    models = [way for step, way in visits if step.ai]
    if any(step.kind is Kind.HUMAN for step, _ in visits):
        return "steps with a wait for a person"
    if any(way.in_loop for way in models):
        return "model calls in a loop"
    if len(models) >= SEVERAL:
        return f"{len(models)} model calls"
    return "a wait in a loop" if pipeline.observed.polls else ""
