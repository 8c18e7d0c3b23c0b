"""LlamaIndex workflows: steps chained by the types of their events, followed where a workflow is run.

A step takes the events that its annotation names and gives those that its return annotation names, or that it sends.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from assess.frameworks import llama_index as rules
from assess.resolving.containers import wait_for
from assess.resolving.objects import ancestry, class_attribute
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Graph, Trace
from assess.resolving.values import (
    Class,
    Coroutine,
    External,
    Function,
    Instance,
    Value,
    join,
    options,
    origins,
)

START, END = -1, -2


@dataclass(eq=False, slots=True)
class Step:
    """One step: the events that it takes and gives, by bare name."""

    name: str
    function: Function
    event: str | None
    takes: frozenset[str]
    gives: frozenset[str]
    sends: frozenset[str]
    trace: Trace = field(default_factory=Trace)
    followed: bool = False
    sure: bool = True
    """Every run comes by."""


def on_call(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`workflow.run(...)` of a workflow of the tree, or a resource that a step asks for; None for anything else."""
    last = callee.path.rpartition(".")[2]
    if last == rules.RESOURCE and arguments.positional:
        return _resource(run, arguments)
    made = run.session.graphs.get(id(callee.made)) if callee.made is not None else None
    if last == rules.RUN and isinstance(made, Instance) and arguments.node is not None:
        steps = list(_steps(run, made))
        return _follow(run, steps, arguments) if steps else None
    return None


def _resource(run: Run, arguments: Arguments) -> Value:
    with run.counting("muted"):
        value = run.call(arguments.positional[0], Arguments([], {}, None, arguments.scope, open=True))
    return value.result if isinstance(value, Coroutine) else value


def _steps(run: Run, workflow: Instance) -> Iterator[Step]:
    seen: set[str] = set()
    for owner in ancestry(run, workflow.cls):
        if not isinstance(owner, Class):
            continue
        for name, method in owner.info.methods.items():
            paths = [d.path for d in run.session.decorations.get(id(method.node), ())]
            if name in seen or not any(p.startswith(rules.ROOTS) and p.endswith(f".{rules.STEP}") for p in paths):
                continue
            seen.add(name)
            bound = class_attribute(run, workflow.cls, name, workflow)
            if isinstance(bound, Function):
                yield _step(run, name, bound, method)


def _step(run: Run, name: str, bound: Function, method: FunctionInfo) -> Step:
    assert not isinstance(method.node, ast.Lambda)
    event, takes = None, frozenset[str]()
    for argument in method.node.args.args[1:]:
        names = _names(argument.annotation)
        if event is None and names and any(_is_event(run, n) for n in names):
            event, takes = argument.arg, names
    return Step(name, bound, event, takes, _names(method.node.returns), _sent(method.node))


