"""Pages with several buttons: each one starts a chain of its own, whatever else stands on the page."""

from __future__ import annotations

import re

from assess.frameworks import streamlit as rules
from assess.resolving.program import ModuleInfo
from assess.resolving.running import Session
from assess.resolving.trace import Branch, Called, Event, Logged, Node, Trace
from assess.resolving.values import External, options

_PRESSED = re.compile(rf"\b(?:{'|'.join(sorted(rules.PRESSED))})\(")


def parts_of(session: Session, module: ModuleInfo, trace: Trace) -> list[Trace]:
    """What each button of the page starts, and the rest of the page; the trace alone if that is one chain."""
    if not _is_page(session, module):
        return [trace]
    pressed: list[Trace] = []
    rest = _without(trace, pressed)
    if len(pressed) < 2:
        return [trace]
    return [*([rest] if _has_events(rest) else []), *pressed]


def _is_page(session: Session, module: ModuleInfo) -> bool:
    scope = session.module_scopes.get(module.path)
    values = scope.names.values() if scope is not None else ()
    found = (option for value in values for option in options(value))
    return any(isinstance(v, External) and v.path.partition(".")[0] == rules.ROOT for v in found)


def _without(trace: Trace, pressed: list[Trace]) -> Trace:
    """The trace without what buttons start, which is added to `pressed`."""
    kept: list[Node] = []
    for node in trace.nodes:
        if isinstance(node, Event | Logged | Called):
            kept.append(node)
        elif isinstance(node, Branch) and _PRESSED.search(node.label) and _has_events(node.arms[0][1]):
            # The spot of the branch stays with what it starts.
            pressed.append(Trace([Branch(node.spot, node.label, node.arms[:1])]))
            kept.append(Branch(node.spot, node.label, node.arms[1:]))
        else:
            for part in node.parts():
                part.nodes[:] = _without(part, pressed).nodes
            kept.append(node)
    return Trace(kept, trace.exits)


def _has_events(trace: Trace) -> bool:
    return not trace.silent
