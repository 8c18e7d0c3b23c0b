"""LangChain's expression language: what `|` joins runs part after part, when the chain is started.

A chain is one place in the code, so of its calls outside those of models are shown there; functions that are parts of
it are followed, and show what they do where they do it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assess.model.step import AI_KINDS
from assess.resolving.containers import wait_for
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.trace import Parallel, Trace
from assess.resolving.values import (
    Bound,
    Configuration,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Value,
    join,
    of_the_known,
    options,
    origins,
)

ROOT = "langchain"
CHAIN = "langchain_core.runnables.RunnableSequence"
RUNS = frozenset({"invoke", "ainvoke", "stream", "astream", "batch", "abatch"})
WRAPPED, SIDE_BY_SIDE, ADDED = ".RunnableLambda", (".RunnableParallel", ".RunnableMap"), ".RunnablePassthrough.assign"


def piped(node: ast.BinOp, left: Value, right: Value, scope: Scope) -> External | None:
    """The chain that `left | right` makes; None if that is no chain, but a union of types or of sets."""
    sides = [*options(left), *options(right)]
    if not all(isinstance(side, External | Function | Bound | Instance | Mapping) for side in sides):
        return None
    if not any(isinstance(side, External) and _is_part(side) for side in sides):
        return None
    parts = (*_parts(left), *_parts(right))
    made = Configuration(CHAIN, parts, {}, scope.module.path, node.lineno, scope.cell)
    return External(origins(left) | origins(right), CHAIN, made)


def _is_part(value: External) -> bool:
    """Whether it is a thing of LangChain, not one of its classes."""
    return value.path.startswith(ROOT) and value.made is not None


def _parts(value: Value) -> tuple[Value, ...]:
    if isinstance(value, External) and value.path == CHAIN and value.made is not None:
        return value.made.positional
    return (value,)


def on_call(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`chain.invoke(...)` and its kin; None for any other call."""
    start, _, verb = callee.path.rpartition(".")
    made = callee.made
    if made is None or verb not in RUNS or arguments.node is None:
        return None
    if not (made.path == CHAIN or made.path.endswith((WRAPPED, *SIDE_BY_SIDE))) or not start.startswith(made.path):
        return None
    parts = made.positional if made.path == CHAIN else (External(path=made.path, made=made),)
    with run.capturing() as trace:
        value = arguments.get(0, "input") or Value()
        # What the chain was made of goes into what it is asked.
        value = join([value, Value(callee.origins)]) if callee.origins else value
        for part in parts:
            value = _run(run, part, value, verb, arguments)
    value = Items(origins(value), rest=value, ordered=False) if verb not in ("invoke", "ainvoke") else value
    if verb.startswith("a") and arguments.node is not run.awaiting:
        return Coroutine(origins(value), trace, value)
    for node in trace.nodes:
        run.emit(node)
    return value


def _run(run: Run, part: Value, given: Value, verb: str, arguments: Arguments) -> Value:
    """What one part makes of what the part before it gave."""
    match part:
        case Mapping():
            return _side_by_side(run, [*part.values.items()], given, verb, arguments)
        case External(made=Configuration() as made) if made.path.endswith(WRAPPED):
            return _called(run, made.positional[0] if made.positional else Value(), given, arguments)
        case External(made=Configuration() as made) if made.path.endswith((*SIDE_BY_SIDE, ADDED)):
            inner = [o for value in made.positional[:1] for o in options(value) if isinstance(o, Mapping)]
            branches: list[tuple[object, Value]] = [*made.keywords.items(), *(inner[0].values.items() if inner else ())]
            return _side_by_side(run, branches, given, verb, arguments)
        case External():
            starts = run.attribute(part, verb)
            fact = run.session.fact(starts.path) if isinstance(starts, External) else None
            if fact is not None and fact.kind not in AI_KINDS:
                return Value(origins(given) | part.origins)
            return _called(run, starts, given, arguments)
        case Instance():
            starts = run.attribute(part, verb)
            return _called(run, starts if isinstance(starts, Function) else part, given, arguments)
        case Function() | Bound():
            return _called(run, part, given, arguments)
    if not _several(part):
        return given
    return join(of_the_known([_run(run, option, given, verb, arguments) for option in options(part)]))


def _several(value: Value) -> bool:
    return len(list(options(value))) > 1


def _called(run: Run, callee: Value, given: Value, arguments: Arguments) -> Value:
    value = run.call(callee, Arguments([given], {}, arguments.node, arguments.scope, open=True))
    if isinstance(value, Coroutine):
        wait_for(run, value)
        value = value.result
    return value if origins(value) or type(value) is not Value else Value(origins(given))


def _side_by_side(
    run: Run, branches: list[tuple[object, Value]], given: Value, verb: str, arguments: Arguments
) -> Value:
    """`{"context": retriever, "question": ...}`: each gets what came, all at once."""
    assert arguments.node is not None
    result = Mapping()
    traces: list[Trace] = []
    for name, branch in branches:
        with run.capturing() as trace, run.counting("parallel"):
            value = _run(run, branch, given, verb, arguments)
        if isinstance(name, str):
            result.values[name] = value
        traces.append(trace)
    kept = list(_told_apart(traces))
    if len(kept) > 1:
        run.emit(Parallel(run.spot(arguments.node, arguments.scope), "side by side", kept))
    for node in kept[0].nodes if len(kept) == 1 else ():
        run.emit(node)
    return result


def _told_apart(traces: list[Trace]) -> Iterator[Trace]:
    """Those that do something; one that makes no other calls than one before it is the same place again."""
    seen: set[int] = set()
    for trace in traces:
        numbers = {event.number for event in trace.events()}
        if trace.nodes and (not numbers or not numbers <= seen):
            seen |= numbers
            yield trace
