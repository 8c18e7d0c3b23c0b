"""Calls: functions of the tree are followed, calls outside become events, known wrappers do what they do."""

from __future__ import annotations

import ast
from dataclasses import replace

from assess.frameworks.registry import registers
from assess.model.observed import LogKind
from assess.model.source import Place
from assess.model.step import Kind, Retry, Via
from assess.reading.tree import STDLIB
from assess.resolving import hooks
from assess.resolving.agents import follow_tools
from assess.resolving.beginning import begins
from assess.resolving.containers import call_method
from assess.resolving.decorated import call_decorated
from assess.resolving.events import leave_process
from assess.resolving.graphs import on_graph
from assess.resolving.imports import module_scope
from assess.resolving.interfaces import call_interface
from assess.resolving.known import KNOWN
from assess.resolving.layers import retry_of_decorator
from assess.resolving.leaving import held
from assess.resolving.logs import has_key, log_kind
from assess.resolving.objects import annotated, class_attribute, construct
from assess.resolving.people import ask_people
from assess.resolving.program import FunctionInfo
from assess.resolving.recursing import frame_of, inside_again, settle
from assess.resolving.remembering import Before, recall, remember, whose
from assess.resolving.running import DEEPEST_CALL, Arguments, Frame, Handed, Run
from assess.resolving.scopes import Scope
from assess.resolving.settings import SETS_UP
from assess.resolving.stating import stages, stated
from assess.resolving.stores import call_store
from assess.resolving.trace import Again, Branch, Called, Event, Logged, Recursed, Spot, Trace, Worked
from assess.resolving.unresolved import note_unresolved
from assess.resolving.values import (
    Bound,
    Choice,
    Class,
    Configuration,
    Const,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Method,
    Origins,
    Value,
    join,
    number_of,
    of_the_known,
    options,
    origins,
    source_text,
    text_of,
)

SHORTEST_WAIT = 0.01
"""Seconds below which a pause is none."""


def call(run: Run, callee: Value, arguments: Arguments) -> Value:
    """The value of a call."""
    match callee:
        case Function():
            return call_function(run, callee, arguments)
        case Class():
            return hooks.of_class(run, callee, arguments) or construct(run, callee, arguments)
        case External():
            return _call_external(run, callee, arguments)
        case Bound():
            keywords = {**callee.keywords, **arguments.keywords}
            positional = [*callee.positional, *arguments.positional]
            inner = Arguments(positional, keywords, arguments.node, arguments.scope, arguments.open, arguments.rest)
            return call(run, callee.function, inner)
        case Choice():
            return _call_choice(run, callee, arguments)
        case Instance():
            return _call_instance(run, callee, arguments)
        case Method(receiver=Function() as function, name=name):
            hooked = hooks.of_method(run, function, name, arguments, follow_function)
            return hooked if hooked is not None else call_decorated(run, callee, arguments)
        case Method():
            return call_method(run, callee, arguments)
    return Value(_all_origins(callee, arguments))


def _all_origins(callee: Value, arguments: Arguments) -> frozenset[int]:
    found = origins(callee)
    for value in arguments.all():
        found |= origins(value)
    return found


def _call_choice(run: Run, choice: Choice, arguments: Arguments) -> Value:
    service = call_interface(run, choice, arguments)
    if service is not None:
        return service
    results: list[Value] = []
    arms: list[Trace] = []
    seen: list[set[int]] = []
    for option in choice.options:
        if isinstance(option, Const | Items | Mapping):
            continue
        with run.capturing() as trace, run.counting("conditional"):
            results.append(call(run, option, arguments))
        numbers = {e.number for e in trace.events()}
        if trace.nodes and (not numbers or numbers not in seen):
            arms.append(trace)
        seen.append(numbers)
    if len(arms) == 1:
        if all(numbers == seen[0] for numbers in seen):
            _not_decided_here(run, arms[0])
        for node in arms[0].nodes:
            run.emit(node)
    elif arms and arguments.node is not None:
        spot = run.spot(arguments.node, arguments.scope)
        run.emit(Branch(spot, "one of several", [(None, arm) for arm in arms], open=False))
    results = of_the_known(results)
    if choice.origins and any(isinstance(o, Method) for o in choice.options):
        results.append(Value(choice.origins))
    return join(results) if results else Value(_all_origins(choice, arguments))


def _not_decided_here(run: Run, arm: Trace) -> None:
    """Whichever of the options is called, the same calls leave the process: what is chosen does not decide that."""
    for node in arm.nodes:
        if isinstance(node, Event) and not run.conditional:
            node.conditional = False


