"""Waiting inside an engine for what the outside sends: `workflow.wait_condition(lambda: self.decision is not None)`.

A wait is a step if a signal or an update changes what its condition reads; one that only waits for the workflow's own
work is none. It is a person's where the names of the signal, of what it carries or of what it sets say so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from assess.frameworks import temporal as rules
from assess.model.step import Kind
from assess.resolving.events import leave_process
from assess.resolving.program import ClassInfo, FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.values import Bound, External, Function, Value, options, source_text


def on_call(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """A wait for a condition, or None for any other call."""
    fact = run.session.fact(callee.path) if callee.path == rules.WAITS else None
    if fact is None:
        return None
    condition = arguments.get(0, "fn")
    cls = _class_of(arguments)
    read = set(_read(condition))
    senders = [m for m in _arrivals(run, cls) if read & set(_written(m))] if cls is not None else []
    if not senders:
        return Value()
    texts = [text for m in senders for text in _texts(m)]
    person = any(rules.PERSON.search(text) for text in [*texts, *read])
    return leave_process(run, callee, replace(fact, kind=Kind.HUMAN) if person else fact, arguments)


def _class_of(arguments: Arguments) -> ClassInfo | None:
    scope = arguments.scope
    while scope.parent is not None and (scope.function is None or scope.function.cls is None):
        scope = scope.parent
    return scope.function.cls if scope.function is not None else None


def _arrivals(run: Run, cls: ClassInfo) -> Iterator[FunctionInfo]:
    for method in cls.methods.values():
        parts = [d.path.split(".") for d in run.session.decorations.get(id(method.node), ())]
        if any(p[0] == rules.ROOT and rules.ARRIVES & set(p) for p in parts):
            yield method


def _read(condition: Value | None) -> Iterator[str]:
    """The attributes of the workflow that a condition reads, those that it reads through a method included."""
    for option in options(condition) if condition is not None else ():
        inner = option.function if isinstance(option, Bound) else option
        if isinstance(inner, Function):
            names = list(_attributes(inner.info.node))
            yield from names
            for cls in [inner.info.cls] if inner.info.cls is not None else []:
                yield from (n for name in names if name in cls.methods for n in _attributes(cls.methods[name].node))


def _attributes(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                yield name


def _written(method: FunctionInfo) -> Iterator[str]:
    """What a method changes: attributes that it sets, and containers whose methods it calls."""
    for part in ast.walk(method.node):
        match part:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr=name), ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr=name))):
                yield name


def _texts(method: FunctionInfo) -> Iterator[str]:
    yield method.name
    yield from _written(method)
    for argument in method.node.args.args[1:]:
        yield argument.arg
        if argument.annotation is not None:
            yield source_text(argument.annotation, 1_000)
