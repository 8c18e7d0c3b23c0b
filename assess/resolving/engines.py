"""Calls by which an engine runs a step: `workflow.execute_activity(function, ...)` and the like."""

from __future__ import annotations

from assess.model.step import Retry, RetryBy, Timeout, TimeoutFrom
from assess.resolving.codecs import crossed
from assess.resolving.containers import wait_for
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Trace
from assess.resolving.values import (
    NONE,
    Coroutine,
    External,
    Function,
    Items,
    Value,
    marked_copy,
    number_of,
    options,
    origins,
    text_of,
)

ACTIVITY_VERBS = frozenset(
    """execute_activity execute_activity_method start_activity start_activity_method execute_local_activity
    execute_local_activity_method start_local_activity execute_child_workflow start_child_workflow
    execute_activity_class""".split()
)
TIMEOUTS = ("start_to_close_timeout", "schedule_to_close_timeout", "execution_timeout", "run_timeout")


def execute_activity(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """The activity runs under the time-outs and the retry policy that the call gives it."""
    if not callee.path.startswith(("temporalio.workflow.", "mistralai.workflows.", "mistralai_workflows.")):
        return None
    function = _activity(run, arguments.get(0, "activity", "workflow"))
    if function is None:
        return Coroutine(trace=Trace())
    given = arguments.get(-1, "args")
    positional = list(given.values) if isinstance(given, Items) else arguments.positional[1:]
    single = arguments.get(-1, "arg")
    positional = [single] if single is not None else positional
    sent = frozenset[int]().union(*map(origins, positional)) if positional else NONE
    with run.capturing() as trace:
        arrived = crossed(run, "decode", sent, arguments)
        positional = [marked_copy(v, arrived) for v in positional]
        with run.layer(timeout=_timeout(arguments), retry=_retry(arguments)):
            given_all = Arguments(positional, {}, arguments.node, arguments.scope, open=not positional)
            value = run.call(function, given_all)
            if isinstance(value, Coroutine):
                wait_for(run, value)
                value = value.result
        value = marked_copy(value, crossed(run, "encode", origins(value), arguments))
    return Coroutine(value.origins, trace, value, many=run.loops > 0)


def _activity(run: Run, value: Value | None) -> Value | None:
    for option in options(value) if value is not None else ():
        if not isinstance(option, Function):
            continue
        return option
    name = text_of(value)
    if name is None:
        return None
    for module in run.program.modules():
        for info in module.functions.values():
            paths = [d.path for d in run.session.decorations.get(id(info.node), ())]
            if info.name == name and any(p.endswith("activity.defn") for p in paths):
                scope = run.session.enclosing.get(id(info.node))
                return Function(info=info, scope=scope) if scope is not None else None
    return None


def _timeout(arguments: Arguments) -> Timeout | None:
    for name in TIMEOUTS:
        if name in arguments.keywords:
            return Timeout(set=True, seconds=seconds_of(arguments.keywords[name]), source=TimeoutFrom.ENGINE)
    return None


def seconds_of(value: Value) -> float | None:
    """Seconds of a `timedelta(...)`."""
    factors = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1, "milliseconds": 0.001}
    for option in options(value):
        if isinstance(option, External) and option.made is not None and option.path.endswith("timedelta"):
            parts = [(number_of(v) or 0.0) * factors.get(k, 0) for k, v in option.made.keywords.items()]
            return sum(parts) or None
    return number_of(value)


def _retry(arguments: Arguments) -> Retry | None:
    for option in options(arguments.keywords.get("retry_policy", Value())):
        if isinstance(option, External) and option.made is not None:
            attempts = number_of(option.made.keywords.get("maximum_attempts"))
            return (
                None
                if attempts == 1
                else Retry(set=True, attempts=int(attempts) if attempts else None, by=RetryBy.ENGINE)
            )
    return None
