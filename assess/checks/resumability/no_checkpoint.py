"""Nothing is stored between the steps of a chain.

## What it does

Points at a chain of steps that keeps every intermediate result in memory: no state of the run, no write that a repeat
overwrites, no file with paid-for content, no durable engine.

## Why it matters

A process dies: a deployment, an out-of-memory kill, a lost node. A chain that stored nothing starts from zero. Every
model call before the crash is paid again, every person is asked again, and somebody has to notice first.

## When it is fine

A chain of seconds that only reads, and whose caller simply asks again. Then lower the severity or ignore it with a
reason.

## What to do

Move the chain to a durable engine, which records each finished step. Short of that, store a row per run with the step
reached, and skip what is done.

## What it cannot see

State that a library stores by itself without showing it in a parameter, and a caller that keeps a record of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_entry, library, local, several
from assess.model.engine import QUEUEING
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.kept import kept
from assess.model.step import Confidence, Kind
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 1.0
NEEDS = (Need.DURABLE_STATE, Need.SPLIT)

BAD = """
import httpx
from openai import OpenAI

client = OpenAI()


def triage(document: str) -> None:  # finding: no-checkpoint
    answer = client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": document}])
    httpx.post("https://crm.example/claims", json={"text": answer.choices[0].message.content})
"""

GOOD = """
import sqlite3

import httpx
from openai import OpenAI

client = OpenAI()


def triage(db: sqlite3.Connection, claim: str, document: str) -> None:
    known = db.execute("SELECT text FROM answers WHERE claim = ?", (claim,)).fetchone()
    if known is None:
        answer = client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": document}])
        known = (answer.choices[0].message.content,)
        db.execute("INSERT INTO answers VALUES (?, ?) ON CONFLICT (claim) DO NOTHING", (claim, *known))
        db.commit()
    httpx.put(f"https://crm.example/claims/{claim}", json={"text": known[0]})
"""


HERE = frozenset({Kind.FILE, Kind.SUBPROCESS})
"""Kinds whose writes stay on this machine."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding at the entry of a chain that keeps nothing."""
    if (
        not pipeline.chain
        or not several(pipeline.flow)
        or pipeline.durable_engine not in ("none", *QUEUEING)
        or kept(pipeline)
    ):
        return
    if local(pipeline):
        return
    visits = [step for step, _ in pipeline.visits().values()]
    billed = sum(step.billed or step.ai for step in visits)
    people = sum(step.kind is Kind.HUMAN for step in visits)
    writes = sum(step.writes and not step.ai and step.kind not in HERE for step in visits)
    counts = ((billed, "paid call"), (writes, "write"), (people, "wait for a person"))
    again = ", ".join(f"{n} {what}{'s' if n > 1 and what != 'wait for a person' else ''}" for n, what in counts if n)
    message = f"{len(visits)} steps follow each other and nothing is stored between them"
    message += f"; a run again repeats them all ({again})." if again else "; a run again repeats them all."
    sure = Confidence.MEDIUM if library(pipeline) else None
    if not (billed or people or writes):
        reason = "no call is billed, nobody is asked, and no write adds anything"
        yield at_entry(pipeline, message, severity=Severity.LOW, confidence=sure, reason=reason)
    elif len(visits) == 1 and visits[0].retry.set:
        reason = "one call that is tried again, and no chain: its caller may keep what it gave"
        yield at_entry(pipeline, message, severity=Severity.LOW, confidence=Confidence.MEDIUM, reason=reason)
    elif not billed and not people and writes == 1:
        reason = "one write alone, among reads: a run again does little twice"
        yield at_entry(pipeline, message, severity=Severity.LOW, confidence=Confidence.MEDIUM, reason=reason)
    else:
        reason = "its caller stands outside of this code and may keep what it gave" if sure else ""
        yield at_entry(pipeline, message, confidence=sure, reason=reason)
