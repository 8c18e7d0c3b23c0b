"""A call on a store that somebody else chose: one step at the call, not its statements one by one.

Knows when an object is such a store: nobody in the run makes it, its class implements an abstract one, and the method
does nothing outside but store and look up, by several statements or through plumbing that other methods share. A
method with one statement of its own says more by that statement, and is followed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from assess.model.step import Kind
from assess.resolving.events import leave_process
from assess.resolving.interfaces import asked, module_name, strongest
from assess.resolving.objects import ancestry
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Event, Trace
from assess.resolving.values import Bound, Class, Coroutine, External, Function, Instance, Value, options, text_of

_STORES = frozenset({Kind.DATABASE, Kind.VECTOR_STORE, Kind.OBJECT_STORE})
_STATEMENT = re.compile(r"\s*(?:select|insert|update|delete|merge|with|create|alter|drop|truncate)\s", re.IGNORECASE)
_JOINED = "joined from what the store does"
_BY_THE_WAY = frozenset({Kind.WAIT, Kind.FILE})


def call_store(run: Run, function: Function, arguments: Arguments) -> Value | None:
    """The value of a call on a store that somebody else chose, which is one step; None if it is none."""
    store, node = function.bound, arguments.node
    if not isinstance(store, Instance) or not store.given or run.muted or node is None:
        return None
    if not isinstance(node.func, ast.Attribute) or arguments.scope.self_value is store or run.calls_left <= 0:
        return None
    if any(_decides(o) for v in arguments.all() for o in options(v)):
        return None
    key = (id(function.info.node), id(store.cls.info))
    if key not in run.session.services:
        run.session.services[key] = None  # asking comes by here again
        if _implements(run, store.cls):
            events = asked(run, function, arguments)
            run.session.services[key] = _lead(events, function)
            if not events:
                del run.session.services[key]
    lead = run.session.services.get(key)
    return _leave(run, lead, function, arguments) if isinstance(lead, Event) else None


def _decides(argument: Value) -> bool:
    """Whether what the call does is in the argument: a function that it runs, or a statement that it passes on."""
    return isinstance(argument, Function | Bound) or _STATEMENT.match(text_of(argument) or "") is not None


def _implements(run: Run, cls: Class) -> bool:
    """Whether a class above this one leaves something to those below it."""
    above = [c.info for c in ancestry(run, cls) if isinstance(c, Class) and c.info is not cls.info]
    return any(m.abstract for info in above for name, m in info.methods.items() if not name.startswith("__"))


def _lead(events: list[Event], function: Function) -> Event | None:
    """The event that stands for all of them; None if the method does more than store, or says it all by itself."""
    kept = [e for e in events if e.fact.kind not in _BY_THE_WAY]
    if not kept or len({e.fact.kind for e in kept}) > 1 or kept[0].fact.kind not in _STORES:
        return None
    places = {e.spot for e in kept}
    owner = function.info.qualified_name.rpartition(".")[0]
    own = all(
        e.spot.function.startswith(f"{owner}.")
        and e.spot.file == function.info.module.path
        and e.fact.source != _JOINED
        for e in kept
    )
    if own and len(places) == 1:
        return None
    effect = strongest(e.fact.effect for e in kept)
    return next(e for e in kept if e.fact.effect is effect)


def _leave(run: Run, lead: Event, function: Function, arguments: Arguments) -> Value:
    info = function.info
    target = f"{module_name(info.module.path)}.{info.qualified_name}"
    fact = replace(lead.fact, target=target, kind_from=None, writes_if=(), source=_JOINED)
    retry = lead.retry if lead.retry.set else None
    timeout = lead.timeout if lead.timeout.set else None
    with run.capturing() as trace, run.layer(retry=retry, timeout=timeout):
        result = leave_process(run, External(path=target, made=lead.made), fact, arguments)
    nodes = result.trace.nodes if isinstance(result, Coroutine) else trace.nodes
    made = Value(result.origins)
    if info.is_async and not info.generator:
        return Coroutine(result.origins, Trace(list(nodes)), made)
    for node in nodes:
        run.emit(node)
    return made
