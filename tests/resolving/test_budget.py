"""One part of a graph that needs more than there is leaves the others their share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assess.usecases import assess

Tree = Callable[[Mapping[str, str]], Path]

MANY = "\n".join(f"def part_{n}(x):\n    return x + {n}\n" for n in range(1_600))
ALL = "\n".join(f"    x = part_{n}(x)" for n in range(1_600))
CODE = f"""
import requests
from langgraph.graph import END, START, StateGraph


{MANY}

def big(state):
    x = requests.put("https://example.org")
{ALL}


def small(state):
    return {{"answer": requests.get("https://example.org/answer")}}


def last(state):
    requests.post("https://example.org/end", data=state["answer"])


graph = StateGraph(dict)
graph.add_node("big", big)
graph.add_node("small", small)
graph.add_node("last", last)
graph.add_edge(START, "big")
graph.add_edge("big", "small")
graph.add_edge("small", "last")
graph.add_edge("last", END)
app = graph.compile()
"""


def test_each_node_of_a_graph_has_its_share(tree: Tree) -> None:
    assessment = assess(tree({"app.py": CODE}))
    (pipeline,) = [p for p in assessment.pipelines if p.entry.symbol == "app"]
    assert {step.call for step in pipeline.steps} == {"requests.put", "requests.get", "requests.post"}
    assert any("followed in part" in skipped.reason for skipped in assessment.target.skipped)
