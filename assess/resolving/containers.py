"""Lists, dicts, strings and objects nobody knows: what their methods do to the values in them."""

from __future__ import annotations

from assess.resolving.objects import guess_method
from assess.resolving.running import Arguments, Run
from assess.resolving.unresolved import note_unknown
from assess.resolving.values import (
    Const,
    Coroutine,
    External,
    Items,
    Mapping,
    Method,
    Text,
    Value,
    element,
    join,
    mark_of,
    marked,
    origins,
    text_of,
)

_ADDING = frozenset({"append", "add", "put", "put_nowait", "appendleft", "push"})


def call_method(run: Run, method: Method, arguments: Arguments) -> Value:
    """The value of calling a method that is known by its name only."""
    receiver, name = method.receiver, method.name
    match receiver:
        case Items():
            return _items(receiver, name, arguments)
        case Mapping():
            return _mapping(receiver, name, arguments)
        case Const() | Text():
            return _text(receiver, name, arguments)
        case Coroutine():
            return _future(run, receiver, name)
    guessed = guess_method(run, receiver, name)
    if guessed is not None:
        run.guessing += 1
        try:
            return run.call(guessed, arguments)
        finally:
            run.guessing -= 1
    note_unknown(run, method, arguments)
    return _unknown(method, arguments)


def _unknown(method: Method, arguments: Arguments) -> Value:
    found = origins(method.receiver)
    for value in arguments.all():
        found |= origins(value)
    return Value(found)


def _items(items: Items, name: str, arguments: Arguments) -> Value:
    given = arguments.positional
    if name in _ADDING and given:
        if items.ordered and len(items.values) < 32:
            items.values.append(given[-1])
        else:
            items.rest = join([v for v in (items.rest, given[-1]) if v is not None])
        return Const(value=None)
    if name in ("extend", "update", "union") and given:
        items.rest = join([v for v in (items.rest, element(given[0])) if v is not None])
        return items if name == "union" else Const(value=None)
    if name == "insert" and len(given) > 1:
        items.rest = join([v for v in (items.rest, given[1]) if v is not None])
        return Const(value=None)
    if name in ("pop", "popleft", "get", "get_nowait"):
        return element(items)
    if name == "copy":
        return items
    return Value(origins(items))


def _mapping(mapping: Mapping, name: str, arguments: Arguments) -> Value:
    given = arguments.positional
    if name in ("get", "pop", "setdefault", "__getitem__") and given:
        default = [given[1]] if len(given) > 1 and not isinstance(given[1], Const) else []
        return join([lookup(mapping, given[0]), *default])
    if name == "values":
        known = [*mapping.values.values(), *([mapping.rest] if mapping.rest else [])]
        return Items(mapping.origins, known, ordered=False)
    if name == "items":
        pairs: list[Value] = [Items(values=[Const(value=k), v]) for k, v in mapping.values.items()]
        rest = Items(values=[Value(), mapping.rest]) if mapping.rest else None
        return Items(mapping.origins, pairs, rest=rest)
    if name == "keys":
        return Items(mapping.origins, [Const(value=k) for k in mapping.values], ordered=False)
    if name == "update":
        for value in given:
            if isinstance(value, Mapping):
                mapping.values.update(value.values)
            else:
                marked(mapping, origins(value))
        mapping.values.update(arguments.keywords)
        return Const(value=None)
    if name == "copy":
        return Mapping(mapping.origins, dict(mapping.values), mapping.rest)
    return Value(origins(mapping))


def lookup(mapping: Mapping, key: Value) -> Value:
    """`mapping[key]`: the value of a literal key, else any of them."""
    if isinstance(key, Const):
        try:
            found = mapping.values.get(key.value)
        except TypeError:
            found = None
        if found is not None:
            return found
        return mapping.rest or Value(mapping.origins)
    known = [*mapping.values.values(), *([mapping.rest] if mapping.rest else [])]
    result = join(known) if known else Value(origins(mapping))
    return marked(result, key.origins) if type(result) in (Value, Const, Text, External) else result


def _text(receiver: Value, name: str, arguments: Arguments) -> Value:
    found = receiver.origins
    for value in arguments.all():
        found |= origins(value)
    text = text_of(receiver)
    if text is not None and name in ("format", "strip", "rstrip", "lstrip", "join", "replace"):
        return Text(found, text, mark_of(receiver), receiver.head if isinstance(receiver, Text) else None)
    return Items(rest=Value(found), ordered=False) if name in ("split", "splitlines") else Value(found)


def _future(run: Run, future: Coroutine, name: str) -> Value:
    if name in ("result", "join", "get", "send", "__await__", "exception", "wait", "stream_events"):
        wait_for(run, future)
        return future.result
    if name == "start":
        return Const(value=None)
    return Value(future.origins)


def wait_for(run: Run, future: Coroutine) -> None:
    """Somebody waits for work that was started or deferred: it is shown where it runs to its end."""
    if future.started is not None:
        future.started.waited = future.started.waited or not run.muted
    if future.trace.nodes:
        nodes, future.trace.nodes = list(future.trace.nodes), []
        for node in nodes:
            run.emit(node)
