"""Which engine runs the work of an entry that is not itself the engine's: it hands work over, or calls what it runs."""

from __future__ import annotations

from collections.abc import Iterator

from assess.frameworks.engines import TAKES_OVER_CALLS
from assess.frameworks.registry import hands_over, starts
from assess.model.observed import Connection
from assess.model.step import Via
from assess.resolving.codecs import encodes
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Session
from assess.resolving.trace import Called, Event, Logged, Trace
from assess.resolving.values import Configuration
from assess.weaving.placing import Ambient, folders_shared, leaves

CONNECTS = {"temporal": "temporalio.client.Client.connect"}
"""The call by which a process connects to an engine's server, by engine."""
ADDRESS = "target_host"


def engine_of(session: Session, trace: Trace) -> str | None:
    """The engine, or None; the first one on the way of the run if there are several."""
    for called in _calls(trace):
        if called.body.silent:
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


def connections(session: Session, engine: str, file: str, ambient: Ambient) -> tuple[Connection, ...]:
    """Where the tree connects to this engine, nearest to the file of the entry."""
    calls = ambient.get(CONNECTS.get(engine, ""), ())
    nearest = max((folders_shared(call.file, file) for call in calls), default=0)
    found = [_connection(session, call) for call in calls if folders_shared(call.file, file) == nearest]
    return tuple(sorted(found, key=lambda c: (c.file, c.cell or 0, c.line)))


def _connection(session: Session, call: Configuration) -> Connection:
    given = call.keywords.get(ADDRESS) or next(iter(call.positional), None)
    known = leaves(given) if given is not None else []
    leaf = known[0] if known else None
    at = leaf.at if leaf is not None and leaf.at is not None and leaf.at[0] == call.file else None
    line = at[2] if at is not None else call.line
    return Connection(
        call.file, call.line, max(call.line, line), call.cell,
        leaf.says if leaf else None, leaf.by if leaf else None, encodes(session, call),
    )  # fmt: skip