def _call_instance(run: Run, instance: Instance, arguments: Arguments) -> Value:
    for name in ("__call__", "forward", "aforward"):
        method = class_attribute(run, instance.cls, name, instance)
        if isinstance(method, Function):
            return call(run, method, arguments)
    made = instance.attributes.get("<made>")
    if isinstance(made, External):
        return _call_external(run, External(made.origins, f"{made.path}.__call__", made.made), arguments)
    return Value(_all_origins(instance, arguments))


def _call_external(run: Run, callee: External, arguments: Arguments) -> Value:
    known = KNOWN.get(callee.path) or KNOWN.get("*." + callee.path.rpartition(".")[2])
    value = known(run, callee, arguments) if known is not None else None
    if value is None:
        value = on_graph(run, callee, arguments)
    if value is None:
        value = hooks.of_call(run, callee, arguments, follow_function)
    if value is not None:
        return value
    _note_handed(run, callee, arguments)
    log = log_kind(callee.path)
    if log is not None and arguments.node is not None:
        run.emit(Logged(log, run.spot(arguments.node, arguments.scope), has_key(arguments.node)))
        return External(path=callee.path)
    path = _with_literal(callee.path, arguments)
    fact = run.session.fact(path)
    if fact is not None and fact.kind is Kind.WAIT and _only_yields(arguments):
        return Const(value=None)
    if fact is not None:
        result = leave_process(run, replace_path(callee, path), fact, arguments)
        if fact.kind is Kind.AGENT:
            follow_tools(run, callee, arguments)
            ask_people(run, callee)
        return result
    return _made(run, callee, path, arguments)


def _made(run: Run, callee: External, path: str, arguments: Arguments) -> Value:
    """A call that makes no step: a client is constructed, or something goes on from one."""
    made = callee.made
    if made is not None and made.path == path and not callee.result:
        # What a constructor gave is called itself.
        inner = run.session.fact(f"{path}.__call__")
        if inner is not None:
            return leave_process(run, replace_path(callee, f"{path}.__call__"), inner, arguments)
    called_itself = made is not None and made.path == path and not arguments.all()
    if made is None or (run.session.client(path) is not None and not called_itself):
        scope = arguments.scope
        line = arguments.node.lineno if arguments.node else 1
        made = Configuration(
            path, tuple(arguments.positional), dict(arguments.keywords), scope.module.path, line, scope.cell
        )
        if path.rpartition(".")[2] in SETS_UP or run.session.telemetry(path) is not None:
            run.session.set_up.setdefault(path, {})[scope.module.path, scope.cell, line] = made
    else:
        run.states += stated(arguments) if not run.muted and stages(path) else ()
        if callee.path.startswith("sqlalchemy."):
            run.staged.setdefault(id(made), set()).add(callee.path.rpartition(".")[2])
    note_unresolved(run, callee, arguments)
    if run.trying and arguments.node is not None and path.partition(".")[0] not in STDLIB | {"builtins"}:
        _note_work(run, callee, arguments, arguments.node)
    return External(_all_origins(callee, arguments) | held(run, callee, arguments), path, made, callee.result)


def _note_work(run: Run, callee: External, arguments: Arguments, node: ast.Call) -> None:
    """Remember work of a package on what a step gave: if it fails inside a `try`, that content is lost."""
    if not callee.result and _all_origins(callee, arguments):
        spot = run.spot(node, arguments.scope)
        run.emit(Worked(LogKind.PROGRESS, spot, what=source_text(node.func, 48)))


def _only_yields(arguments: Arguments) -> bool:
    """`sleep(0)` and the like: nobody waits, others get their turn."""
    seconds = number_of(arguments.get(0, "delay", "seconds", "secs"))
    return seconds is not None and seconds < SHORTEST_WAIT


def _note_handed(run: Run, callee: External, arguments: Arguments) -> None:
    """Remember functions that are handed to something that starts them later: routes, consumers, schedules."""
    rule = registers(callee.path)
    if rule is None:
        return
    value = arguments.get(rule.position, *rule.names)
    for option in options(value) if value is not None else ():
        if isinstance(option, Function):
            run.session.handed.append(Handed(callee.path, option, arguments))


def replace_path(value: External, path: str) -> External:
    """The same value under another path."""
    return value if path == value.path else External(value.origins, path, value.made, value.result)


_NAMED_BY_LITERAL = {
    "boto3": ("client", "resource"),
    "aioboto3": ("client", "resource"),
    "aiobotocore": ("create_client",),
    "botocore": ("create_client",),
    "googleapiclient": ("build",),
}


