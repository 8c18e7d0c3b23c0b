"""Which engine runs the work of an entry that is not itself the engine's: it hands work over, or calls what it runs."""

from __future__ import annotations

from collections.abc import Iterator

from assess.frameworks.engines import TAKES_OVER_CALLS
from assess.frameworks.registry import hands_over, starts
from assess.model.step import Via
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Session
from assess.resolving.trace import Called, Event, Logged, Trace


def engine_of(session: Session, trace: Trace) -> str | None:
    """The engine, or None; the first one on the way of the run if there are several."""
    for called in _calls(trace):
        if not any(True for _ in called.body.events()):
            continue
        info = _called(session, called)
        for decoration in session.decorations.get(id(info.node), ()) if info is not None else ():
            rule = starts(decoration.path)
            if rule is not None and rule.engine in TAKES_OVER_CALLS:
                return rule.engine
    return _handed_over(trace)


def _handed_over(trace: Trace) -> str | None:
    """The engine that work is sent to, if the work is part of what was followed."""
    events = list(trace.events())
    for event in events:
        rule = hands_over(event.path)
        if rule is not None and any(_site(event) in later.via for later in events):
            return rule.engine
    return None


def _site(event: Event) -> Via:
    return Via(event.spot.file, event.spot.line, event.spot.function)


def _calls(trace: Trace) -> Iterator[Called]:
    for node in trace.nodes:
        if isinstance(node, Event | Logged):
            continue
        if isinstance(node, Called):
            yield node
        for part in node.parts():
            yield from _calls(part)


def _called(session: Session, called: Called) -> FunctionInfo | None:
    spot = called.definition
    functions = session.program.module(spot.file).functions.values()
    return next((f for f in functions if f.node.lineno == spot.line and f.qualified_name == spot.function), None)
