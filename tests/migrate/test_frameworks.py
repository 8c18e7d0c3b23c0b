"""Graphs of LangGraph and agents of OpenAI: what runs inside the workflow, what stays one activity, and why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assess.model.assessment import Pipeline
from assess.usecases import assess
from migrate.plan import How, Outcome, Plan
from migrate.usecases import migrate, plan
from tests.migrate.conftest import SHAPES, Migrated

SERVED = """
from fastapi import FastAPI
app = FastAPI()
"""
ENTRY = """
@app.post("/entry")
def entry(text: str) -> str:
"""
GRAPH = """
from openai import OpenAI
from langgraph.checkpoint.memory import MemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command

client = OpenAI()

def ask(text: str) -> str:
    return client.responses.create(model="m", input=text).output_text

def first(state: dict) -> dict:
    return {"text": ask(state["text"])}

def second(state: dict) -> dict:
    return {"text": ask(state["text"])}

def build() -> StateGraph:
    builder = StateGraph(dict)
    builder.add_node("first", first)
    builder.add_node("second", second)
    builder.add_edge(START, "first")
    builder.add_edge("first", "second")
    builder.add_edge("second", END)
    return builder
"""
AGENTS = """
import httpx
from agents import Agent, Runner, function_tool, SQLiteSession
from openai import OpenAI

client = OpenAI()

@function_tool
def look_up(order: str) -> str:
    return httpx.get(f"http://localhost:9/{order}").text

agent = Agent(name="A", tools=[look_up])

def summed_up(text: str) -> str:
    return client.responses.create(model="m", input=text).output_text
