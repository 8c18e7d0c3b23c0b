"""Where frameworks step in: a call that means more than it says, by the package that the name comes from."""

from __future__ import annotations

from collections.abc import Callable

from assess.frameworks import engines
from assess.resolving import airflow, crews, given, piping, waits, workflows
from assess.resolving.codecs import on_worker
from assess.resolving.running import Arguments, Decoration, Run
from assess.resolving.values import Class, Configuration, External, Function, Instance, Value

Follow = Callable[[Run, Function, Arguments], Value]
OnDecorated = Callable[[Run, Function, Arguments, Decoration, Follow], Value | None]
OnMethod = Callable[[Run, Function, str, Arguments, Decoration, Follow], Value | None]
OnCall = Callable[[Run, External, Arguments, Follow], Value | None]
OnClass = Callable[[Run, Class, Arguments], Value | None]

DECORATED: dict[str, OnDecorated] = {
    "airflow": airflow.on_decorated,
    **dict.fromkeys(engines.LIMITS, given.on_decorated),
}
METHODS: dict[str, OnMethod] = {"airflow": airflow.on_method, **dict.fromkeys(engines.MAPS, given.on_method)}
CALLS: dict[str, OnCall] = {
    "airflow": airflow.on_call,
    "tenacity": lambda run, callee, arguments, _: given.retried(run, callee, arguments),
    "langchain_core": lambda run, callee, arguments, _: piping.on_call(run, callee, arguments),
    "langchain": lambda run, callee, arguments, _: piping.on_call(run, callee, arguments),
    "crewai": lambda run, callee, arguments, _: crews.on_call(run, callee, arguments),
    "temporalio": lambda run, callee, arguments, _: waits.on_call(run, callee, arguments),
    "workflows": lambda run, callee, arguments, _: workflows.on_call(run, callee, arguments),
    **{
        rule.root: lambda run, callee, arguments, _: given.on_call(run, callee, arguments)
        for rule in engines.RUNS_GIVEN
    },
    "llama_index": lambda run, callee, arguments, _: workflows.on_call(run, callee, arguments),
}
CLASSES: tuple[OnClass, ...] = (airflow.on_class, crews.on_class)


def of_function(run: Run, function: Function, arguments: Arguments, follow: Follow) -> Value | None:
    """What a framework makes of a call of a function that it decorates."""
    for decoration in run.session.decorations.get(id(function.info.node), ()):
        handler = DECORATED.get(decoration.path.partition(".")[0])
        value = handler(run, function, arguments, decoration, follow) if handler is not None else None
        if value is not None:
            return value
    return None


def of_method(run: Run, function: Function, name: str, arguments: Arguments, follow: Follow) -> Value | None:
    """What a framework makes of a method that its decorator gave to a function."""
    for decoration in run.session.decorations.get(id(function.info.node), ()):
        handler = METHODS.get(decoration.path.partition(".")[0])
        value = handler(run, function, name, arguments, decoration, follow) if handler is not None else None
        if value is not None:
            return value
    return None


def of_call(run: Run, callee: External, arguments: Arguments, follow: Follow) -> Value | None:
    """What a framework makes of a call of one of its own names."""
    if callee.path.endswith(".__init__") and callee.made is not None:
        return _base_made(run, callee.made, arguments)
    on_worker(run, callee, arguments)
    handler = CALLS.get(callee.path.partition(".")[0])
    return handler(run, callee, arguments, follow) if handler is not None else None


def _base_made(run: Run, made: Configuration, arguments: Arguments) -> Value | None:
    """`super().__init__(tools=...)` of a base outside the tree: the object is made with these arguments, too."""
    instance = run.session.graphs.get(id(made))
    if not isinstance(instance, Instance):
        return None
    for name, value in arguments.keywords.items():
        made.keywords.setdefault(name, value)
        instance.attributes.setdefault(name, value)
    return Value()


def of_class(run: Run, cls: Class, arguments: Arguments) -> Value | None:
    """What a framework makes of constructing a class of the tree that extends one of its own."""
    for handler in CLASSES:
        value = handler(run, cls, arguments)
        if value is not None:
            return value
    return None
