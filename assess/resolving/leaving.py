"""What a call leaves behind in what it was given or called on: files, buffers, objects that were filled.

Whoever uses these values later uses what the call gave. Knows verbs and kinds, not what a file is called on disk.
"""

from __future__ import annotations

import ast
import re

from assess.model.step import Effect, Kind
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.trace import Event
from assess.resolving.values import (
    NONE,
    Choice,
    Const,
    External,
    Instance,
    Items,
    Mapping,
    Origins,
    Text,
    Value,
    marked,
    options,
    origins,
    text_of,
)

_FILLS = re.compile(r"(?:^|_)(?:download|readinto|retrieve_to|urlretrieve|export_to|screenshot|pdf|save_to|stream_to)")
_CONNECTS = frozenset({"connect", "open_connection", "create_connection", "connect_robust", "connect_async"})
_FILE = re.compile(r"[\w}]\.[A-Za-z]\w{0,5}$")
LONGEST_NAME = 300
_SENT = frozenset({Kind.AGENT, Kind.VECTOR_STORE})
"""Kinds whose objects answer from what was sent to them before."""


def leave_behind(run: Run, callee: External, arguments: Arguments, event: Event) -> None:
    """Mark what the call fills: paths and buffers it writes to, and the object it was called on."""
    if run.muted:
        return
    number = frozenset({event.number})
    verb = callee.path.rpartition(".")[2]
    fact = event.fact
    if _FILLS.search(verb):
        event.in_file = _fill_all(run, arguments.all(), number) or event.in_file
    elif fact.kind is Kind.SUBPROCESS and fact.effect is not Effect.READ:
        event.in_file = _fill_all(run, arguments.positional[:1], number) or event.in_file
    elif fact.kind is Kind.FILE and fact.effect is not Effect.READ and callee.made is not None:
        for value in callee.made.positional[:1]:
            _fill(run, value, number)
    if arguments.node is run.dropped and (fact.effect is Effect.READ or fact.kind in _SENT):
        _mark_receiver(arguments.node, arguments.scope, number)


def found_there(run: Run, callee: External, arguments: Arguments) -> Origins:
    """The events that wrote the files whose literal names are given here."""
    if not run.left:
        return NONE
    found = NONE
    given = [*arguments.all(), *(callee.made.positional[:1] if callee.made is not None else ())]
    for value in given:
        for text in _names(value):
            found |= run.left.get(text, NONE)
    return found


def without_connection(run: Run, callee: External) -> Origins:
    """Where a callee comes from; an open connection is a means, and no value that one call gives to the next."""
    before = callee.path.rpartition(".")[0]
    last = before.rpartition(".")[2]
    if callee.origins and (last in _CONNECTS or last[:1].isupper()):
        opened = {e.number for e in run.events.values() if e.path == before}
        return callee.origins - opened
    return callee.origins


def _fill_all(run: Run, values: list[Value], number: Origins) -> bool:
    return any([_fill(run, value, number) for value in values])  # noqa: C419 - each of them is to be marked


def _fill(run: Run, value: Value, number: Origins) -> bool:
    """Mark a value in place, so that every name for it knows; whether it can be a file."""
    filled = False
    for option in options(value):
        match option:
            case Items():
                filled = _fill_all(run, option.values, number) or filled
            case Const() | Text():
                for text in _names(option):
                    run.left[text] = run.left.get(text, NONE) | number
                    filled = True
                if "{}" in (text_of(option) or ""):
                    option.origins |= number
                    filled = True
            case External() if not option.result and option.made is not None and _holds(option.path):
                option.origins |= number
                filled = True
            case Value() if type(option) is Value:
                option.origins |= number
                filled = True
    return filled


def _holds(path: str) -> bool:
    return path.startswith(("pathlib.", "io.", "tempfile.", "os.path."))


def _names(value: Value) -> list[str]:
    """The literal file names in a value."""
    found: list[str] = []
    for option in options(value):
        if isinstance(option, Items):
            found += [t for v in option.values for t in _names(v)]
        elif isinstance(option, Const | Text):
            text = text_of(option) or ""
            odd = "{}" in text or "\n" in text or "://" in text or text.endswith(".py")
            if len(text) < LONGEST_NAME and not odd and _FILE.search(text):
                found.append(text)
    return found


def _mark_receiver(node: ast.Call | None, scope: Scope, number: Origins) -> None:
    if node is None or not isinstance(node.func, ast.Attribute):
        return
    match node.func.value:
        case ast.Name(id=name):
            value = scope.find(name)
            if value is not None and name in scope.names and _is_object(value):
                scope.names[name] = marked(value, number)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            for option in options(scope.find(owner) or Value()):
                if isinstance(option, Instance) and _is_object(option.attributes.get(name)):
                    option.attributes[name] = marked(option.attributes[name], number)


def _is_object(value: Value | None) -> bool:
    return isinstance(value, External | Choice) and not isinstance(value, Mapping)


def control(run: Run, scope: Scope) -> Origins:
    """The events that decide whether this code runs, by a test or an error in the same function."""
    found = NONE
    for frame, deciding in run.deciding:
        if frame is scope:
            found |= deciding
    return found


def note_decided(run: Run, node: ast.Call, scope: Scope) -> None:
    """`done.append(x)` under a test: what the list holds also comes from what was tested."""
    if run.deciding and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add", "extend"):
        more = control(run, scope)
        if more and isinstance(node.func.value, ast.Name):
            for option in options(scope.find(node.func.value.id) or Value()):
                if isinstance(option, Items):
                    option.origins |= more


def raised_in(run: Run, events: list[Event]) -> Origins:
    """What an error that is caught tells of: the values put into it, or the only call that can have failed."""
    single = {e.number for e in events}
    return run.raised | (frozenset(single) if len(single) == 1 else NONE)


def note_raise(run: Run, value: Value) -> None:
    """An error is raised with this value in it."""
    run.raised |= origins(value)
