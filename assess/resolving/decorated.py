"""Methods that a decorator gave to a function: `task.delay(...)`, `tool.invoke(...)`, `flow.submit(...)`."""

from __future__ import annotations

from contextlib import nullcontext

from assess.frameworks.registry import starts
from assess.resolving.events import leave_process
from assess.resolving.running import Arguments, Decoration, Run
from assess.resolving.trace import Parallel
from assess.resolving.values import Configuration, Const, External, Function, Items, Method, Value, marked_copy, origins

_CALLS_ITSELF = frozenset(
    {"fn", "func", "__wrapped__", "local", "invoke", "ainvoke", "run", "remote", "map", "starmap", "submit", "__call__"}
)


def call_decorated(run: Run, method: Method, arguments: Arguments) -> Value:
    """The value of calling a method of a function of the tree."""
    function = method.receiver
    assert isinstance(function, Function)
    for decoration in run.session.decorations.get(id(function.info.node), ()):
        path = f"{decoration.path}.{method.name}"
        fact = run.session.fact(path)
        if fact is not None:
            sent = leave_process(run, External(path=path, made=decoration.made), fact, arguments)
            _hand_over(run, function, _as_sent(method.name, decoration, arguments), path, sent)
            return sent
        if starts(path) is not None and arguments.node is not None:
            # `@group.command()`: what a decorator made of a function decorates others.
            line, file = arguments.node.lineno, arguments.scope.module.path
            made = Configuration(path, tuple(arguments.positional), dict(arguments.keywords), file, line)
            return External(path=path, made=made)
    if method.name in _CALLS_ITSELF:
        return run.call(function, arguments)
    found = frozenset[int]()
    for value in arguments.all():
        found |= origins(value)
    return Value(found)


def _hand_over(run: Run, function: Function, arguments: Arguments, how: str, sent: Value) -> None:
    """A worker runs the function after it was sent; what is sent in a loop runs beside its siblings."""
    if how.rpartition(".")[2] in ("AsyncResult", "retry", "s", "si", "signature") or arguments.node is None:
        return
    positional = [marked_copy(v, sent.origins) for v in arguments.positional]
    keywords = {k: marked_copy(v, sent.origins) for k, v in arguments.keywords.items()}
    many = run.loops > 0
    with run.capturing() as trace, run.counting("parallel") if many else nullcontext():
        run.call(function, Arguments(positional, keywords, arguments.node, arguments.scope, arguments.open))
    if many and trace.nodes:
        run.emit(Parallel(run.spot(arguments.node, arguments.scope), how, [trace], many=True))
        return
    for node in trace.nodes:
        run.emit(node)


def _as_sent(name: str, decoration: Decoration, arguments: Arguments) -> Arguments:
    """The arguments that a task will get: `apply_async(args=[...])` names them, a bound task gets itself first."""
    positional, keywords, is_open = list(arguments.positional), dict(arguments.keywords), arguments.open
    if name in ("apply_async", "send_with_options", "schedule"):
        given, named = arguments.get(0, "args"), arguments.get(1, "kwargs")
        positional = list(given.values) if isinstance(given, Items) else []
        keywords = {}
        is_open = given is not None or named is not None
    bound = decoration.keywords.get("bind")
    if isinstance(bound, Const) and bound.value is True:
        positional.insert(0, External(path=decoration.path, made=decoration.made))
    return Arguments(positional, keywords, arguments.node, arguments.scope, is_open)
