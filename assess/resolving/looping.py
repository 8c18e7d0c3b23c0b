"""Loops: followed twice, so that what one turn leaves behind reaches the next; the events of both are the same."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from assess.model.source import Place
from assess.resolving.asking import asked
from assess.resolving.assigning import bind_target
from assess.resolving.expressions import awaited
from assess.resolving.generating import gone_through, taken
from assess.resolving.layers import giving_up, retry_of_attempts, retry_of_loop
from assess.resolving.running import Run
from assess.resolving.scopes import Scope, merged
from assess.resolving.trace import Branch, Called, Loop
from assess.resolving.values import Bound, Class, Const, Function, Instance, Items, element, number_of, source_text

UNROLLED = 8


def follow_for(run: Run, node: ast.For | ast.AsyncFor, scope: Scope) -> str | None:
    """Follow a `for`; how control leaves it, or None."""
    source = run.evaluate(node.iter, scope)
    source = awaited(run, source) if isinstance(node, ast.AsyncFor) else source
    if isinstance(source, Items) and _worth_unrolling(source):
        for value in source.values:
            bind_target(run, node.target, value, scope)
            if (run.execute(node.body, scope) or "") in ("return", "raise"):
                return None
        return None
    over = source_text(node.iter)

    def turn() -> str | None:
        bind_target(run, node.target, element(source), scope)
        return run.execute(node.body, scope)

    sure = _not_empty(run, node.iter, scope)
    asks = asked(run, node.iter, scope)
    generator = taken(run, source)
    label = f"for {source_text(node.target)} in {over}"
    with run.layer(retry=retry_of_attempts(source)):
        loop = _loop(run, node, scope, label, over, turn, sure=sure, generator=generator)
    if loop is not None:
        loop.asked = asks
    return _loop_else(run, node, scope, loop)


def _not_empty(run: Run, node: ast.expr, scope: Scope) -> bool:
    """Whether going through something gives at least one: a written list, or a range up to a number."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return any(not isinstance(part, ast.Starred) for part in parts)
        case ast.Call(func=ast.Name(id="range"), args=limits) if 0 < len(limits) < 3 and "range" not in scope.names:
            with run.counting("muted"):
                given = [run.evaluate(limit, scope) for limit in limits]
            numbers = [v.value for v in given if isinstance(v, Const) and isinstance(v.value, int)]
            return len(numbers) == len(limits) and (0 if len(numbers) == 1 else numbers[0]) < numbers[-1]
    return False


def _loop_else(
    run: Run, node: ast.For | ast.AsyncFor | ast.While, scope: Scope, loop: Loop | None = None
) -> str | None:
    """The `else` of a loop runs only if nothing broke out of it."""
    if not node.orelse:
        return None
    if not any(isinstance(n, ast.Break) for s in node.body for n in ast.walk(s)):
        return run.execute(node.orelse, scope)
    before = dict(scope.names)
    with run.capturing() as trace, run.counting("conditional"):
        trace.exits = run.execute(node.orelse, scope)
    scope.names = before if trace.exits is not None else merged([before, scope.names])
    if trace.nodes or trace.exits is not None:
        spot = run.spot(node.orelse[0], scope)
        run.emit(Branch(spot, "nothing broke out of the loop", [("then", trace)], unbroken=loop))
    return None


def _worth_unrolling(source: Items) -> bool:
    callables = Function | Class | Bound | Instance
    return (
        source.ordered
        and source.rest is None
        and 1 < len(source.values) <= UNROLLED
        and all(isinstance(v, callables) for v in source.values)
    )


def follow_while(run: Run, node: ast.While, scope: Scope) -> str | None:
    """Follow a `while`; how control leaves it, or None."""

    def turn() -> str | None:
        run.evaluate(node.test, scope)
        return run.execute(node.body, scope)

    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    loop = _loop(run, node, scope, f"while {source_text(node.test)}", _deadline(node), turn, endless=endless)
    leaves = any(isinstance(n, ast.Break | ast.Return) for s in node.body for n in ast.walk(s))
    return "raise" if endless and not leaves else _loop_else(run, node, scope, loop)


_CLOCKS = frozenset({"time", "monotonic", "perf_counter", "now", "utcnow"})


def _deadline(node: ast.While) -> str | None:
    """The comparison with a clock that ends a loop: its test, or one in it behind which it is left; None without."""
    if _reads_a_clock(node.test):
        return source_text(node.test)
    for inner in (n for s in node.body for n in ast.walk(s) if isinstance(n, ast.If)):
        if _reads_a_clock(inner.test) and isinstance(inner.body[-1], ast.Raise | ast.Return | ast.Break):
            return source_text(inner.test)
    return None


def _reads_a_clock(test: ast.expr) -> bool:
    compared = [n for n in ast.walk(test) if isinstance(n, ast.Compare)]
    calls = [n for c in compared for n in ast.walk(c) if isinstance(n, ast.Call)]
    return any(source_text(c.func).rpartition(".")[2] in _CLOCKS for c in calls)


def _times(run: Run, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> int | None:
    """How often `for _ in range(tries)` goes round, if the number is known where it runs."""
    called = node.iter if isinstance(node, ast.For) else None
    if not isinstance(called, ast.Call) or source_text(called.func) != "range" or len(called.args) not in (1, 2):
        return None
    with run.counting("muted"):
        numbers = [number_of(run.evaluate(a, scope)) for a in called.args]
    if any(n is None for n in numbers):
        return None
    times = (numbers[-1] or 0) - (numbers[0] or 0 if len(numbers) > 1 else 0)
    return int(times) if times > 0 else None


def _loop(
    run: Run,
    node: ast.For | ast.AsyncFor | ast.While,
    scope: Scope,
    label: str,
    bound: str | None,
    turn: Callable[[], str | None],
    *,
    endless: bool = False,
    sure: bool = False,
    generator: Called | None = None,
) -> Loop | None:
    before = dict(scope.names)
    retry = retry_of_loop(node)
    if retry is not None:
        at = run.spot(node, scope)
        attempts = retry.attempts if retry.attempts is not None else _times(run, node, scope)
        retry = replace(retry, attempts=attempts, at=Place(at.file, at.line, at.column, at.end_line, at.cell))
        around = scope.function.node if scope.function is not None else None
        run.session.giving_up |= {id(h) for h in giving_up(node, around)}
    with run.counting("loops"), run.layer(retry=retry):
        with run.capturing() as trace:
            trace.exits = turn()
        if trace.nodes and run.loops == 1 and not run.muted:
            # What one turn leaves behind is what the next one starts from; the events of both are the same.
            scope.names = merged([before, scope.names])
            with run.capturing():
                turn()
    scope.names = merged([before, scope.names])
    if not trace.nodes:
        if generator is not None:
            run.emit(generator)
        return None
    loop = Loop(run.spot(node, scope), label, bound, trace, endless, sure)
    if generator is not None:
        run.emit(gone_through(generator, loop))
        return None
    run.emit(loop)
    return loop
