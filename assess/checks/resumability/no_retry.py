"""A call in a chain is tried once, so one hiccup of the network ends the run.

## What it does

Points at a call over the network, in a chain, that neither this code base nor the SDK's own default tries again.

## Why it matters

Services answer 429 and 503 on a good day. Without a second try the whole chain ends there, and all that came before
it was for nothing.

## When it is fine

Where the caller tries the whole run again and that is cheap, and for a write without a key: there a retry does harm,
so give it a key first.

## What to do

Try again a few times with growing pauses, only for errors that pass. On a durable engine the activity's policy does
it.

## What it cannot see

Retries of a proxy or a service mesh.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import REMOTE, at_step, calls, last_name, root
from assess.model.engine import replays
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Effect, RetryBy
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.OPTIONAL
EFFORT = 0.1
NEEDS = (Need.RETRY,)

BAD = """
import requests
from openai import OpenAI

client = OpenAI()


def summarise(address: str) -> str:
    page = requests.get(address, timeout=10).text  # finding: no-retry
    return client.responses.create(model="gpt-4.1", input=page).output_text
"""

GOOD = """
import requests
from openai import OpenAI
from tenacity import retry, stop_after_attempt, wait_exponential

client = OpenAI()


@retry(stop=stop_after_attempt(4), wait=wait_exponential())
def load(address: str) -> str:
    return requests.get(address, timeout=10).text


def summarise(address: str) -> str:
    return client.responses.create(model="gpt-4.1", input=load(address)).output_text
"""


_HELD = "a handler keeps the error from the run"
_FIRST = "it is the first step: nothing was done before it"
_KEYLESS = "it writes without a key: a retry needs one first"


WITHOUT = frozenset({"aiohttp", "ftplib", "http", "httpx", "mistralai", "requests", "smtplib", "urllib"})
"""Packages that try nothing again unless they are told to; what others do by themselves may not be known here."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each remote call of a chain that is tried once."""
    if not pipeline.chain or replays(pipeline.durable_engine):
        return
    first = next(iter(pipeline.visits()), None)
    caught = {v for h in pipeline.observed.handlers if not h.raises and not h.stops for v in h.guards}
    for step in pipeline.steps:
        if step.kind not in REMOTE or step.retry.set or step.retry.by is not RetryBy.NONE:
            continue
        starts = any(visit.id == first for visit in step.visits)
        held = all(visit.id in caught for visit in step.visits)
        if held:
            message = (
                f"{calls(step)} is tried once; one error that would pass counts as a failure and goes to a handler."
            )
        else:
            message = f"{calls(step)} is tried once; one error that would pass ends the run"
            message += "." if starts else " and what came before it was for nothing."
        if last_name(step.call) == "retry":
            continue  # a task that sends itself again
        keyless = step.effect is Effect.WRITE and step.idempotency_key is not True
        yield at_step(
            pipeline,
            step,
            message,
            severity=Severity.LOW if starts or keyless or held else None,
            confidence=None if root(step) in WITHOUT else Confidence.MEDIUM,
            reason=_FIRST if starts else _KEYLESS if keyless else _HELD if held else "",
        )
