"""Retry layers around calls: decorators of retry libraries and loops that try again."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from assess.model.step import Retry, RetryBy, RetryWait
from assess.resolving.running import Decoration
from assess.resolving.values import (
    Class,
    Configuration,
    Const,
    External,
    Items,
    Value,
    number_of,
    options,
    source_text,
)

LIBRARIES = {
    "tenacity": RetryBy.TENACITY,
    "backoff": RetryBy.BACKOFF,
    "stamina": RetryBy.STAMINA,
    "retrying": RetryBy.OTHER,
    "retry": RetryBy.OTHER,
}
_ATTEMPTS = frozenset({"Retrying", "AsyncRetrying", "retry_context"})
_RETRIES = frozenset({"retry", "on_exception", "on_predicate", "retrying", *_ATTEMPTS})
_ENDS = {
    "tenacity": frozenset({"stop"}),
    "backoff": frozenset({"max_tries", "max_time"}),
    "stamina": frozenset({"attempts", "timeout"}),
    "retrying": frozenset({"stop_max_attempt_number", "stop_max_delay", "stop"}),
    "retry": frozenset({"tries"}),
}
"""What gives a retry of these libraries an end; without it they go on for ever (stamina has defaults)."""
DBOS_ATTEMPTS = 3
"""What a DBOS step tries in all if it may retry and nothing else is said."""
ENGINES = ("celery", "prefect", "dramatiq", "huey", "rq")


def retry_of_decorator(decoration: Decoration) -> Retry | None:
    """The retry that a decorator puts around a function, or None."""
    root = decoration.path.partition(".")[0]
    last = decoration.path.rpartition(".")[2]
    if root in LIBRARIES and last in _RETRIES:
        return Retry(
            set=True,
            attempts=_attempts(decoration, root),
            by=LIBRARIES[root],
            wait=_wait(decoration),
            on=_on(decoration),
            never_on=_never_on(decoration),
            endless=not _ENDS[root] & decoration.keywords.keys() and not _given_positionally(decoration, root),
        )
    allowed = decoration.keywords.get("retries_allowed")
    if root == "dbos" and isinstance(allowed, Const) and allowed.value is True:
        attempts = number_of(decoration.keywords.get("max_attempts"))
        return Retry(set=True, attempts=DBOS_ATTEMPTS if attempts is None else int(attempts), by=RetryBy.ENGINE)
    tries = number_of(decoration.keywords.get("retry_policy_max_attempts"))
    if root == "mistralai" and last == "activity" and tries is not None:
        return Retry(set=True, attempts=int(tries), by=RetryBy.ENGINE)
    if root in ENGINES or last in ("task", "shared_task", "flow"):
        for name in ("retries", "max_retries", "autoretry_for"):
            if name in decoration.keywords:
                more = number_of(decoration.keywords[name])
                if more == 0:
                    return None
                return Retry(set=True, attempts=None if more is None else int(more) + 1, by=RetryBy.ENGINE)
    return None


def _given_positionally(decoration: Decoration, root: str) -> bool:
    """Whether an end may stand among the positional arguments: those of backoff are the wait and the exceptions."""
    most = 2 if root == "backoff" else 0
    return root == "stamina" or len(decoration.positional) > most


def _numbers_in(value: Value | None, *paths: str) -> float | None:
    for option in options(value) if value is not None else ():
        if isinstance(option, External) and option.made is not None:
            last = option.made.path.rpartition(".")[2]
            if last in paths:
                given = [*option.made.positional, *option.made.keywords.values()]
                return next((n for n in map(number_of, given) if n is not None), None)
    return None


def _attempts(decoration: Decoration, root: str) -> int | None:
    if root == "tenacity":
        found = _numbers_in(decoration.keywords.get("stop"), "stop_after_attempt")
        return None if found is None else int(found)
    names = {"backoff": "max_tries", "stamina": "attempts", "retrying": "stop_max_attempt_number", "retry": "tries"}
    found = number_of(decoration.keywords.get(names[root]))
    if found is None and root == "stamina":
        return 10
    return None if found is None else int(found)


def _wait(decoration: Decoration) -> RetryWait | None:
    """The pauses of a layer, in seconds; its random part at its longest."""
    given = decoration.keywords
    root = decoration.path.partition(".")[0]
    if root == "tenacity":
        made = (o.made for o in options(given.get("wait", Value())) if isinstance(o, External) and o.made is not None)
        return next((found for one in made if (found := _tenacity_wait(one)) is not None), None)
    if root == "backoff":
        return _backoff_wait(decoration)
    if root == "stamina":
        first, factor, most = (_number(given, name) for name in ("wait_initial", "wait_exp_base", "wait_max"))
        return RetryWait(first or 0.1, factor or 2.0, most or 5.0)
    if root == "retry" and "delay" in given:
        return RetryWait(_number(given, "delay") or 0.0, _number(given, "backoff") or 1.0, _number(given, "max_delay"))
    if root == "retrying" and (fixed := _number(given, "wait_fixed")) is not None:
        return RetryWait(fixed / 1000)
    return None


def _tenacity_wait(made: Configuration) -> RetryWait | None:
    last = made.path.rpartition(".")[2]

    def told(name: str, position: int) -> float | None:
        found = number_of(made.keywords.get(name))
        return number_of(made.positional[position]) if found is None and position < len(made.positional) else found

    if last == "wait_fixed":
        return RetryWait(told("wait", 0) or 0.0)
    if last in ("wait_exponential", "wait_random_exponential"):
        initial = max(told("multiplier", 0) or 1.0, told("min", 3) or 0.0)
        return RetryWait(initial, told("exp_base", 2) or 2.0, told("max", 1))
    if last == "wait_exponential_jitter":
        return RetryWait(told("initial", 0) or 1.0, told("exp_base", 2) or 2.0, told("max", 1))
    if last == "wait_incrementing":
        return RetryWait(told("start", 0) or 0.0, 1.0, told("max", 2))
    if last == "wait_random":
        return RetryWait(told("max", 1) or 1.0)
    return None


def _backoff_wait(decoration: Decoration) -> RetryWait | None:
    given = decoration.keywords
    how = (*decoration.positional[:1], *(v for k, v in given.items() if k == "wait_gen"))
    names = {o.path.rpartition(".")[2] for value in how for o in options(value) if isinstance(o, External)}
    if "constant" in names:
        return RetryWait(_number(given, "interval") or 1.0)
    if "expo" in names:
        return RetryWait(_number(given, "factor") or 1.0, _number(given, "base") or 2.0, _number(given, "max_value"))
    return None


def _number(given: dict[str, Value], name: str) -> float | None:
    return number_of(given.get(name))


def _on(decoration: Decoration) -> tuple[str, ...]:
    """The errors that a layer tries again on, if it names them all."""
    given = decoration.positional[1:2] if decoration.path.startswith("backoff") else ()
    named = [*given, *(v for k, v in decoration.keywords.items() if k in ("on", "exception"))]
    for made in _conditions(decoration):
        last = made.path.rpartition(".")[2]
        if last == "retry_if_exception_type":
            named += [*made.positional, *made.keywords.values()]
        elif "exception" in last:
            return ()  # whatever a function says, or all but some
    return _classes(named)


def _never_on(decoration: Decoration) -> tuple[str, ...]:
    """The errors that a layer does not try again on."""
    excepted = [made for made in _conditions(decoration) if made.path.endswith("retry_if_not_exception_type")]
    return _classes([v for made in excepted for v in (*made.positional, *made.keywords.values())])


def _conditions(decoration: Decoration) -> list[Configuration]:
    """What stands after `retry=` in a decorator of tenacity; several where they are joined by `|`."""
    if not decoration.path.startswith("tenacity"):
        return []
    given = decoration.keywords.get("retry", Value())
    return [o.made for o in options(given) if isinstance(o, External) and o.made is not None]


def _classes(given: Iterable[Value]) -> tuple[str, ...]:
    names = []
    for value in given:
        for option in options(value):
            members = option.values if isinstance(option, Items) else [option]
            names += [m.path.removeprefix("builtins.") for m in members if isinstance(m, External)]
            names += [m.info.name for m in members if isinstance(m, Class)]
    return tuple(dict.fromkeys(names))


def retry_of_attempts(source: Value) -> Retry | None:
    """The retry that `for attempt in Retrying(...)` is: the loop goes through the attempts of a library."""
    for option in options(source):
        made = option.made if isinstance(option, External) else None
        if made is not None and made.path.rpartition(".")[2] in _ATTEMPTS:
            return retry_of_decorator(Decoration(made.path, made.positional, made.keywords, made, called=True))
    return None


def retry_of_loop(loop: ast.For | ast.While | ast.AsyncFor) -> Retry | None:
    """The retry that a loop is: it tries, leaves on success, and goes round again on an error."""
    for statement in loop.body:
        if isinstance(statement, ast.Try) and _leaves(statement, loop) and any(map(_goes_on, statement.handlers)):
            attempts = None
            if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and source_text(loop.iter.func) == "range":
                limits = loop.iter.args
                last = limits[0] if len(limits) == 1 else limits[1] if limits else None
                first = limits[0].value if len(limits) > 1 and isinstance(limits[0], ast.Constant) else 0
                match last:
                    case ast.Constant(value=int() as count):
                        attempts = count - first if isinstance(first, int) else None
                    case ast.BinOp(left=ast.Constant(value=int() as count), op=ast.Add()):
                        attempts = count
            elif isinstance(loop, ast.For | ast.AsyncFor):
                return None
            endless = isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and not _counts(loop)
            return Retry(set=True, attempts=attempts, by=RetryBy.LOOP, on=_caught(statement), endless=endless)
    return None


def giving_up(loop: ast.For | ast.While | ast.AsyncFor, around: ast.AST | None) -> Iterator[ast.ExceptHandler]:
    """The handlers of a retry loop that go round again, but raise after the last attempt: there or behind the loop.

    `around` is the function that the loop stands in.
    """
    behind = [*loop.orelse[-1:], *([_following(around, loop)] if around is not None else [])]
    raises = any(isinstance(s, ast.Raise) for s in behind)
    for handler in (h for s in loop.body if isinstance(s, ast.Try) for h in s.handlers if _goes_on(h)):
        if raises or any(isinstance(n, ast.Raise) for s in handler.body for n in ast.walk(s)):
            yield handler


def _following(around: ast.AST, statement: ast.stmt) -> ast.stmt | None:
    for node in ast.walk(around):
        for _, block in ast.iter_fields(node):
            if isinstance(block, list) and any(s is statement for s in block[:-1]):
                after = block[block.index(statement) + 1]
                return after if isinstance(after, ast.stmt) else None
    return None


def _caught(statement: ast.Try) -> tuple[str, ...]:
    """The errors after which the loop goes round again, as written."""
    names: list[str] = []
    for handler in filter(_goes_on, statement.handlers):
        kind = handler.type
        members = kind.elts if isinstance(kind, ast.Tuple) else [kind] if kind is not None else []
        names += [source_text(member) for member in members] or ["Exception"]
    return tuple(dict.fromkeys(names))


def _counts(loop: ast.While) -> bool:
    """Whether something in the loop is compared or leads out on an error: it may end the loop."""
    inside = [n for s in loop.body for n in ast.walk(s)]
    return any(isinstance(n, ast.Compare | ast.Raise) for n in inside)


def _leaves(statement: ast.Try, loop: ast.For | ast.While | ast.AsyncFor) -> bool:
    """Whether success ends the loop. One that goes on for ever leaves at the end of the try; a chat only may leave."""
    after = [*statement.body, *statement.orelse]
    if isinstance(loop, ast.While):
        following = loop.body[loop.body.index(statement) + 1 :]
        ends = [part[-1] for part in (statement.body, statement.orelse) if part] + following[:1]
        return any(map(_ends, ends))
    return any(isinstance(n, ast.Return | ast.Break) for s in after for n in ast.walk(s))


def _ends(statement: ast.stmt) -> bool:
    """Whether a statement that goes well leaves the loop, on every way through it."""
    match statement:
        case ast.Return() | ast.Break():
            return True
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _ends(body[-1])
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and _ends(body[-1]) and _ends(orelse[-1])
        case ast.Try(body=body, orelse=orelse):
            return _ends((orelse or body)[-1])
    return False


def _goes_on(handler: ast.ExceptHandler) -> bool:
    if any(isinstance(n, ast.Continue) for s in handler.body for n in ast.walk(s)):
        return True
    return not isinstance(handler.body[-1], ast.Raise | ast.Return | ast.Break)
