"""Payload codecs of Temporal: what a client's data converter does to every argument and result that crosses the engine.

No workflow names its codec: a `Worker(client, workflows=[...])` ties the two together. The functions that build workers
are followed for that alone, once a tree, the first time that a workflow runs an activity.
"""

from __future__ import annotations

import ast

from assess.resolving.containers import wait_for
from assess.resolving.imports import module_scope
from assess.resolving.objects import ancestry, class_attribute
from assess.resolving.program import FunctionInfo, ModuleInfo
from assess.resolving.running import Arguments, Run, Session
from assess.resolving.values import (
    Choice,
    Class,
    Configuration,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Origins,
    Value,
    options,
    origins,
)

WORKER = "temporalio.worker.Worker"
CODEC = "PayloadCodec"
DEEPEST = 6


def on_worker(run: Run, callee: External, arguments: Arguments) -> None:
    """Remember the codec of the client that a worker is given, for each of its workflows."""
    if callee.path != WORKER or run.session.codecs is None:
        return
    found = _codec(run, arguments.get(0, "client") or Value(), DEEPEST, set())
    given = arguments.get(-1, "workflows")
    for value in given.values if found is not None and isinstance(given, Items) else ():
        for option in options(value):
            if isinstance(option, Class) and found is not None:
                run.session.codecs[id(option.info)] = found


def encodes(session: Session, call: Configuration) -> bool:
    """Whether a client made like this sends its payloads through a codec of the tree, or through a plugin's."""
    run = Run(session)
    if "plugins" in call.keywords:
        return True
    given = [*call.positional, *call.keywords.values()]
    if any(_codec(run, value, DEEPEST, set()) is not None for value in given):
        return True
    converter = call.keywords.get("data_converter") or Value()
    made = [o.made for o in options(converter) if isinstance(o, External) and o.made is not None]
    return any("payload_codec" in one.keywords for one in made)


def crossed(run: Run, verb: str, sent: Origins, arguments: Arguments) -> Origins:
    """Follow `decode` or `encode` of the codec of the workflow that runs here; what the payloads then come from."""
    codec = _codec_here(run)
    if codec is None:
        return sent
    method = class_attribute(run, codec.cls, verb, codec)
    if not isinstance(method, Function):
        return sent
    payloads = Items(sent, rest=Value(sent), ordered=False)
    value = run.call(method, Arguments([payloads], {}, arguments.node, arguments.scope))
    if isinstance(value, Coroutine):
        wait_for(run, value)
        value = value.result
    return sent | origins(value)


def _codec_here(run: Run) -> Instance | None:
    if run.session.codecs is None:
        run.session.codecs = {}
        for info in list(_builders(run)):
            _look(run, info)
    for info in run.stack:
        found = run.session.codecs.get(id(info.cls)) if info.cls is not None else None
        if isinstance(found, Instance):
            return found
    return None


def _builders(run: Run) -> list[FunctionInfo]:
    """The functions that build a worker."""
    return [
        info
        for module in run.program.modules()
        if _imports_worker(module)
        for info in module.functions.values()
        if any(isinstance(n, ast.Call) and _is_worker(n.func) for n in ast.walk(info.node))
    ]


def _imports_worker(module: ModuleInfo) -> bool:
    statements = [s for name in ("Worker", "temporalio") for s, _ in module.definitions.get(name, ())]
    names = {s.module for s in statements if isinstance(s, ast.ImportFrom)}
    return "temporalio.worker" in names or any(isinstance(s, ast.Import) for s in statements)


def _is_worker(func: ast.expr) -> bool:
    return (isinstance(func, ast.Name) and func.id == "Worker") or (
        isinstance(func, ast.Attribute) and func.attr == "Worker"
    )


def _look(run: Run, info: FunctionInfo) -> None:
    inner = Run(run.session)
    scope = run.session.enclosing.get(id(info.node)) or module_scope(inner, info.module)
    with inner.counting("muted"), inner.capturing():
        inner.call(Function(info=info, scope=scope), Arguments([], {}, None, scope, open=True))


def _codec(run: Run, value: Value, depth: int, seen: set[int]) -> Instance | None:
    """A codec among what a client was made of."""
    if depth < 0 or id(value) in seen:
        return None
    seen.add(id(value))
    if isinstance(value, Instance) and _is_codec(run, value):
        return value
    for part in _parts(value):
        found = _codec(run, part, depth - 1, seen)
        if found is not None:
            return found
    return None


def _is_codec(run: Run, value: Instance) -> bool:
    return any(isinstance(a, External) and a.path.rpartition(".")[2] == CODEC for a in ancestry(run, value.cls))


def _parts(value: Value) -> list[Value]:
    match value:
        case Choice():
            return list(value.options)
        case Items():
            return [*value.values, *([value.rest] if value.rest else [])]
        case Mapping():
            return [*value.values.values(), *([value.rest] if value.rest else [])]
        case Instance():
            return list(value.attributes.values())
        case Coroutine():
            return [value.result]
        case External() if value.made is not None:
            return [*value.made.positional, *value.made.keywords.values()]
    return []
