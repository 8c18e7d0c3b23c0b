"""Woven pipelines written by hand, in as few words as the case needs.

A flow is made of names of visits and of the functions below; every name becomes a step of its own unless the case
gives one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind, Held
from assess.model.observed import Observed
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import Entry, Trigger, TriggerKind, WovenPipeline

FILE = "app.py"
Part = Flow | str


def node(kind: FlowType, *children: Part, **fields: Any) -> Flow:
    return Flow(kind, FILE, 1, 99, children=tuple(flow(child) for child in children), **fields)


def flow(part: Part) -> Flow:
    return Flow(FlowType.VISIT, FILE, 1, 1, visit=part) if isinstance(part, str) else part


def seq(*children: Part) -> Flow:
    return node(FlowType.SEQUENCE, *children)


def branch(*arms: Part, otherwise: Part | None = None) -> Flow:
    parts = [replace(seq(arm), role=Role.THEN) for arm in arms]
    if otherwise is not None:
        parts.append(replace(seq(otherwise), role=Role.ELSE))
    return node(FlowType.BRANCH, *parts)


def loop(*children: Part, **fields: Any) -> Flow:
    return node(FlowType.LOOP, *children, **fields)


def parallel(*children: Part) -> Flow:
    return node(FlowType.PARALLEL, *children)


def attempt(body: Part, *excepts: Part, last: Part | None = None) -> Flow:
    parts = [replace(seq(body), role=Role.BODY), *(replace(seq(arm), role=Role.EXCEPT) for arm in excepts)]
    if last is not None:
        parts.append(replace(seq(last), role=Role.FINALLY))
    return node(FlowType.TRY, *parts)


def graph(*children: Part, arrows: tuple[tuple[int, int, str | None], ...]) -> Flow:
    return node(FlowType.GRAPH, *children, arrows=arrows)


def step(name: str, kind: Kind = Kind.HTTP, effect: Effect = Effect.READ, line: int = 10, **fields: Any) -> Step:
    given: dict[str, Any] = {"file": FILE, "line": line, "end_line": line, "function": "app.run", "cell": None}
    given |= {"call": f"client.{name}", "target": f"lib.Client.{name}", "column": 4, "visits": (Visit(name),)}
    return Step(id=f"step-{name}", kind=kind, effect=effect, **(given | fields))


def model(name: str, **fields: Any) -> Step:
    return step(name, Kind.MODEL, **({"billed": True, "provider": "openai"} | fields))


def write(name: str, kind: Kind = Kind.SAAS, **fields: Any) -> Step:
    return step(name, kind, Effect.WRITE, **fields)


def data(source: str, target: str, *values: str, held: Held = Held.MEMORY) -> Edge:
    return Edge(source, target, EdgeKind.DATA, values=values, held=held)


def follows(source: str, target: str) -> Edge:
    return Edge(source, target, EdgeKind.NEXT)


def pipeline(parts: Part, *steps: Step, edges: tuple[Edge, ...] = (), **fields: Any) -> WovenPipeline:
    """A pipeline around a flow; `observed` may be given as the keywords of Observed."""
    tree = flow(parts)
    given = {visit.id: one for one in steps for visit in one.visits}
    names = list(dict.fromkeys([*tree.visits(), *given]))
    every = list({(s := given.get(name) or step(name, line=10 + n)).id: s for n, name in enumerate(names)}.values())
    watched = {key: fields.pop(key) for key in list(fields) if key in Observed.__dataclass_fields__}
    basics: dict[str, Any] = {
        "id": "run-1",
        "name": "run",
        "entry": Entry(FILE, 1, None, "app.run"),
        "triggers": (Trigger(TriggerKind.LIBRARY, ""),),
        "frameworks": ("plain",),
        "ai": any(s.ai for s in every),
        "chain": len(names) > 1,
        "durable_engine": "none",
        "flow": tree,
        "steps": tuple(every),
        "edges": edges,
        "observed": Observed(**watched),
    }
    return WovenPipeline(**(basics | fields))