"""


def planned(folder: Path, source: str, entry: str) -> Plan:
    (folder / "app.py").write_text(source, "utf-8")
    return plan(pipeline_of(folder, entry), folder)


def pipeline_of(folder: Path, entry: str) -> Pipeline:
    found = assess(folder)
    return next(p for p in found.pipelines if p.entry.symbol == entry)


def because(made: Plan) -> str:
    return " ".join(dict.fromkeys(a.because for a in made.ledger))


def test_every_node_of_a_graph_is_an_activity_with_numbers_of_its_own() -> None:
    pipeline = next(p for p in assess(SHAPES / "graph").pipelines if p.entry.symbol == "review")
    made = plan(pipeline, SHAPES / "graph")
    [run] = made.runs
    assert (run.framework, run.kept) == ("langgraph", "contract_review:graph")
    inside = {a.name: a for a in run.inside}
    assert list(inside) == ["graph.extract", "graph.grade", "graph.rewrite", "graph.send", "graph.agree"]
    # It makes no step, so a repeat of it costs nothing.
    assert inside["graph.agree"].retry.attempts.value > 1
    assert all(a.how is How.INSIDE for a in run.inside)
    assert inside["graph.extract"].timeouts.start_to_close.value > inside["graph.send"].timeouts.start_to_close.value
    moved = {a.where for a in made.ledger if a.outcome is Outcome.MOVED}
    assert moved == {*inside, "graph_answer", "review_post"} - {"graph.agree"}
    assert [w.name for w in made.waits] == ["graph_answer"]
    [other] = [r for r in made.remarks if "comes back with its end" in r.what]
    assert (other.file, other.line) == ("api.py", 12)


def test_a_graph_that_a_platform_runs_is_a_workflow_of_its_own(migrated: dict[str, Migrated]) -> None:
    made = migrated["graph"].result.plan
    assert made.entry.symbol == "graph"
    assert made.counted(Outcome.MOVED) == len(made.ledger)
    assert 'Durable(run, "graph", "graph_answer").ainvoke(state)' in migrated["graph"].text("runs")


def test_tools_are_activities_and_an_agents_call_stands_as_it_stood(migrated: dict[str, Migrated]) -> None:
    [run] = migrated["refunds"].result.plan.runs
    assert [a.name for a in run.inside] == ["model", "look_up_order", "refund"]
    assert "return await Runner.run(triage, question, context=case)" in migrated["refunds"].text("runs")
    keyed = re.search(r'"refund": Policy\(.*?add_key=True', migrated["refunds"].text("policies"), re.DOTALL)
    assert keyed is not None


def test_only_the_worker_needs_the_framework(migrated: dict[str, Migrated]) -> None:
    for shape, framework in (("graph", "langgraph"), ("refunds", "agents")):
        importing = [
            path.name
            for path in migrated[shape].folder.rglob("*.py")
            if re.search(rf"^\s*(from|import) {framework}\b", path.read_text("utf-8"), re.MULTILINE)
        ]
        assert set(importing) <= {"graphs.py", "agent_runs.py", "runs.py", "adapter.py"}


@pytest.mark.parametrize(
    ("compiled", "call", "reason"),
    [
        ("build().compile()", "graph.stream({'text': text})", "gives bit by bit"),
        ("build().compile()", "graph.invoke(Command(resume=text))", "resumes the graph itself"),
        ("build().compile(checkpointer=MemorySaver())", "graph.invoke({'text': text})", "from one run to the next"),
        ("build().compile(store=InMemoryStore())", "graph.invoke({'text': text})", "has a store"),
        ("build().compile(**SETTINGS)", "graph.invoke({'text': text})", "how it is compiled"),
    ],
)
def test_a_graph_that_the_plugin_cannot_take_stays_one_activity_and_the_ledger_says_why(
    tmp_path: Path, compiled: str, call: str, reason: str
) -> None:
    source = f"{SERVED}{GRAPH}\nSETTINGS = {{}}\ngraph = {compiled}\n{ENTRY}"
    source += f"    done = {call}\n    return ask(str(done))\n"
    made = planned(tmp_path, source, "entry")
    assert made.runs == ()
    assert reason in because(made)
    assert made.counted(Outcome.MOVED) == len(made.ledger) == 3


def test_a_graph_that_is_built_anew_for_each_run_stays_one_activity(tmp_path: Path) -> None:
    source = SERVED + GRAPH + ENTRY + "    graph = build().compile()\n"
    source += "    return ask(str(graph.invoke({'text': text})))\n"
    made = planned(tmp_path, source, "entry")
    assert made.runs == ()
    assert "built while the program runs" in because(made)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("Runner.run_sync(Agent(name='B', tools=[look_up]), text)", "made while the program runs"),
        ("Runner.run_sync(agent, text, session=SQLiteSession('1'))", "session or its hooks"),
    ],
)
def test_a_run_of_agents_that_the_plugin_cannot_take_stays_one_activity(tmp_path: Path, call: str, reason: str) -> None:
    source = f"{AGENTS}\ndef entry(text: str) -> str:\n    done = {call}\n"
    source += "    return summed_up(done.final_output)\n"
    made = planned(tmp_path, source, "entry")
    assert made.runs == ()
    assert reason in because(made)


def test_a_run_that_blocks_is_awaited_in_the_workflow(tmp_path: Path) -> None:
    source = AGENTS + "\ndef entry(text: str) -> str:\n    done = Runner.run_sync(agent, text)\n"
    source += "    return summed_up(done.final_output)\n"
    (tmp_path / "app.py").write_text(source, "utf-8")
    found = assess(tmp_path)
    made = migrate(found, tmp_path, pipeline="app.entry", engine="temporal", output=tmp_path / "out")
    text = (made.output / made.plan.package / "runs.py").read_text("utf-8")
    assert "return await Runner.run(agent, text)" in text
    assert "Runner.run_sync(agent, text)" in (made.output / made.plan.package / "adapter.py").read_text("utf-8")


def test_other_frameworks_are_one_activity_and_the_ledger_names_their_plugin(tmp_path: Path) -> None:
    source = AGENTS.replace(
        "from agents import Agent, Runner, function_tool, SQLiteSession\n", "from pydantic_ai import Agent\n"
    )
    source = source.replace("@function_tool\n", "").replace(
        'agent = Agent(name="A", tools=[look_up])', 'agent = Agent("m")'
    )
    source += "\ndef entry(text: str) -> str:\n    done = agent.run_sync(text)\n    return summed_up(done.output)\n"
    made = planned(tmp_path, source, "entry")
    assert "Pydantic AI runs inside it as a whole" in because(made)
    assert "TemporalAgent" in because(made)
