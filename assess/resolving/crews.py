"""CrewAI: crews that a class describes by its methods, and flows whose methods listen to each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from assess.frameworks import crewai as rules
from assess.resolving.containers import wait_for
from assess.resolving.objects import ancestry, annotated, class_attribute, class_scope, construct
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Graph, Trace
from assess.resolving.values import (
    Class,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Value,
    join,
    origins,
)
from assess.resolving.workflows import END, START, mark_cycles


@dataclass(eq=False, slots=True)
class Method:
    """One method of a flow, what it listens to, and the words that it sends the flow on with."""

    name: str
    function: Function
    starts: bool
    hears: frozenset[str]
    says: frozenset[str]
    trace: Trace = field(default_factory=Trace)
    followed: bool = False
    sure: bool = True


def on_class(run: Run, cls: Class, arguments: Arguments) -> Value | None:
    """An object of a class under `@CrewBase`: its agents and tasks are what its methods make."""
    paths = [d.path for d in run.session.decorations.get(id(cls.info.node), ())]
    if not any(p.startswith(rules.ROOT) and p.endswith(f".{rules.CREW_BASE}") for p in paths):
        return None
    instance = construct(run, cls, arguments)
    if isinstance(instance, Instance):
        for decorator, attribute in rules.MEMBERS.items():
            instance.attributes[attribute] = Items(values=list(_made(run, instance, decorator)))
    return instance


def _made(run: Run, instance: Instance, decorator: str) -> Iterator[Value]:
    for name, method in instance.cls.info.methods.items():
        if any(d.path.endswith(f".{decorator}") for d in run.session.decorations.get(id(method.node), ())):
            with run.counting("muted"):
                bound = run.attribute(instance, name)
                yield run.call(bound, Arguments([], {}, None, class_scope(run, instance.cls)))


def on_call(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`flow.kickoff()` of a flow of the tree; None for anything else."""
    verb = callee.path.rpartition(".")[2]
    flow = run.session.graphs.get(id(callee.made)) if callee.made is not None else None
    if verb not in rules.RUNS or not isinstance(flow, Instance) or arguments.node is None:
        return None
    methods = list(_methods(run, flow))
    return _follow(run, flow, methods, arguments, deferred=verb != "kickoff") if methods else None


def _methods(run: Run, flow: Instance) -> Iterator[Method]:
    seen: set[str] = set()
    for owner in ancestry(run, flow.cls):
        for name, info in owner.info.methods.items() if isinstance(owner, Class) else ():
            lasts = {d.path.rpartition(".")[2] for d in run.session.decorations.get(id(info.node), ())}
            bound = class_attribute(run, flow.cls, name, flow)
            if name in seen or not isinstance(bound, Function) or not lasts & (rules.STARTS | rules.FOLLOWS):
                continue
            seen.add(name)
            says = frozenset({name}) if rules.ROUTES not in lasts else frozenset(_routes(info))
            yield Method(name, bound, bool(lasts & rules.STARTS), frozenset(_heard(info)), says)


def _heard(info: FunctionInfo) -> Iterator[str]:
    """The methods and words that the decorators name: `@listen(first)`, `@listen(or_("again", second))`."""
    for decorator in info.node.decorator_list if not isinstance(info.node, ast.Lambda) else ():
        match decorator:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=given) if name in (
                rules.FOLLOWS | rules.STARTS
            ):
                for part in (n for argument in given for n in ast.walk(argument)):
                    match part:
                        case ast.Name(id=heard) if heard not in rules.COMBINES:
                            yield heard
                        case ast.Constant(value=str() as heard):
                            yield heard


def _routes(info: FunctionInfo) -> Iterator[str]:
    """The words that a router may return, as far as they are literals."""
    for node in ast.walk(info.node):
        if isinstance(node, ast.Return) and node.value is not None:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def _follow(run: Run, flow: Instance, methods: list[Method], arguments: Arguments, *, deferred: bool) -> Value:
    assert arguments.node is not None
    flow.attributes.setdefault("state", _state(run, flow))
    arrows: dict[tuple[int, int, str | None], None] = {}
    reached: list[int] = []
    todo: list[tuple[int, int, str | None]] = [(START, n, None) for n, m in enumerate(methods) if m.starts]
    given: dict[int, Value] = {}
    last: Value = Value()
    with run.capturing() as trace:
        while todo:
            before, number, label = todo.pop(0)
            arrows[before, number, label] = None
            method = methods[number]
            if method.followed:
                continue
            method.followed = True
            reached.append(number)
            method.sure = before == START or (methods[before].sure and label is None)
            last = _run_method(run, method, given.get(number), arguments)
            after = [(n, word) for n, m in enumerate(methods) for word in sorted(m.hears & method.says)]
            for n, word in after:
                given[n] = join([v for v in (given.get(n), last) if v is not None])
                todo.append((number, n, word if word != method.name else None))
            if not after:
                arrows[number, END, None] = None
        index = {n: k for k, n in enumerate(reached)} | {START: START, END: END}
        pairs = [(index[a], index[b], label) for a, b, label in arrows]
        spot = run.spot(arguments.node, arguments.scope)
        graph = Graph(spot, "flow", [(methods[n].name, methods[n].trace) for n in reached], pairs)
        if not Trace([graph]).silent:
            run.emit(graph)
    mark_cycles({n: m.trace for n, m in enumerate(methods)}, arrows)
    if deferred:
        return Coroutine(origins(last), trace, last)
    for node in trace.nodes:
        run.emit(node)
    return last


def _run_method(run: Run, method: Method, given: Value | None, arguments: Arguments) -> Value:
    positional = [given] if given is not None and len(method.function.info.node.args.args) > 1 else []
    with run.capturing() as method.trace, nullcontext() if method.sure else run.counting("conditional"):
        inner = Arguments(positional, {}, arguments.node, arguments.scope, open=True)
        value = run.call(method.function, inner)
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
    return value


def _state(run: Run, flow: Instance) -> Value:
    """`Flow[State]`: an object of that class; without it, a dict."""
    for base in flow.cls.info.node.bases:
        if isinstance(base, ast.Subscript):
            promised = annotated(run, base.slice, class_scope(run, flow.cls))
            if isinstance(promised, Instance):
                return promised
    return Mapping()
