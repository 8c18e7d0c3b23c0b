"""A call that one of several providers answers, chosen at run time: one step at the call, not one branch a provider.

Knows when implementations are providers of one service: each makes outside calls of one kind, and they use different
packages. Implementations that differ in what they do (agents, handlers) are followed one by one instead.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assess.catalogue.facts import Fact
from assess.model.step import Effect, Kind, Retry, Timeout
from assess.resolving.containers import wait_for
from assess.resolving.events import leave_process
from assess.resolving.objects import ancestry
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Event, Trace
from assess.resolving.values import Choice, Class, Const, Coroutine, External, Function, Instance, Value

PROBED_CALLS = 300
"""Function bodies that asking one implementation may cost."""
_RANK = (
    Kind.MODEL, Kind.EMBEDDING, Kind.AGENT, Kind.VECTOR_STORE, Kind.DATABASE, Kind.OBJECT_STORE, Kind.QUEUE,
    Kind.MESSAGE, Kind.SAAS, Kind.HTTP,
)  # fmt: skip
"""What a provider's call may be, the telling ones first. Files, waits and local programs are nobody's service."""
_INCIDENTAL = frozenset({Kind.HTTP, Kind.FILE, Kind.WAIT, Kind.OTHER, Kind.SUBPROCESS, Kind.HUMAN})
_STORES = frozenset({Kind.EMBEDDING, Kind.VECTOR_STORE, Kind.DATABASE})
_BLOBS = frozenset({Kind.OBJECT_STORE, Kind.DATABASE})


@dataclass(frozen=True, slots=True)
class Service:
    """What the implementations of one method have in common."""

    fact: Fact
    timeout: Timeout | None
    retry: Retry | None
    deferred: bool


def call_interface(run: Run, choice: Choice, arguments: Arguments) -> Value | None:
    """The value of a call on one of several providers, which is one step; None if they are no such providers."""
    node = arguments.node
    if node is None or run.muted or not isinstance(node.func, ast.Attribute):
        return None
    functions = [o for o in choice.options if not isinstance(o, Const)]
    if len(functions) < 2 or not all(isinstance(f, Function | External) for f in functions):
        return None
    key = frozenset(map(_identity, functions))
    if len(key) < 2 or run.calls_left <= 0:
        return None
    known = run.session.services
    if key not in known:
        known[key] = None
        known[key] = _service(run, functions, arguments, node.func.attr)
    service = known[key]
    return _leave(run, service, arguments) if isinstance(service, Service) else None


def _identity(function: Value) -> object:
    if isinstance(function, Function):
        bound = function.bound
        return id(function.info.node), id(bound.cls.info) if isinstance(bound, Instance) else None
    return function.path if isinstance(function, External) else id(function)


def _leave(run: Run, service: Service, arguments: Arguments) -> Value:
    run.guessing += 1
    with run.capturing() as trace, run.layer(retry=service.retry, timeout=service.timeout):
        result = leave_process(run, External(path=service.fact.target), service.fact, arguments)
    run.guessing -= 1
    made = Value(result.origins)
    nodes = result.trace.nodes if isinstance(result, Coroutine) else trace.nodes
    if service.deferred:
        return Coroutine(result.origins, Trace(list(nodes)), made)
    for node in nodes:
        run.emit(node)
    return made


def _service(run: Run, functions: list[Value], arguments: Arguments, name: str) -> Service | None:
    answers = [asked(run, function, arguments) for function in functions]
    active = [events for events in answers if events]
    leads = [lead for lead in map(_lead, active) if lead is not None]
    if len(leads) < 2 or 2 * len(leads) < len(active):
        return None
    if len({event.path.partition(".")[0] for lead in leads for event in lead}) < 2:
        return None
    kinds = Counter(lead[0].fact.kind for lead in leads)
    kind = max(kinds, key=lambda k: (kinds[k], -_RANK.index(k)))
    if not _alike(kinds, kind):
        return None
    chosen = [lead for lead in leads if lead[0].fact.kind is kind]
    providers = {lead[0].fact.provider for lead in leads}
    fact = Fact(
        target=_target(run, functions, name),
        kind=kind,
        effect=_effect(chosen),
        provider=providers.pop() if len(providers) == 1 else None,
        billed=2 * sum(lead[0].fact.billed for lead in chosen) >= len(chosen),
        source="joined from its implementations",
    )
    first = [lead[0] for lead in leads]
    retry = first[0].retry if all(e.retry.set for e in first) else None
    timeout = first[0].timeout if all(e.timeout.set for e in first) else None
    deferred = any(isinstance(f, Function) and f.info.is_async and not f.info.generator for f in functions)
    return Service(fact, timeout, retry, deferred)


def asked(run: Run, function: Value, arguments: Arguments) -> list[Event]:
    """What calling this implementation would do outside; nothing of it stays in the run."""
    kept = run.events, run.places, run.calls_left
    run.events, run.places, run.calls_left = {}, {}, PROBED_CALLS
    with run.capturing() as trace, run.counting("asking"):
        value = run.call(function, arguments)
        if isinstance(value, Coroutine):
            wait_for(run, value)
    run.events, run.places, run.calls_left = kept
    return list(trace.events())


def _lead(events: list[Event]) -> list[Event] | None:
    """The events that tell what one implementation is a provider of; None if it does several things, or nothing."""
    kinds = {event.fact.kind for event in events}
    telling = kinds - _INCIDENTAL
    if len(telling) > 1 and not (telling <= _STORES or telling <= _BLOBS):
        return None
    if telling & _STORES and telling != {Kind.EMBEDDING}:
        telling -= {Kind.EMBEDDING}
    ranked = [k for k in _RANK if k in (telling or kinds)]
    return [event for event in events if event.fact.kind is ranked[0]] if ranked else None


def _alike(kinds: Counter[Kind], kind: Kind) -> bool:
    """Whether the implementations serve the same: few are of another kind, or all of them store things."""
    stores = {Kind.VECTOR_STORE, Kind.DATABASE, Kind.OBJECT_STORE}
    fitting = sum(n for k, n in kinds.items() if k is kind or Kind.HTTP in (k, kind) or {k, kind} <= stores)
    return 3 * fitting >= 2 * kinds.total()


def _effect(leads: list[list[Event]]) -> Effect:
    """What most of them do; an implementation that writes anywhere writes."""
    found = Counter(strongest(event.fact.effect for event in lead) for lead in leads)
    return max(found, key=lambda e: (found[e], _STRENGTH.index(e)))


_STRENGTH = (Effect.READ, Effect.UNKNOWN, Effect.IDEMPOTENT_WRITE, Effect.WRITE)


def strongest(effects: Iterable[Effect]) -> Effect:
    """The effect that is hardest to repeat."""
    return max(effects, key=_STRENGTH.index)


def _target(run: Run, functions: list[Value], name: str) -> str:
    """The method's path in the nearest class that all implementations share, else in the first one's module."""
    lines = [
        [c for c in ancestry(run, f.bound.cls) if isinstance(c, Class)]
        for f in functions
        if isinstance(f, Function) and isinstance(f.bound, Instance)
    ]
    for owner in lines[0] if lines else ():
        if all(any(c.info is owner.info for c in line) for line in lines):
            return f"{module_name(owner.info.module.path)}.{owner.info.qualified_name}.{name}"
    first = next((f for f in functions if isinstance(f, Function)), None)
    return f"{module_name(first.info.module.path)}.{name}" if first is not None else name


def module_name(path: str) -> str:
    """The dotted name of a module."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
