"""Airflow: DAGs declared by a decorator, a `with` block or `dag=`; operators and `@task` functions as their tasks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assess.frameworks import airflow as rules
from assess.model.step import Kind, Retry, RetryBy, RetryWait, Timeout, TimeoutFrom
from assess.resolving import tasks
from assess.resolving.agents import follow_tools
from assess.resolving.containers import wait_for
from assess.resolving.engines import seconds_of
from assess.resolving.events import leave_process
from assess.resolving.objects import ancestry, class_attribute, construct
from assess.resolving.running import Arguments, Decoration, Run
from assess.resolving.scopes import Scope
from assess.resolving.tasks import Group, Plan, Task, plan_here
from assess.resolving.trace import Parallel, Spot, Trace
from assess.resolving.values import (
    NONE,
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
    element,
    marked_copy,
    number_of,
    options,
    origins,
    text_of,
)

Follow = Callable[[Run, Function, Arguments], Value]
HANDLE = "airflow.task"
_PULLED = re.compile(r"xcom_pull\(\s*(?:task_ids\s*=\s*)?\[?\s*['\"]([\w.\-]+)['\"]")


@dataclass(eq=False, slots=True)
class Prepared:
    """`.partial(...)` or `.override(...)`: a task with some of its settings, that is not called yet."""

    function: Function | None
    callee: Value
    keywords: dict[str, Value]
    settings: dict[str, Value]
    handles: list[Configuration] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Body:
    """What a task does when it runs."""

    name: str
    settings: dict[str, Value]
    given: list[Value]
    work: Callable[[], Value]


# Decorated functions


def on_decorated(
    run: Run, function: Function, arguments: Arguments, decoration: Decoration, follow: Follow
) -> Value | None:
    """The value of calling a function under a decorator of Airflow, or None if it is called as any other."""
    last = decoration.path.rpartition(".")[2]
    if last == rules.DAG_DECORATOR:
        return _declared(run, function, arguments, decoration, follow)
    if plan_here(run) is None or arguments.node is None:
        return None
    if last == rules.GROUP_DECORATOR:
        group = Group()
        handle = _handle(run, group, run.spot(arguments.node, arguments.scope))
        with tasks.opened(run, handle):
            follow(run, function, arguments)
        return handle
    return _task(run, function, arguments, decoration, {}, follow)


def _declared(
    run: Run, function: Function, arguments: Arguments, decoration: Decoration, follow: Follow
) -> Value | None:
    """A DAG function declares its tasks; a call of it in the code only registers the DAG."""
    if arguments.node is not None:
        return External(path="airflow.DAG")
    node, scope = function.info.node, Scope(function.info.module, None, function.info)
    plan = Plan(run.spot(node, scope), function.info.name, dict(decoration.keywords), live=False)
    run.declaring.append(plan)
    value = follow(run, function, arguments)
    run.declaring.pop()
    run.emit(plan.graph())
    return value


def _task(
    run: Run,
    function: Function,
    arguments: Arguments,
    decoration: Decoration,
    settings: dict[str, Value],
    follow: Follow,
    mapped: list[Value] | None = None,
) -> Value:
    """One more task; `mapped`: what it is mapped over."""
    given = [tasks.results(run, v) for v in arguments.positional]
    named = {k: tasks.results(run, v) for k, v in arguments.keywords.items()}
    inner = Arguments(given, named, arguments.node, arguments.scope, open=True)

    def work() -> Value:
        value = follow(run, function, inner)
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
        return _of_decorator(run, function, decoration, value)

    body = Body(function.info.name, {**decoration.keywords, **settings}, [*arguments.all(), *(mapped or ())], work)
    assert arguments.node is not None
    return _add(run, body, run.spot(arguments.node, arguments.scope), mapped=mapped is not None)


def _of_decorator(run: Run, function: Function, decoration: Decoration, value: Value) -> Value:
    """`@task.agent` and its like: the function makes the prompt, the decorator's own task makes the call."""
    fact = run.session.fact(decoration.path)
    node = _decorator_call(function, decoration)
    if fact is None or node is None or function.scope is None:
        return value
    arguments = Arguments([value], dict(decoration.keywords), node, function.scope)
    callee = External(path=decoration.path)
    result = leave_process(run, callee, fact, arguments)
    if fact.kind is Kind.AGENT:
        follow_tools(run, callee, arguments)
    return result