def _with_literal(path: str, arguments: Arguments) -> str:
    """`boto3.client("s3")` is a client of its own: the literal goes into the path."""
    verbs = _NAMED_BY_LITERAL.get(path.partition(".")[0])
    if verbs is None or path.rpartition(".")[2] not in verbs:
        return path
    service = text_of(arguments.get(0, "service_name", "serviceName"))
    return f"{path}({service})" if service and "{" not in service else path


def call_function(run: Run, function: Function, arguments: Arguments) -> Value:
    """The value of calling a function of the tree: what the framework that decorates it does, else what it does."""
    hooked = hooks.of_function(run, function, arguments, follow_function)
    if hooked is None:
        hooked = call_store(run, function, arguments)
    return hooked if hooked is not None else follow_function(run, function, arguments)


def follow_function(run: Run, function: Function, arguments: Arguments) -> Value:
    """Follow a function of the tree with these arguments."""
    info = function.info
    given = _all_origins(Value(), arguments)
    if arguments.node is not None and info not in run.stack:
        run.session.called.add(id(info.node))
    if run.calls_left <= 0 or len(run.stack) >= DEEPEST_CALL:
        _note_cut(run, info)
        return _as_before(run, function, arguments, given)
    site = run.spot(arguments.node, arguments.scope) if arguments.node is not None else None
    frame = frame_of(run, function, arguments)
    if frame is not None and site is not None and info.generator is False:
        return _again(run, function, arguments, frame, site)
    if run.stack.count(info) >= 2:
        return Value(given)
    known = recall(run, function, arguments, given)
    if known is not None:
        return _called(run, info, site, *known)
    before = Before.of(run)
    scope = _entered(run, function, arguments)
    retries = _retries_around(run, info)
    result, trace = _follow(run, function, scope, site, retries)
    remember(run, function, result, trace, before)
    if any(True for _ in trace.events()):
        run.shown[whose(function)] = trace
    return _called(run, info, site, result, trace)


def _retries_around(run: Run, info: FunctionInfo) -> list[Retry]:
    """What its decorators try again."""
    found = [retry_of_decorator(d) for d in run.session.decorations.get(id(info.node), ())]
    node = info.node
    at = Place(info.module.path, node.lineno, node.col_offset, node.end_lineno or node.lineno)
    return [replace(retry, at=at) for retry in found if retry is not None]


def _as_before(run: Run, function: Function, arguments: Arguments, given: Origins) -> Value:
    """A call beyond the budget does what the function did when it was followed."""
    known = run.shown.get(whose(function))
    if known is None or arguments.node is None:
        return Value(given)
    node = Again(run.spot(arguments.node, arguments.scope), known)
    if function.info.is_async and not function.info.generator:
        return Coroutine(given, Trace([node]), Value(given))
    run.emit(node)
    return Value(given)


def _entered(run: Run, function: Function, arguments: Arguments) -> Scope:
    """The scope of a call of a function, with its parameters."""
    info = function.info
    run.calls_left -= 1
    run.session.calls += 1
    scope = Scope(info.module, function.scope, info)
    scope.cell = info.cell
    bind(run, info, function.bound, arguments, scope)
    return scope


def _again(run: Run, function: Function, arguments: Arguments, frame: Frame, site: Spot) -> Value:
    """A function that is being followed calls itself: followed once more for what it gives and passes on."""
    info = function.info
    node = Recursed(site, frame.trace, Trace())
    result = Value(_all_origins(Value(), arguments))
    if run.stack.count(info) < 2:
        with inside_again(run, frame):
            result, node.inner = _follow(run, function, _entered(run, function, arguments), None, [])
        frame.recursed.append(node)
    if info.is_async:
        return Coroutine(result.origins, Trace([node]), result)
    run.emit(node)
    return result


def _note_cut(run: Run, info: FunctionInfo) -> None:
    """Remember that something is left out here; what a muted run leaves out is part of no pipeline."""
    run.cuts += 1
    if not run.muted:
        run.session.cut.add(run.stack[0].module.path if run.stack else info.module.path)


def _called(run: Run, info: FunctionInfo, site: Spot | None, result: Value, trace: Trace) -> Value:
    """What a call that was followed gives; what it shows is emitted, or deferred until somebody awaits it."""
    nodes = [] if trace.quiet else list(trace.nodes)
    if nodes and site is not None:
        called = Called(site, info.name, _definition(info), trace)
        nodes = [called]
        if info.generator and isinstance(result, Items):
            result.lazy = called
    if info.is_async and not info.generator:
        return Coroutine(result.origins, Trace(nodes), result)
    for node in nodes:
        run.emit(node)
    return result


