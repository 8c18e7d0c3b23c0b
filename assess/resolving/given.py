"""Functions that an engine runs: given to one of its calls, limited by its decorator, or mapped over elements."""

from __future__ import annotations

from collections.abc import Callable

from assess.frameworks.engines import LIMITS, MAPS
from assess.frameworks.registry import runs_given
from assess.model.step import Timeout, TimeoutFrom
from assess.resolving.containers import wait_for
from assess.resolving.engines import seconds_of
from assess.resolving.events import leave_process
from assess.resolving.layers import retry_of_attempts
from assess.resolving.running import Arguments, Decoration, Run
from assess.resolving.trace import Parallel, Started
from assess.resolving.values import (
    Bound,
    Coroutine,
    External,
    Function,
    Items,
    Value,
    element,
    options,
    origins,
)

Follow = Callable[[Run, Function, Arguments], Value]


def on_call(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`ctx.run("name", function, ...)`, `queue.enqueue(function, ...)`: the function runs with the other arguments."""
    rule = runs_given(callee.path)
    value = arguments.get(rule.position, *rule.names) if rule is not None else None
    if rule is None or value is None or arguments.node is None:
        return None
    if not any(isinstance(option, Function | Bound) for option in options(value)):
        return None
    inner = arguments.after(rule.position + 1, *rule.names)
    with run.capturing() as trace:
        result = run.call(value, Arguments(inner.positional, inner.keywords, inner.node, inner.scope, open=True))
        if isinstance(result, Coroutine):
            wait_for(run, result)
            result = result.result
    if not rule.beside:
        for node in trace.nodes:
            run.emit(node)
        waits = run.session.fact(callee.path)
        return result if waits is None else leave_process(run, callee, waits, arguments)
    if not trace.nodes:
        return Coroutine(origins(result), result=result)
    started = Started(run.spot(arguments.node, arguments.scope), callee.path, trace, in_place=True)
    run.emit(started)
    return Coroutine(origins(result), type(trace)(), result, started)


def retried(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`Retrying(...)(function, ...)` of tenacity: the function runs with the other arguments, again where it fails."""
    made = callee.made
    if made is None or made.path != callee.path or not arguments.positional:
        return None
    retry = retry_of_attempts(callee)
    if retry is None:
        return None
    with run.layer(retry=retry):
        return run.call(arguments.positional[0], arguments.after(1))


def on_decorated(
    run: Run, function: Function, arguments: Arguments, decoration: Decoration, follow: Follow
) -> Value | None:
    """A function whose decorator limits how long it runs."""
    for name in LIMITS.get(decoration.path.partition(".")[0], ()):
        given = decoration.keywords.get(name)
        if given is not None:
            with run.layer(timeout=Timeout(set=True, seconds=seconds_of(given), source=TimeoutFrom.ENGINE)):
                return follow(run, function, arguments)
    return None


def on_method(
    run: Run, function: Function, name: str, arguments: Arguments, decoration: Decoration, follow: Follow
) -> Value | None:
    """`task.map(elements)`: one run an element, at once."""
    if name not in MAPS.get(decoration.path.partition(".")[0], ()) or arguments.node is None:
        return None
    positional = [element(v) if isinstance(v, Items) else v for v in arguments.positional]
    keywords = {k: element(v) if isinstance(v, Items) else v for k, v in arguments.keywords.items()}
    inner = Arguments(positional, keywords, arguments.node, arguments.scope, open=True)
    with run.capturing() as trace, run.counting("parallel"), run.counting("loops"):
        handled = on_decorated(run, function, inner, decoration, follow)
        value = handled if handled is not None else follow(run, function, inner)
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
    if trace.nodes:
        run.emit(
            Parallel(run.spot(arguments.node, arguments.scope), f"{function.info.name}, mapped", [trace], many=True)
        )
    return Items(origins(value), rest=value, ordered=False)