def _decorator_call(function: Function, decoration: Decoration) -> ast.Call | None:
    node, last = function.info.node, decoration.path.rpartition(".")[2]
    for decorator in node.decorator_list if not isinstance(node, ast.Lambda) else ():
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(func, ast.Attribute) and func.attr == last:
            bare = ast.copy_location(ast.Call(func=func, args=[], keywords=[]), decorator)
            return decorator if isinstance(decorator, ast.Call) else bare
    return None


def on_method(
    run: Run, function: Function, name: str, arguments: Arguments, decoration: Decoration, follow: Follow
) -> Value | None:
    """`task.expand(...)`, `task.partial(...)`, `task.override(...)`."""
    if plan_here(run) is None or arguments.node is None:
        return None
    if name in rules.PREPARED:
        sets = name == "override"
        prepared = Prepared(
            function,
            External(path=decoration.path),
            {} if sets else dict(arguments.keywords),
            dict(arguments.keywords) if sets else {},
        )
        return _prepared(run, prepared, arguments)
    if name in rules.MAPPED:
        return _task(run, function, _one_of(run, name, arguments), decoration, {}, follow, arguments.all())
    return None


def _one_of(run: Run, name: str, arguments: Arguments) -> Arguments:
    """The arguments of one of the mapped tasks."""
    if name == "expand_kwargs":
        return Arguments([], {}, arguments.node, arguments.scope, open=True)
    keywords = {k: element(tasks.results(run, v)) for k, v in arguments.keywords.items()}
    return Arguments([], keywords, arguments.node, arguments.scope)


def _prepared(run: Run, prepared: Prepared, arguments: Arguments) -> External:
    assert arguments.node is not None
    spot = run.spot(arguments.node, arguments.scope)
    made = Configuration(HANDLE, (), {}, spot.file, spot.line)
    prepared.handles.append(made)
    run.session.graphs[id(made)] = prepared
    return External(path=HANDLE, made=made)


# Calls outside the tree


def on_call(run: Run, callee: External, arguments: Arguments, follow: Follow) -> Value | None:
    """A call of something of Airflow: a DAG, a group, an operator, an order; None for anything else."""
    node, last = arguments.node, callee.path.rpartition(".")[2]
    if node is None:
        return None
    if callee.path.startswith(HANDLE):
        return _on_handle(run, callee, last, arguments, follow)
    if last in rules.PLANS:
        name = text_of(arguments.get(0, "dag_id")) or "dag"
        plan = Plan(run.spot(node, arguments.scope), name, dict(arguments.keywords), live=not run.muted)
        return tasks.handle(run, plan, callee.path, NONE, plan.spot)
    if last in rules.GROUPS:
        return _handle(run, Group(), run.spot(node, arguments.scope))
    if last in rules.IN_ORDER:
        for first, then in zip(arguments.positional, arguments.positional[1:], strict=False):
            tasks.linked(run, first, then)
        return Value()
    if last in rules.ACROSS and len(arguments.positional) > 1:
        tasks.linked(run, arguments.positional[0], arguments.positional[1])
        return Value()
    head, _, maker = callee.path.rpartition(".")
    if maker == "partial" and head.endswith(rules.OPERATOR_ENDINGS):
        return _prepared(run, Prepared(None, External(path=head), {}, dict(arguments.keywords)), arguments)
    if last.endswith(rules.OPERATOR_ENDINGS) and callee.made is None:
        return _operator(run, callee, arguments, {})
    return None