def _names(annotation: ast.expr | None) -> frozenset[str]:
    """The bare names in an annotation."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return frozenset()
    found = ast.walk(annotation) if annotation is not None else ()
    names = {n.attr if isinstance(n, ast.Attribute) else n.id for n in found if isinstance(n, ast.Name | ast.Attribute)}
    return frozenset(names - {"Union", "Optional", "List", "list", "Annotated", "None"})


def _is_event(run: Run, name: str) -> bool:
    return name.endswith("Event") or any(
        base.endswith("Event") for cls in _classes(run, name) for base in _bases(run, cls)
    )


def _classes(run: Run, name: str) -> list[Class]:
    found = []
    for module in run.program.modules():
        found += [Class(info=cls) for cls in module.classes.values() if cls.name == name]
    return found


def _bases(run: Run, cls: Class) -> list[str]:
    return [a.path.rpartition(".")[2] if isinstance(a, External) else a.info.name for a in ancestry(run, cls)]


def _sent(node: ast.AST) -> frozenset[str]:
    """The events that a body sends itself."""
    found: set[str] = set()
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(attr=verb), args=[ast.Call(func=made), *_]) if verb in rules.SENDS:
                found |= _names(made)
    return frozenset(found)


def _follow(run: Run, steps: list[Step], arguments: Arguments) -> Value:
    assert arguments.node is not None
    kinds = {name: _lineage(run, name) for step in steps for name in step.takes | step.gives | step.sends}
    start = arguments.get(-1, "start_event") or _started(arguments)
    events: dict[str, Value] = {}
    results: list[Value] = []
    arrows: dict[tuple[int, int, str | None], None] = {}
    reached: list[int] = []
    todo: list[tuple[int, int, str | None]] = [
        (START, n, None) for n, s in enumerate(steps) if any(rules.STARTS & kinds[t] for t in s.takes)
    ]
    given = {n: start for _, n, _ in todo}
    with run.capturing() as trace:
        while todo:
            before, number, label = todo.pop(0)
            arrows[before, number, label] = None
            step = steps[number]
            if step.followed:
                continue
            step.followed = True
            reached.append(number)
            step.sure = before == START or (steps[before].sure and len(steps[before].gives | steps[before].sends) == 1)
            value = _run_step(run, step, given.get(number, Value()), arguments)
            for option in options(value):
                events[_kind(option)] = join([e for e in (events.get(_kind(option)), option) if e is not None])
            for name in sorted(step.gives | step.sends):
                if rules.STOPS & kinds[name]:
                    arrows[number, END, name] = None
                    results.append(events.get(name, value))
                for after, other in enumerate(steps):
                    if other.takes & kinds[name]:
                        given[after] = join([v for v in (given.get(after), events.get(name, value)) if v is not None])
                        todo.append((number, after, name))
        index = {n: k for k, n in enumerate(reached)} | {START: START, END: END}
        spot = run.spot(arguments.node, arguments.scope)
        pairs = [(index[a], index[b], label) for a, b, label in arrows if a in index and b in index]
        graph = Graph(spot, "workflow", [(steps[n].name, steps[n].trace) for n in reached], pairs)
        if not Trace([graph]).silent:
            run.emit(graph)
    mark_cycles({n: s.trace for n, s in enumerate(steps)}, arrows)
    result = join(_result(r) for r in results) if results else Value()
    return Coroutine(origins(result), trace, result)


def _started(arguments: Arguments) -> Value:
    """The start event that the arguments of `run` make."""
    found = frozenset[int]()
    for value in arguments.all():
        found |= origins(value)
    return Value(found)


def _run_step(run: Run, step: Step, event: Value, arguments: Arguments) -> Value:
    keywords = {step.event: event} if step.event is not None and type(event) is not Value else {}
    with run.capturing() as step.trace, nullcontext() if step.sure else run.counting("conditional"):
        inner = Arguments([], keywords, arguments.node, arguments.scope, open=True)
        value = run.call(step.function, inner)
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
    return value


def _lineage(run: Run, name: str) -> frozenset[str]:
    """The name of an event and of all that it is."""
    return frozenset({name, *(b for cls in _classes(run, name) for b in _bases(run, cls))})


def _kind(value: Value) -> str:
    if isinstance(value, Instance):
        return value.cls.info.name
    return value.path.rpartition(".")[2] if isinstance(value, External) else ""


def _result(value: Value) -> Value:
    """What `await workflow.run()` gives: the result that a plain stop event carries, else the event itself."""
    found = []
    for option in options(value):
        inner = option.made.keywords.get("result") if isinstance(option, External) and option.made else None
        found.append(inner if inner is not None else option)
    return join(found)


def mark_cycles(traces: dict[int, Trace], arrows: dict[tuple[int, int, str | None], None]) -> None:
    """A step that can be reached again from itself runs in a loop."""
    after: dict[int, set[int]] = {}
    for a, b, _ in arrows:
        after.setdefault(a, set()).add(b)
    for number, trace in traces.items():
        reached: set[int] = set()
        todo = list(after.get(number, ()))
        while todo:
            one = todo.pop()
            if one >= 0 and one not in reached:
                reached.add(one)
                todo += after.get(one, ())
        if number in reached:
            for event in trace.events():
                event.in_loop = True
