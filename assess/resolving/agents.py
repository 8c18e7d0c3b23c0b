"""Agents: the model decides which of the tools it was handed are called, in which order and how often."""

from __future__ import annotations

from collections.abc import Iterator

from assess.resolving.containers import wait_for
from assess.resolving.objects import class_attribute
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Branch, Loop, Parallel, Trace
from assess.resolving.values import (
    Bound,
    Choice,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Value,
    options,
)

HANDED = (
    "tools",
    "functions",
    "handoffs",
    "agents",
    "tasks",
    "sub_agents",
    "members",
    "agent",
    "toolsets",
    "signature",
    "mcp_servers",
    "fn",
    "async_fn",
    "func",
    "coroutine",
)
TOOL_METHODS = ("_run", "_arun", "forward", "execute", "run", "call", "__call__")
"""What an agent calls of an object that is a tool, in the order in which one is looked for."""
BESIDE = ("input_guardrails", "output_guardrails", "guardrails")
DEEPEST = 5
MOST_TOOLS = 24


def follow_tools(run: Run, callee: External, arguments: Arguments) -> None:
    """After the event of an agent's run: the tools that it may call, in a loop that the model ends."""
    if arguments.node is None or run.muted:
        return
    seen: set[int] = set()
    given = [*arguments.all()]
    if callee.made is not None:
        given += _of_configuration(callee)
        given += run.session.tools.get(id(callee.made), [])
    tools: list[Value] = []
    beside: list[Value] = []
    for value in given:
        _collect(run, value, tools, beside, seen, 0)
    spot = run.spot(arguments.node, arguments.scope)
    with run.counting("parallel"):
        guards = [_trace(run, guard, arguments) for guard in beside[:MOST_TOOLS]]
    if any(g.nodes for g in guards):
        run.emit(Parallel(spot, "guardrails", [g for g in guards if g.nodes]))
    with run.counting("loops"), run.counting("conditional"):
        arms = [_trace(run, tool, arguments) for tool in tools[:MOST_TOOLS]]
    kept = [arm for arm in arms if arm.nodes]
    if kept:
        body = Trace([Branch(spot, "tool that the model chooses", [("then", arm) for arm in kept])])
        run.emit(Loop(spot, "while the model calls tools", None, body))


def _of_configuration(value: External) -> list[Value]:
    made = value.made
    return [] if made is None else [*made.positional, *made.keywords.values()]


def _trace(run: Run, tool: Value, arguments: Arguments) -> Trace:
    with run.capturing() as trace:
        value = run.call(tool, Arguments([], {}, arguments.node, arguments.scope, open=True))
        if isinstance(value, Coroutine):
            wait_for(run, value)
    return trace


def _collect(run: Run, value: Value, tools: list[Value], beside: list[Value], seen: set[int], depth: int) -> None:
    if depth > DEEPEST or id(value) in seen:
        return
    seen.add(id(value))
    match value:
        case Function():
            if value.info not in run.stack and all(t.info is not value.info for t in tools if isinstance(t, Function)):
                tools.append(value)
        case Bound():
            tools.append(value)
        case Instance():
            found = (class_attribute(run, value.cls, name, value) for name in TOOL_METHODS)
            tools += [m for m in found if isinstance(m, Function) and not m.info.abstract][:1]
        case _:
            for part, is_beside in _parts(run, value):
                _collect(run, part, beside if is_beside else tools, beside, seen, depth + 1)


def _parts(run: Run, value: Value) -> Iterator[tuple[Value, bool]]:
    """What may hold tools inside a value; true for what runs beside the agent."""
    match value:
        case Choice():
            yield from ((part, False) for part in value.options)
        case Items():
            yield from ((part, False) for part in (*value.values, *(options(value.rest) if value.rest else ())))
        case Mapping():
            known = value.values.values()
            yield from ((part, False) for part in (*known, *(options(value.rest) if value.rest else ())))
        case External() if value.made is not None and not value.result:
            for name, part in value.made.keywords.items():
                if name in BESIDE or name in HANDED:
                    yield part, name in BESIDE
            for part in (*value.made.positional, *run.session.tools.get(id(value.made), [])):
                if not isinstance(part, External) or part.made is not value.made:
                    yield part, False