def _on_handle(run: Run, callee: External, last: str, arguments: Arguments, follow: Follow) -> Value | None:
    record = tasks.record_of(run, callee)
    if last in ("set_downstream", "set_upstream") and arguments.positional:
        pair = (callee, arguments.positional[0])
        tasks.linked(run, *(pair if last == "set_downstream" else reversed(pair)))
        return Value()
    if not isinstance(record, Prepared):
        return External(callee.origins, callee.path, callee.made) if record is not None else None
    if last in rules.PREPARED:
        more = dict(arguments.keywords)
        inner = Prepared(record.function, record.callee, record.keywords, record.settings)
        target = inner.settings if last == "override" or record.function is None else inner.keywords
        target.update(more)
        return _prepared(run, inner, arguments)
    mapped = arguments.all() if last in rules.MAPPED else None
    given = _one_of(run, last, arguments) if mapped is not None else arguments
    path = record.callee.path if isinstance(record.callee, External) else HANDLE
    keywords = {**record.keywords, **given.keywords}
    inner_arguments = Arguments(given.positional, keywords, arguments.node, arguments.scope, open=True)
    if record.function is not None:
        decoration = next(
            (d for d in run.session.decorations.get(id(record.function.info.node), ()) if d.path == path),
            Decoration(path),
        )
        return _task(run, record.function, inner_arguments, decoration, record.settings, follow, mapped)
    return _operator(run, External(path=path), inner_arguments, record.settings, mapped)


def _operator(
    run: Run,
    callee: External,
    arguments: Arguments,
    settings: dict[str, Value],
    mapped: list[Value] | None = None,
) -> Value | None:
    """An operator of a package: what its callable does, and the call that the catalogue knows it for."""
    keywords = {**settings, **arguments.keywords}
    plan = _owner(run, keywords)
    fact = run.session.fact(callee.path)
    if plan is None or arguments.node is None:
        return None
    resolved = Arguments(
        [tasks.results(run, v) for v in arguments.positional],
        {k: _with_pulled(plan, tasks.results(run, v)) for k, v in keywords.items()},
        arguments.node,
        arguments.scope,
        arguments.open,
    )

    def work() -> Value:
        value = _callables(run, resolved)
        if fact is None:
            return value
        result = leave_process(run, External(path=callee.path), fact, resolved)
        if fact.kind is Kind.AGENT:
            follow_tools(run, External(path=callee.path), resolved)
        return result

    given = [*arguments.positional, *keywords.values(), *(mapped or ())]
    body = Body(text_of(keywords.get("task_id")) or callee.path.rpartition(".")[2], keywords, given, work)
    return _add(run, body, run.spot(arguments.node, arguments.scope), plan, mapped=mapped is not None)


def on_class(run: Run, cls: Class, arguments: Arguments) -> Value | None:
    """An operator of the tree: its `execute` is followed, unless the catalogue knows it by its place."""
    plan = _owner(run, arguments.keywords)
    if plan is None or arguments.node is None:
        return None
    path = ".".join([*cls.info.module.path.removesuffix(".py").split("/"), cls.info.name])
    if path.startswith("airflow.") and run.session.fact(path) is not None:
        return _operator(run, External(path=path), arguments, {})
    above = [a.path for a in ancestry(run, cls) if isinstance(a, External)]
    base = next((p for p in above if p.startswith("airflow.") and p.endswith(rules.OPERATOR_ENDINGS)), None)
    if base is None:
        return None
    instance = construct(run, cls, arguments)
    own = next((n for n in rules.EXECUTES if isinstance(class_attribute(run, cls, n, None), Function)), None)
    if own is None:
        return _operator(run, External(path=base), arguments, {})

    def work() -> Value:
        method = run.attribute(instance, own)
        value = run.call(method, Arguments([Value()], {}, arguments.node, arguments.scope, open=True))
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
        return value

    name = text_of(arguments.keywords.get("task_id")) or cls.info.name
    body = Body(name, arguments.keywords, arguments.all(), work)
    handle = _add(run, body, run.spot(arguments.node, arguments.scope), plan)
    if isinstance(instance, Instance):
        instance.attributes["<task>"] = handle
        return instance
    return handle


