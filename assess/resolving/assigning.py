"""Assignment: giving names, attributes, keys and patterns their values."""

from __future__ import annotations

import ast

from assess.resolving.running import Run
from assess.resolving.scopes import Scope
from assess.resolving.values import (
    Class,
    Const,
    External,
    Instance,
    Items,
    Mapping,
    Value,
    element,
    join,
    marked,
    options,
    origins,
)

STATE_NAMES = frozenset({"status", "state", "stage", "phase"})
"""Attributes that hold the state of a run; what is set here is stored by the next write to a database."""


def bind_target(run: Run, target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign a value to a target."""
    match target:
        case ast.Name(id=name):
            scope.bind(name, value)
        case ast.Starred(value=inner):
            bind_target(run, inner, Items(rest=element(value), ordered=False), scope)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for number, part in enumerate(elements):
                bind_target(run, part, _nth(value, number, len(elements)), scope)
        case ast.Attribute(value=owner, attr=name):
            for option in options(run.evaluate(owner, scope)):
                _set_attribute(run, option, name, value)
        case ast.Subscript(value=owner, slice=index):
            _set_item(run, owner, index, value, scope)


def _nth(value: Value, number: int, count: int) -> Value:
    found = []
    for option in options(value):
        if isinstance(option, Items) and option.ordered and len(option.values) == count:
            found.append(option.values[number])
        elif isinstance(option, External):
            found.append(option)
        else:
            found.append(element(option) if isinstance(option, Items) else Value(origins(option)))
    return join(found)


def _set_attribute(run: Run, owner: Value, name: str, value: Value) -> None:
    if name in STATE_NAMES and isinstance(value, Const) and isinstance(value.value, str):
        run.states += [name, value.value]
    if isinstance(owner, Class):
        # What fills a class first stays, as in a class that keeps its one object.
        held = run.session.class_attributes
        if isinstance(held.setdefault((id(owner.info), name), value), Const):
            held[id(owner.info), name] = value
    if not isinstance(owner, Instance):
        return
    known = owner.attributes.get(name)
    if known is None and run.conditional and name in owner.cls.info.fields:
        known = run.attribute(owner, name)
    is_none = isinstance(known, Const) and known.value is None
    keep = known is not None and not is_none and (run.conditional or run.loops) and type(known) is not Value
    owner.attributes[name] = join([known, value]) if keep and known is not None else value


def _set_item(run: Run, owner: ast.expr, index: ast.expr, value: Value, scope: Scope) -> None:
    container = run.evaluate(owner, scope)
    key = run.evaluate(index, scope) if not isinstance(index, ast.Slice) else Value()
    other = False
    for option in options(container):
        match option:
            case Mapping() if isinstance(key, Const) and isinstance(key.value, str | int):
                known = option.values.get(key.value)
                weak = known is not None and (run.conditional or run.loops)
                option.values[key.value] = join([known, value]) if weak and known is not None else value
            case Mapping():
                option.rest = join([v for v in (option.rest, value) if v is not None])
            case Items():
                option.rest = join([v for v in (option.rest, value) if v is not None])
            case _:
                other = True
    if other and isinstance(owner, ast.Name):
        scope.bind(owner.id, marked(container, origins(value)))
