"""What a call leaves behind: in files and buffers it was given, in the object it was called on, in what it decides.

Whoever uses these later uses what the call gave. Knows verbs and kinds, not what a file is called on disk.
"""

from __future__ import annotations

import ast
import re

from assess.catalogue.facts import Fact
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
    Origins,
    Text,
    Value,
    marked,
    options,
    origins,
    text_of,
)

_FILLS = re.compile(r"(?:^|_)(?:download|readinto|retrieve_to|urlretrieve|export_to|screenshot|pdf|save_to|stream_to)")
_LOADS = re.compile(r"(?:^|_)(?:authenticate|download|fetch|load|login|read|receive|refresh|reload)")
_MEANS = re.compile(
    r"(?:[A-Z]\w*|(?:open|create|get_or_create)_(?:collection|connection|index|table)|connect(?:_\w+)?)"
)
"""Calls that open something: a means for the calls on it, and no value that one call gives to the next."""
_HOLDS = ("pathlib.", "io.", "tempfile.", "os.path.")
_FILE = re.compile(r"[\w}]\.[A-Za-z]\w{0,5}$")
LONGEST_NAME = 300


def leave_behind(run: Run, callee: External, arguments: Arguments, event: Event) -> None:
    """Remember what the call fills: paths and buffers that it writes to, and the object it was called on."""
    if run.muted:
        return
    number = frozenset({event.number})
    verb = callee.path.rpartition(".")[2]
    fact = event.fact
    filled: list[Value] = []
    if _FILLS.search(verb):
        filled = arguments.all()
    elif fact.kind is Kind.SUBPROCESS and fact.effect is not Effect.READ:
        filled = arguments.positional[:1]
    elif fact.kind is Kind.FILE and fact.effect is not Effect.READ and callee.made is not None:
        filled = list(callee.made.positional[:1])
    for value in filled:
        for key, place in _places(value):
            run.left[key] = (place, run.left.get(key, (place, NONE))[1] | number)
            event.in_file = True
            if not isinstance(place, Const):
                place.origins |= number
    loads = fact.effect is Effect.READ and _LOADS.search(verb)
    # Agents and vector stores answer from what was sent to them before.
    sends = fact.kind is Kind.AGENT or (fact.kind is Kind.VECTOR_STORE and fact.effect is not Effect.READ)
    if arguments.node is run.dropped and (loads or sends):
        _mark_receiver(arguments.node, arguments.scope, number)


def held(run: Run, callee: External, arguments: Arguments) -> Origins:
    """The events that wrote what stands in the files and buffers that are given here."""
    if not run.left:
        return NONE
    found = NONE
    handle = callee.made.positional[:1] if callee.made is not None and callee.made.path == "builtins.open" else ()
    writes = handle and callee.path.rpartition(".")[2].startswith("write")
    for value in [*arguments.all(), *(() if writes else handle), *(() if callee.result else [callee])]:
        for key, _ in _places(value):
            if key in run.left:
                found |= run.left[key][1]
    return found


def without_means(run: Run, callee: External, fact: Fact) -> Origins:
    """Where a callee comes from, without the calls that only opened what it is called on, or wrote there before."""
    if not callee.origins:
        return NONE
    before = NONE
    if fact.kind is Kind.FILE and fact.effect is not Effect.READ and callee.made is not None:
        for key, _ in [place for value in callee.made.positional[:1] for place in _places(value)]:
            before |= run.left[key][1] if key in run.left else NONE
    opened = {
        e.number
        for e in run.events.values()
        if e.number in callee.origins
        and callee.path.startswith(f"{e.path}.")
        and _MEANS.fullmatch(e.path.rpartition(".")[2])
    }
    return callee.origins - opened - before


def _places(value: Value) -> list[tuple[str | int, Value]]:
    """The files and buffers that a value may stand for: by their literal names, or by what they are."""
    found: list[tuple[str | int, Value]] = []
    for option in options(value):
        match option:
            case Items():
                found += [place for v in option.values if not isinstance(v, Items) for place in _places(v)]
            case Const() | Text():
                text = text_of(option) or ""
                odd = "\n" in text or "://" in text or text.endswith(".py") or len(text) > LONGEST_NAME
                if "{}" not in text and not odd and _FILE.search(text):
                    found.append((text, option))
                elif isinstance(option, Text) and not odd:
                    found.append((id(option), option))
            case External() if not option.result and option.path.startswith(_HOLDS):
                found.append((id(option), option))
            case Value() if type(option) is Value:
                found.append((id(option), option))
    return found


def _mark_receiver(node: ast.Call | None, scope: Scope, number: Origins) -> None:
    if node is None or not isinstance(node.func, ast.Attribute):
        return
    match node.func.value:
        case ast.Name(id=name):
            value = scope.names.get(name)
            if isinstance(value, External | Choice):
                scope.names[name] = marked(value, number)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            for option in options(scope.find(owner) or Value()):
                if isinstance(option, Instance) and isinstance(option.attributes.get(name), External | Choice):
                    option.attributes[name] = marked(option.attributes[name], number)


def control(run: Run, scope: Scope) -> Origins:
    """The events that decide whether this code runs, by a test or an error in the same function."""
    found = NONE
    for frame, deciding in run.deciding:
        if frame is scope:
            found |= deciding
    return found


def note_call(run: Run, node: ast.Call, scope: Scope, callee: Value) -> None:
    """`done.append(x)` under a test: the list also comes from what was tested; `raise_for_status` tells of its own."""
    if not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr == "raise_for_status":
        run.raised |= origins(callee)
    elif run.deciding and node.func.attr in ("append", "add", "extend") and isinstance(node.func.value, ast.Name):
        more = control(run, scope)
        for option in options(scope.find(node.func.value.id) or Value()) if more else ():
            if isinstance(option, Items):
                option.origins |= more


def raised_in(run: Run, events: list[Event]) -> Origins:
    """What an error that is caught tells of: the values put into it, or the only call that can have failed."""
    single = {e.number for e in events}
    return run.raised | (frozenset(single) if len(single) == 1 else NONE)


def note_raise(run: Run, value: Value) -> None:
    """An error is raised with this value in it."""
    run.raised |= origins(value)