def _callables(run: Run, arguments: Arguments) -> Value:
    """What `PythonOperator(python_callable=f, op_args=..., op_kwargs=...)` runs."""
    result: Value = Value()
    for name in rules.CALLABLES:
        function = arguments.keywords.get(name)
        if function is None:
            continue
        args, kwargs = arguments.keywords.get("op_args"), arguments.keywords.get("op_kwargs")
        positional = list(args.values) if isinstance(args, Items) else []
        named = {k: v for k, v in kwargs.values.items() if isinstance(k, str)} if isinstance(kwargs, Mapping) else {}
        value = run.call(function, Arguments(positional, named, arguments.node, arguments.scope, open=True))
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
        result = value
    return result


# Tasks


def _owner(run: Run, keywords: dict[str, Value]) -> Plan | None:
    named = tasks.record_of(run, keywords.get("dag"))
    return named if isinstance(named, Plan) else plan_here(run)


def _add(run: Run, body: Body, spot: Spot, plan: Plan | None = None, *, mapped: bool = False) -> External:
    """Follow what a task does, under its retries and time-outs, and put it into the plan."""
    plan = plan or plan_here(run)
    assert plan is not None
    settings = {**_defaults(plan), **body.settings}
    with (
        run.capturing() as trace,
        tasks.suspended(run),
        run.layer(retry=_retry(settings), timeout=_timeout(settings)),
    ):
        if mapped:
            with run.counting("parallel"):
                value = body.work()
        else:
            value = body.work()
    if mapped and trace.nodes:
        trace = Trace([Parallel(spot, f"{body.name}, mapped", [trace], many=True)])
        value = Items(origins(value), rest=value, ordered=False)
    task = Task(body.name, spot, trace, value)
    plan.add(task)
    for given in body.given:
        plan.arrows += [(before, task) for before in tasks.in_it(run, given)]
    return _handle(run, task, spot, origins(value))


def _handle(run: Run, record: Task | Group, spot: Spot, found: Origins = NONE) -> External:
    return tasks.handle(run, record, HANDLE, found, spot)


def _with_pulled(plan: Plan, value: Value) -> Value:
    """A template that pulls the result of a task by its name uses what that task gave."""
    found = NONE
    parts = value.values if isinstance(value, Items) else [value]
    for part in parts:
        for name in _PULLED.findall(text_of(part) or ""):
            found |= frozenset().union(*(origins(t.value) for t in plan.tasks if t.name == name))
    if not found:
        return value
    if isinstance(value, Items):
        return Items(value.origins | found, list(value.values), value.ordered, value.rest)
    return marked_copy(value, found)


def _defaults(plan: Plan) -> dict[str, Value]:
    for option in options(plan.settings.get("default_args") or Value()):
        if isinstance(option, Mapping):
            return {k: v for k, v in option.values.items() if isinstance(k, str)}
    return {}


def _retry(settings: dict[str, Value]) -> Retry | None:
    more = number_of(settings.get("retries"))
    if not more:
        return None
    delay = seconds_of(settings["retry_delay"]) if "retry_delay" in settings else None
    wait = RetryWait(delay) if delay is not None else None
    return Retry(set=True, attempts=int(more) + 1, by=RetryBy.ENGINE, wait=wait)


def _timeout(settings: dict[str, Value]) -> Timeout | None:
    for name in rules.TIMEOUTS:
        if name in settings:
            return Timeout(set=True, seconds=seconds_of(settings[name]), source=TimeoutFrom.ENGINE)
    return None