def _definition(info: FunctionInfo) -> Spot:
    node = info.node
    return Spot(
        info.module.path, node.lineno, node.col_offset, node.end_lineno or node.lineno, info.cell, info.qualified_name
    )


def _follow(run: Run, function: Function, scope: Scope, site: Spot | None, retries: list[Retry]) -> tuple[Value, Trace]:
    info = function.info
    if site is not None:
        run.via.append(Via(site.file, site.line, site.function))
        run.sites.append((site.file, site.line, site.column))
    run.stack.append(info)
    run.retries.extend(retries)
    with run.capturing() as trace:
        frame = Frame(info, function.bound, trace, len(run.sites))
        run.frames.append(frame)
        if isinstance(info.node, ast.Lambda):
            scope.returned.append(run.evaluate(info.node.body, scope))
        else:
            trace.exits = None if run.execute(info.node.body, scope) is None else "return"
            trace.begins = begins(info.node.body)
    settle(frame)
    del run.retries[len(run.retries) - len(retries) :]
    run.stack.pop()
    run.frames.pop()
    if site is not None:
        run.via.pop()
        run.sites.pop()
    if info.generator:
        return Items(rest=join(scope.yielded) if scope.yielded else None, ordered=False), trace
    if scope.returned:
        result = join(scope.returned)
        if _tells_nothing(run, result) and not isinstance(info.node, ast.Lambda) and info.node.returns is not None:
            promised = annotated(run, info.node.returns, scope)
            result = promised if isinstance(promised, External) and not result.origins else result
        return result, trace
    return Const(value=None), trace


def _tells_nothing(run: Run, result: Value) -> bool:
    """Whether a result is unknown, or what a package gives of which nothing is known: then the annotation counts."""
    if isinstance(result, External):
        root = result.path.partition(".")[0]
        return (
            not result.result
            and root not in STDLIB
            and root != "builtins"
            and not run.catalogue.known_root(result.path)
        )
    return type(result) is Value


def bind(run: Run, info: FunctionInfo, bound: Value | None, arguments: Arguments, scope: Scope) -> None:
    """Give the parameters their values: arguments, else defaults, else what the annotations promise."""
    node = info.node.args
    positional = list(arguments.positional)
    if bound is not None:
        positional.insert(0, bound)
    parameters = [*node.posonlyargs, *node.args]
    keywords = dict(arguments.keywords)
    defaults: dict[str, ast.expr] = {
        p.arg: d for p, d in zip(reversed(parameters), reversed(node.defaults), strict=False)
    }
    defaults.update({p.arg: d for p, d in zip(node.kwonlyargs, node.kw_defaults, strict=True) if d is not None})
    for number, parameter in enumerate([*parameters, *node.kwonlyargs]):
        is_positional = number < len(parameters)
        value: Value | None = None
        if is_positional and positional:
            value = positional.pop(0)
            keywords.pop(parameter.arg, None)
        elif parameter.arg in keywords:
            value = keywords.pop(parameter.arg)
        elif parameter.arg in defaults and not arguments.open:
            value = _default(run, defaults[parameter.arg], scope)
        elif arguments.rest:
            value = Value(arguments.rest)
        scope.names[parameter.arg] = _with_promise(run, value, parameter, defaults, scope)
    if parameters and info.cls is not None and bound is not None:
        scope.self_value = scope.names.get(parameters[0].arg)
    if node.vararg is not None:
        scope.names[node.vararg.arg] = Items(values=positional)
    if node.kwarg is not None:
        rest = Mapping(rest=Value(arguments.rest) if arguments.rest or arguments.open else None)
        rest.values.update(keywords)
        scope.names[node.kwarg.arg] = rest


def _default(run: Run, node: ast.expr, scope: Scope) -> Value:
    with run.counting("muted"):
        return run.evaluate(node, scope.parent or module_scope(run, scope.module))


def _with_promise(
    run: Run, value: Value | None, parameter: ast.arg, defaults: dict[str, ast.expr], scope: Scope
) -> Value:
    if value is None and parameter.arg in defaults:
        value = _default(run, defaults[parameter.arg], scope)
        if isinstance(value, Const):
            value = None
    known = value is not None and type(value) is not Value and not (isinstance(value, Const) and value.value is None)
    if known and value is not None:
        return value
    if parameter.annotation is not None:
        promised = annotated(run, parameter.annotation, scope.parent or scope)
        if type(promised) is not Value:
            shared = isinstance(promised, Instance)
            if value is not None and value.origins and not shared:
                return replace(promised, origins=value.origins)
            if value is None or not isinstance(value, Const):
                return promised
    return value if value is not None else Value()
