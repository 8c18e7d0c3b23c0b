"""Work beside: gather, task groups, pools, threads, background tasks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from assess.model.observed import HandlerKind
from assess.model.step import Timeout, TimeoutFrom
from assess.resolving.containers import wait_for
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Caught, Event, Parallel, Started, Trace, Try
from assess.resolving.values import (
    Bound,
    Const,
    Coroutine,
    External,
    Function,
    Items,
    Method,
    Value,
    element,
    join,
    number_of,
    options,
    origins,
)

GROUPS = frozenset(
    """asyncio.TaskGroup anyio.create_task_group trio.open_nursery concurrent.futures.ThreadPoolExecutor
    concurrent.futures.ProcessPoolExecutor concurrent.futures.thread.ThreadPoolExecutor multiprocessing.Pool
    multiprocessing.pool.ThreadPool joblib.Parallel""".split()
)


LIMITERS = frozenset(
    """asyncio.Semaphore asyncio.BoundedSemaphore asyncio.Lock asyncio.locks.Semaphore anyio.CapacityLimiter
    anyio.Semaphore aiolimiter.AsyncLimiter threading.Semaphore threading.BoundedSemaphore threading.Lock
    trio.CapacityLimiter pyrate_limiter.Limiter""".split()
)
"""What lets only so many in at once, when it is entered by `with`."""


@contextmanager
def opened_group(run: Run, path: str) -> Iterator[None]:
    """Inside, work given to a pool or task group runs beside its siblings."""
    if path not in GROUPS:
        yield
        return
    run.groups.append(None)
    try:
        yield
    finally:
        node = run.groups.pop()
        if node is not None:
            _alone(run, node)


def _alone(run: Run, node: Parallel) -> None:
    """A group that was given one piece of work has nothing that runs beside it."""
    if len(node.branches) != 1 or node.many or run.parallel or node not in run.trace.nodes:
        return
    for event in node.branches[0].events():
        event.in_parallel = False
    at = run.trace.nodes.index(node)
    run.trace.nodes[at : at + 1] = node.branches[0].nodes


def beside(run: Run, arguments: Arguments, label: str, traces: list[Trace], *, many: bool) -> None:
    """Show these traces as running at once; inside a pool they join their siblings."""
    kept = [t for t in traces if t.nodes]
    if not kept or arguments.node is None:
        return
    for trace in kept:
        for event in trace.events():
            event.in_parallel = True
    group = run.groups[-1] if run.groups else None
    if group is not None:
        known = {e.number for branch in group.branches for e in branch.events()}
        group.branches += [t for t in kept if not {e.number for e in t.events()} <= known]
        group.many = group.many or many
        return
    node = Parallel(run.spot(arguments.node, arguments.scope), label, _distinct(kept), many)
    if run.groups:
        run.groups[-1] = node
    run.emit(node)


def _distinct(traces: list[Trace]) -> list[Trace]:
    seen: set[int] = set()
    found = []
    for trace in traces:
        numbers = {e.number for e in trace.events()}
        if not numbers <= seen:
            seen |= numbers
            found.append(trace)
    return found


def _taken(coroutine: Coroutine, run: Run) -> Trace:
    """The nodes of deferred work, which from now on are shown where they were taken to."""
    if coroutine.started is not None and not run.muted:
        coroutine.started.waited = True
    trace, coroutine.trace = coroutine.trace, Trace()
    return trace


def gather(run: Run, callee: External, arguments: Arguments) -> Coroutine:
    """`asyncio.gather(*awaitables)` and its kin: everything at once, then all results."""
    traces: list[Trace] = []
    results: list[Value] = []
    many = False
    for value in _awaitables(arguments):
        for option in options(value):
            if isinstance(option, Coroutine):
                traces.append(_taken(option, run))
                many = many or option.many
                results.append(option.result)
            else:
                results.append(option)
    with run.capturing() as together:
        beside(run, arguments, callee.path, traces, many=many)
    _keep_errors(run, arguments, together)
    exact = not many and not arguments.open
    result = Items(values=results if exact else [], rest=None if exact or not results else join(results), ordered=exact)
    return Coroutine(origins(result), Trace(), result)


def _keep_errors(run: Run, arguments: Arguments, together: Trace) -> None:
    """Emit what runs at once; with `return_exceptions=True` an error becomes a value that somebody has to look at."""
    flag = arguments.keywords.get("return_exceptions")
    node = arguments.node
    if together.nodes and node is not None and isinstance(flag, Const) and flag.value is True:
        spot = run.spot(node, arguments.scope)
        function = arguments.scope.function
        looked_at = function is not None and any(_asks_for_error(n) for n in ast.walk(function.node))
        caught = Caught(
            HandlerKind.FLAG, spot, ("Exception",), raises=looked_at, stops=False, logs=False,
            leaves="the error as a value", trace=Trace(),
        )  # fmt: skip
        run.emit(Try(spot, together, [caught], Trace()))
        return
    for part in together.nodes:
        run.emit(part)


def _asks_for_error(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]):
            return any(
                (n.id if isinstance(n, ast.Name) else n.attr).endswith(("Exception", "Error"))
                for n in ast.walk(kind)
                if isinstance(n, ast.Name | ast.Attribute)
            )
    return False


def _awaitables(arguments: Arguments) -> list[Value]:
    found: list[Value] = []
    for value in arguments.positional:
        if isinstance(value, Items):
            found += [*value.values, *([value.rest] if value.rest else [])]
        else:
            found.append(value)
    return found


def completed(run: Run, callee: External, arguments: Arguments) -> Value:
    """`as_completed(work)`: iterating gives each piece of work."""
    waited = gather(run, callee, arguments)
    return Items(rest=Coroutine(waited.origins, Trace(), element(waited.result)), ordered=False)


def create_task(run: Run, callee: External, arguments: Arguments) -> Value:
    """`create_task(coroutine)`: runs beside, until somebody awaits it."""
    value = arguments.get(0, "coro", "coro_or_future", "func")
    if callee.path.startswith(("asyncio.TaskGroup.", "anyio.create_task_group.", "trio.open_nursery.")):
        coroutine = _called(run, arguments) if isinstance(value, Function | Bound | Method) else value
        traces = [_taken(o, run) for o in options(coroutine or Value()) if isinstance(o, Coroutine)]
        beside(run, arguments, callee.path, traces, many=run.loops > 0)
        results = [o.result for o in options(coroutine or Value()) if isinstance(o, Coroutine)]
        return Coroutine(origins(value), Trace(), join(results) if results else Value())
    for option in options(value) if value is not None else ():
        if isinstance(option, Coroutine) and option.started is None and arguments.node is not None:
            spot = run.spot(arguments.node, arguments.scope)
            option.started = Started(spot, callee.path, Trace(list(option.trace.nodes)))
            option.many = option.many or run.loops > 0
            run.emit(option.started)
    return value if value is not None else Value()


def _called(run: Run, arguments: Arguments, skip: int = 1) -> Value:
    """Call the function that was handed over, keeping what it does apart."""
    function = (
        arguments.positional[skip - 1] if len(arguments.positional) >= skip else arguments.get(-1, "target", "func")
    )
    if function is None:
        return Value()
    inner = arguments.after(skip)
    with run.capturing() as trace:
        value = run.call(function, inner)
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
    return Coroutine(origins(value), trace, value, many=run.loops > 0)


def to_thread(run: Run, callee: External, arguments: Arguments) -> Value:
    """`asyncio.to_thread(function, *arguments)`: deferred until awaited."""
    del callee
    return _called(run, arguments)


def run_in_executor(run: Run, callee: External, arguments: Arguments) -> Value:
    """`loop.run_in_executor(executor, function, *arguments)`."""
    del callee
    return _called(run, arguments, 2)


def submit(run: Run, callee: External, arguments: Arguments) -> Value:
    """`executor.submit(function, *arguments)`: beside its siblings; the future's result is the function's."""
    with run.counting("parallel"):
        future = _called(run, arguments)
    if not isinstance(future, Coroutine):
        return Value()
    beside(run, arguments, callee.path, [_taken(future, run)], many=run.loops > 0)
    return future


def pool_map(run: Run, callee: External, arguments: Arguments) -> Value:
    """`executor.map(function, items)`: one call an item, at once."""
    function = arguments.get(0, "func", "fn")
    if function is None:
        return Value()
    given = [element(v) for v in arguments.positional[1:]]
    if callee.path.endswith("starmap") and given and isinstance(given[0], Items):
        given = list(given[0].values)
    with run.capturing() as trace, run.counting("parallel"), run.counting("loops"):
        value = run.call(function, Arguments(given, {}, arguments.node, arguments.scope))
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
    beside(run, arguments, callee.path, [trace], many=True)
    return Items(rest=value, ordered=False)


def thread(run: Run, callee: External, arguments: Arguments) -> Value:
    """`Thread(target=function)`: runs beside; waited for once somebody joins it."""
    target = arguments.get(1, "target", "function")
    if target is None or arguments.node is None:
        return External(path=callee.path)
    given = arguments.get(-1, "args")
    positional = list(given.values) if isinstance(given, Items) else []
    with run.capturing() as trace, run.counting("parallel"):
        value = run.call(target, Arguments(positional, {}, arguments.node, arguments.scope))
        if isinstance(value, Coroutine):
            wait_for(run, value)
    if not trace.nodes:
        return Coroutine(trace=Trace())
    started = Started(run.spot(arguments.node, arguments.scope), callee.path, trace, in_place=True)
    run.emit(started)
    return Coroutine(trace=Trace(), started=started)


def background(run: Run, callee: External, arguments: Arguments) -> Value:
    """`background_tasks.add_task(function, ...)`: runs after the answer, and nobody waits for it."""
    work = _called(run, arguments)
    if isinstance(work, Coroutine) and work.trace.nodes and arguments.node is not None:
        run.emit(Started(run.spot(arguments.node, arguments.scope), callee.path, work.trace))
    return Value()


def wait_until(run: Run, callee: External, arguments: Arguments) -> Value:
    """`asyncio.run(coroutine)` and the like: the coroutine runs here to its end."""
    del callee
    results: list[Value] = []
    for value in arguments.positional[:1]:
        for option in options(value):
            if isinstance(option, Function | Bound):
                option = run.call(option, arguments.after(1))  # noqa: PLW2901
            if isinstance(option, Coroutine):
                wait_for(run, option)
                results.append(option.result)
            else:
                results.append(option)
    return join(results) if results else Value()


def with_deadline(run: Run, callee: External, arguments: Arguments) -> Value:
    """`asyncio.wait_for(awaitable, timeout)`: the deadline holds for every call in it."""
    del run, callee
    value = arguments.get(0, "fut")
    seconds = number_of(arguments.get(1, "timeout"))
    for option in options(value) if value is not None else ():
        if isinstance(option, Coroutine):
            for event in option.trace.events():
                _limit(event, seconds)
    return value if value is not None else Value()


def _limit(event: Event, seconds: float | None) -> None:
    longer = event.timeout.seconds is None or (seconds is not None and seconds < event.timeout.seconds)
    if not event.timeout.set or longer:
        event.timeout = Timeout(set=True, seconds=seconds, source=TimeoutFrom.WAIT_FOR)
