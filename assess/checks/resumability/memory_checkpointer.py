"""The checkpointer keeps the state in memory.

## What it does

Points at a graph that is compiled with a checkpointer which lives in the process, such as `InMemorySaver`.

## Why it matters

It looks as if runs could be taken up again, and in a test they can. After a restart every thread is gone: the history,
the state after each node, and the questions that wait for a person.

## When it is fine

Tests, demonstrations, and notebooks.

## What to do

Use a checkpointer on a database, chosen by configuration, and resume what was interrupted when the process starts.

## What it cannot see

A platform that puts its own checkpointer in the place of this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.step import Confidence, Kind
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.DURABLE_STATE,)

BAD = """
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from openai import OpenAI

client = OpenAI()


def ask(state: dict) -> dict:
    return {"text": client.responses.create(model="gpt-4.1", input=state["text"]).output_text}


builder = StateGraph(dict)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
builder.add_edge("ask", END)
graph = builder.compile(checkpointer=InMemorySaver())  # finding: memory-checkpointer
"""

GOOD = """
import os

from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.graph import END, START, StateGraph
from openai import OpenAI

client = OpenAI()


def ask(state: dict) -> dict:
    return {"text": client.responses.create(model="gpt-4.1", input=state["text"]).output_text}


builder = StateGraph(dict)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
builder.add_edge("ask", END)
graph = builder.compile(checkpointer=PostgresSaver.from_conn_string(os.environ["DATABASE_URL"]))
"""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each graph of the run whose state is in memory."""
    people = any(step.kind is Kind.HUMAN for step in pipeline.steps)
    for keeper in pipeline.observed.checkpointers:
        if keeper.lasting:
            continue
        what = "every open question" if people else "every thread"
        yield Found(
            file=keeper.file,
            line=keeper.line,
            end_line=keeper.end_line,
            cell=keeper.cell,
            symbol=pipeline.entry.symbol,
            target=keeper.what,
            message=f"`{keeper.what}` keeps the state of the graph in memory: a restart forgets {what}.",
            severity=Severity.HIGH if people else None,
            reason="a person is asked in this graph" if people else "",
        )
