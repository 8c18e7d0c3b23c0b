"""Contracts are read, graded clause by clause, rewritten until they are good, and sent."""
import operator
import os
from typing import Annotated, Any, Literal

import httpx
from langgraph.graph import END, START, StateGraph
from langgraph.checkpoint.memory import MemorySaver
from langgraph.types import Command, Send, interrupt
from openai import OpenAI
from pydantic import BaseModel
from typing_extensions import TypedDict

client = OpenAI()
SERVICES = os.environ.get("SERVICES", "https://services.example")

class Clause(BaseModel):
    name: str
    risk: int

class State(TypedDict, total=False):
    text: str
    clauses: list[Clause]
    notes: Annotated[list[str], operator.add]
    rounds: int

def ask(prompt: str) -> str:
    answer = client.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": prompt}])
    return answer.choices[0].message.content or ""

def extract(state: State) -> dict[str, Any]:
    lines = ask("Name the clauses, one a line: " + state["text"]).splitlines()
    return {"clauses": [Clause(name=line, risk=len(line)) for line in lines], "rounds": 0}

def fan(state: State) -> list[Send]:
    return [Send("grade", {"clause": c}) for c in state["clauses"]]

def grade(state: dict[str, Any]) -> dict[str, Any]:
    return {"notes": [ask("Grade " + state["clause"].name)]}

def rewrite(state: State) -> dict[str, Any]:
    return {"text": ask("Rewrite " + state["text"]), "rounds": state["rounds"] + 1}

def good_enough(state: State) -> Literal["rewrite", "agree"]:
    return "rewrite" if state["rounds"] < 2 else "agree"


def agree(state: State) -> Command[Literal["send", "__end__"]]:
    answer = interrupt({"question": "Send it?", "text": state["text"]})
    return Command(update={"notes": [f"agreed: {answer}"]}, goto="send" if answer == "yes" else END)

def send(state: State) -> dict[str, Any]:
    response = httpx.post(f"{SERVICES}/contracts/versions", json={"text": state["text"]}, timeout=10)
    return {"notes": [response.text]}

builder = StateGraph(State)
builder.add_node("extract", extract)
builder.add_node("grade", grade)
builder.add_node("rewrite", rewrite)
builder.add_node("agree", agree)
builder.add_node("send", send)
builder.add_edge(START, "extract")
builder.add_conditional_edges("extract", fan, ["grade"])
builder.add_edge("grade", "rewrite")
builder.add_conditional_edges("rewrite", good_enough)
builder.add_edge("send", END)
graph = builder.compile(checkpointer=MemorySaver())

