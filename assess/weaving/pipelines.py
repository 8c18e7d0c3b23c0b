"""Candidates to pipelines: flow, steps, edges and observations put together, with names and stable ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from assess.catalogue.catalogue import Catalogue
from assess.model.flow import Flow, FlowType
from assess.model.source import Unresolved
from assess.model.step import Step
from assess.model.woven import Trigger, WovenPipeline
from assess.reading.tree import SourceTree
from assess.resolving.interpreter import open_session
from assess.resolving.running import Session
from assess.resolving.trace import Event, Spot
from assess.weaving.around import acknowledged_late, checkpointers, tracing, unthrottled
from assess.weaving.edges import data_edges
from assess.weaving.entries import Candidate, find_candidates
from assess.weaving.flowing import Weaver
from assess.weaving.guarding import guarded, note_cuts
from assess.weaving.observing import Observer
from assess.weaving.order import order_of
from assess.weaving.people import mark_people
from assess.weaving.placing import chosen
from assess.weaving.running_on import connections
from assess.weaving.stepping import build_steps

_SDK_FRAMEWORKS = {
    "langchain": "langchain", "langchain_core": "langchain", "langchain_openai": "langchain", "langgraph": "langgraph",
    "llama_index": "llama_index", "crewai": "crewai", "agents": "openai_agents", "pydantic_ai": "pydantic_ai",
    "dspy": "dspy", "haystack": "haystack", "smolagents": "smolagents", "streamlit": "streamlit",
}  # fmt: skip


def weave(
    tree: SourceTree, catalogue: Catalogue, wanted: Sequence[str] = (), *, thorough: bool = False
) -> tuple[tuple[WovenPipeline, ...], tuple[Unresolved, ...]]:
    """Every pipeline of the tree, by file and line, and the calls outside that no row of the catalogue knows.

    `wanted` are entries that the owner names, as `file.py:function`; `thorough` reads and follows a very large tree
    whole.
    """
    return weave_session(open_session(tree, catalogue, thorough=thorough), catalogue, wanted)


def weave_session(
    session: Session, catalogue: Catalogue, wanted: Sequence[str] = ()
) -> tuple[tuple[WovenPipeline, ...], tuple[Unresolved, ...]]:
    """The same in a session that the caller has opened."""
    names: dict[str, int] = {}
    titles: dict[str, int] = {}
    found: list[WovenPipeline] = []
    for candidate in find_candidates(session, wanted):
        entry = candidate.entry
        woven = partial(_pipeline, session, candidate, catalogue, names, titles)
        pipeline = guarded(session, entry.file, entry.symbol, woven, None)
        if pipeline is not None:
            found.append(pipeline)
    note_cuts(session)
    unresolved = tuple(sorted(session.unresolved.values(), key=lambda u: (u.file, u.line, u.call)))
    return tuple(found), unresolved


def _pipeline(
    session: Session, candidate: Candidate, catalogue: Catalogue, names: dict[str, int], titles: dict[str, int]
) -> WovenPipeline | None:
    weaver = Weaver()
    entry = candidate.entry
    end = candidate.function.node.end_lineno if candidate.function is not None else None
    spot = Spot(entry.file, entry.line, 0, end or entry.line, entry.cell, entry.symbol)
    flow = weaver.sequence(candidate.trace, spot)
    if flow is None:
        return None
    flow = _rooted(flow, spot, candidate)
    _flag(flow, weaver.events)
    ambient = {path: tuple(calls.values()) for path, calls in session.set_up.items()}
    steps = build_steps(weaver.events, catalogue, ambient)
    step_of: dict[str, Step] = {visit.id: step for step in steps for visit in step.visits}
    order = order_of(candidate.trace, weaver.visit_of)
    edges = [*order.edges, *data_edges(weaver.events, weaver.visit_of, step_of)]
    places = chosen(weaver.events, {visit: step.id for visit, step in step_of.items()}, catalogue, ambient)
    observed = replace(
        Observer(weaver.visit_of).observe(candidate.trace),
        chosen=places,
        connections=connections(session, candidate.engine or "none", entry.file, ambient),
        traced=tracing(session, entry, steps, candidate.trace, ambient),
        checkpointers=checkpointers(session, entry, flow),
        acks_late=acknowledged_late(session, candidate.engine, candidate.function),
        unthrottled=unthrottled(weaver.events, flow),
        bounds=order.bounds,
        bounds_on_error=order.bounds_on_error,
    )
    steps = mark_people(steps, weaver.events, observed, edges)
    roots = {event.path.partition(".")[0] for event in weaver.events.values()}
    frameworks = candidate.frameworks | {_SDK_FRAMEWORKS[r] for r in roots if r in _SDK_FRAMEWORKS}
    return WovenPipeline(
        id=_numbered(_identity(candidate), names),
        name=_numbered(_title(candidate), titles, " "),
        entry=entry,
        triggers=tuple(sorted(candidate.triggers, key=_trigger_key)),
        frameworks=tuple(sorted(frameworks)) or ("plain",),
        ai=any(step.ai for step in steps),
        chain=len(weaver.events) > 1,
        durable_engine=candidate.engine or "none",
        flow=flow,
        steps=steps,
        edges=tuple(edges),
        observed=observed,
    )


def _flag(flow: Flow, events: dict[str, Event]) -> None:
    """What stands in a loop or beside others in the flow says so itself."""
    if flow.type in (FlowType.LOOP, FlowType.PARALLEL):
        for visit in flow.visits():
            events[visit].in_loop |= flow.type is FlowType.LOOP
            events[visit].in_parallel |= flow.type is FlowType.PARALLEL
    for child in flow.children:
        _flag(child, events)


def _rooted(flow: Flow, spot: Spot, candidate: Candidate) -> Flow:
    """The root stands for the entry itself: one call that holds the rest, taken off if the trace shows it already."""
    if flow.type is FlowType.CALL and (flow.file, flow.line) == (spot.file, spot.line):
        return flow
    label = candidate.entry.symbol.rpartition(".")[2]
    children = flow.children if flow.type is FlowType.SEQUENCE else (flow,)
    return Flow(FlowType.CALL, spot.file, spot.line, spot.end_line, None, label, None, None, children)


def _trigger_key(trigger: Trigger) -> tuple[str, str]:
    return trigger.kind.value, trigger.detail


def _identity(candidate: Candidate) -> str:
    """Stable when lines move: file and symbol, in a notebook the cell."""
    entry = candidate.entry
    pure = PurePosixPath(entry.file)
    module = ".".join([*pure.parent.parts, pure.stem]).removesuffix(".__init__")
    cell = "" if entry.cell is None else f".cell{entry.cell}"
    symbol = "" if entry.symbol == "<module>" else f".{entry.symbol}"
    return re.sub(r"[^\w.\-<>]+", "-", f"{module}{cell}{symbol}")


def _title(candidate: Candidate) -> str:
    entry = candidate.entry
    if entry.symbol == "<module>":
        pure = PurePosixPath(entry.file)
        words = pure.parent.name if pure.stem in ("__main__", "__init__", "main") else pure.stem
        cell = "" if entry.cell is None else f" cell {entry.cell}"
        return _spoken(words or pure.stem) + cell
    owner, _, name = entry.symbol.replace(".<locals>", "").rpartition(".")
    if name in ("main", "run", "handler", "lambda_handler", "handle", "__call__", "cli", "execute", "start"):
        pure = PurePosixPath(entry.file)
        context = owner or (pure.parent.name if pure.stem in ("main", "__main__", "app") else pure.stem)
        return _spoken(f"{context} {name}")
    return _spoken(name)


def _spoken(name: str) -> str:
    """`triage_claim` and `TriageClaim` to "Triage claim"."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = re.sub(r"[\W_]+", " ", split).strip()
    return (words[:1].upper() + words[1:].lower() if words.islower() or not words.isupper() else words) or "Pipeline"


def _numbered(name: str, taken: dict[str, int], joint: str = "-") -> str:
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}{joint}{taken[name]}"
