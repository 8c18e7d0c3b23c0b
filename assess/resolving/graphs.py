"""Graphs that are declared as data (LangGraph): nodes and arrows are collected as they are added, and followed when
the graph is run. Routers are followed too; what they return names the next node.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from assess.resolving.containers import wait_for
from assess.resolving.people import ask
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.trace import Graph, Parallel, Spot, Trace
from assess.resolving.values import (
    Configuration,
    Const,
    Coroutine,
    External,
    Function,
    Items,
    Mapping,
    Value,
    join,
    options,
    origins,
    source_text,
    text_of,
)

BUILDERS = ("langgraph.graph.StateGraph", "langgraph.graph.state.StateGraph", "langgraph.graph.MessageGraph")
STOPS = "langgraph.types.interrupt"
COMPILED = "langgraph.graph.state.CompiledStateGraph"
Arrow = tuple[str, str, str | None]
"""Source, target, and what the arrow is taken on."""
START, END = "__start__", "__end__"
RUNS = ("invoke", "ainvoke", "stream", "astream", "astream_events", "batch", "abatch")


@dataclass(eq=False, slots=True)
class Added:
    """One node, where it was added, and what it calls."""

    value: Value
    node: ast.Call
    scope: Scope


@dataclass(eq=False, slots=True)
class Build:
    """A graph under construction."""

    spot: Spot
    made: Configuration
    nodes: dict[str, Added] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    routers: list[tuple[str, Value, Value | None, Arguments]] = field(default_factory=list)
    compiled: bool = False
    inner: bool = False
    """It is a node of another graph."""
    stops: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    """The nodes that it waits for a person before, and after."""
    spread: set[str] = field(default_factory=set)
    """Nodes that a router starts many of at once."""
    state: Value | None = None
    keeper: Value | None = None
    """The checkpointer it is compiled with."""


def build_of(run: Run, value: Value | None) -> Build | None:
    """The graph that a builder or a compiled graph stands for."""
    for option in options(value) if value is not None else ():
        if isinstance(option, External) and option.made is not None:
            found = run.session.graphs.get(id(option.made))
            if isinstance(found, Build):
                return found
    return None


def on_graph(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """A call on a builder or a compiled graph, or None if it is none of these."""
    if callee.path in BUILDERS and arguments.node is not None:
        made = Configuration(
            callee.path, tuple(arguments.positional), dict(arguments.keywords), arguments.scope.module.path,
            arguments.node.lineno,
        )  # fmt: skip
        build = Build(run.spot(arguments.node, arguments.scope), made, state=arguments.get(0, "state_schema"))
        run.session.graphs[id(made)] = build
        return External(path=BUILDERS[0], made=made)
    build_here = build_of(run, callee)
    verb = callee.path.rpartition(".")[2]
    if build_here is None or not callee.path.startswith("langgraph.graph"):
        return None
    if verb in RUNS and callee.path.startswith(COMPILED):
        return _run(run, build_here, arguments)
    handler = _VERBS.get(verb)
    if handler is not None:
        handler(run, build_here, arguments)
    if verb == "compile" and arguments.node is not None:
        build_here.compiled = True
        build_here.keeper = arguments.get(0, "checkpointer")
        build_here.spot = run.spot(arguments.node, arguments.scope)
        build_here.stops = (_named(arguments, "interrupt_before"), _named(arguments, "interrupt_after"))
    return External(path=COMPILED if verb in ("compile", "with_config") else BUILDERS[0], made=build_here.made)


def _named(arguments: Arguments, keyword: str) -> frozenset[str]:
    found = arguments.get(-1, keyword)
    names = [_name(v) for v in found.values] if isinstance(found, Items) else []
    return frozenset(name for name in names if name is not None)


def _name(value: Value | None) -> str | None:
    for option in options(value) if value is not None else ():
        if isinstance(option, External) and option.path.rpartition(".")[2] in ("START", "END"):
            return START if option.path.endswith("START") else END
        if isinstance(option, Function):
            return option.info.name
    return text_of(value)


def _add_node(run: Run, build: Build, arguments: Arguments) -> None:
    first, second = arguments.get(0, "node"), arguments.get(1, "action")
    name = _name(first)
    value = second if second is not None else first
    if name is not None and value is not None and arguments.node is not None:
        build.nodes[name] = Added(value, arguments.node, arguments.scope)
        inner = build_of(run, value)
        if inner is not None:
            inner.inner = True


def _add_edge(run: Run, build: Build, arguments: Arguments) -> None:
    del run
    first = arguments.get(0, "start_key", "start")
    sources = [_name(v) for v in first.values] if isinstance(first, Items) else [_name(first)]
    target = _name(arguments.get(1, "end_key", "end"))
    build.arrows += [(s, target, None) for s in sources if s is not None and target is not None]


def _add_sequence(run: Run, build: Build, arguments: Arguments) -> None:
    given = arguments.get(0, "nodes")
    before: str | None = None
    for value in given.values if isinstance(given, Items) else ():
        name = _name(value)
        if name is None or arguments.node is None:
            continue
        build.nodes[name] = Added(value, arguments.node, arguments.scope)
        if before is not None:
            build.arrows.append((before, name, None))
        before = name
    del run


def _add_router(run: Run, build: Build, arguments: Arguments) -> None:
    del run
    source = _name(arguments.get(0, "source"))
    router = arguments.get(1, "path")
    if source is not None and router is not None:
        build.routers.append((source, router, arguments.get(2, "path_map"), arguments))


def _entry(run: Run, build: Build, arguments: Arguments) -> None:
    del run
    name = _name(arguments.get(0, "key"))
    if name is not None:
        build.arrows.append((START, name, None))


def _finish(run: Run, build: Build, arguments: Arguments) -> None:
    del run
    name = _name(arguments.get(0, "key"))
    if name is not None:
        build.arrows.append((name, END, None))


_VERBS = {
    "add_node": _add_node,
    "add_edge": _add_edge,
    "add_sequence": _add_sequence,
    "add_conditional_edges": _add_router,
    "set_entry_point": _entry,
    "set_finish_point": _finish,
}


def _run(run: Run, build: Build, arguments: Arguments) -> Value:
    start = _started_with(arguments)
    if arguments.node is not None:
        with run.capturing() as trace:
            state = follow_graph(run, build, start)
        verb = arguments.node.func.attr if isinstance(arguments.node.func, ast.Attribute) else ""
        if verb in ("ainvoke", "abatch") and arguments.node is not run.awaiting:
            return Coroutine(state.origins, trace, state)
        for node in trace.nodes:
            run.emit(node)
        return Items(rest=state, ordered=False) if "stream" in verb or "batch" in verb else state
    return Value(origins(start))


def _started_with(arguments: Arguments) -> Mapping:
    """The state that a graph is run with: by key where a dict is passed."""
    start = Mapping()
    first = arguments.get(0, "input")
    for value in arguments.all():
        for option in options(value):
            if value is first and isinstance(option, Mapping):
                _merge(start, option)
            else:
                start.origins |= origins(option)
    return start


def follow_graph(run: Run, build: Build, start: Mapping | None = None) -> Value:
    """Follow every node with the state that the others leave, and emit the graph."""
    start = Mapping() if start is None else start
    if build in run.following or len(run.following) > 4:
        return Value(origins(start))
    run.following.append(build)
    state = Mapping(start.origins, dict(start.values), start.rest)
    arrows = list(build.arrows)
    traces = _follow_nodes(run, build, state, arrows)
    if _cyclic(arrows):
        # What one turn leaves in the state is what the next one starts from; the events of both are the same.
        _follow_nodes(run, build, state, arrows)
    for router in build.routers:
        if router[0] == START:
            arrows += _routed(run, build, router, state)
    run.following.pop()
    _mark(run, build, arrows, traces)
    names = list(build.nodes)
    index = {name: n for n, name in enumerate(names)} | {START: -1, END: -2}
    distinct = dict.fromkeys((index[a], index[b], label) for a, b, label in arrows if a in index and b in index)
    node = Graph(build.spot, "graph", [(n, traces[n]) for n in names], list(distinct))
    if not Trace([node]).silent:
        run.emit(node)
    return state


def _mark(run: Run, build: Build, arrows: list[Arrow], traces: dict[str, Trace]) -> None:
    """Note of every call whether the graph comes by it surely, again and again, or many times at once."""
    names = list(build.nodes)
    certain = surely_run(names, build.arrows, arrows)
    unconditional = {e.number for name in certain for e in traces[name].events()}
    for name in set(names) - certain:
        for event in traces[name].events():
            event.conditional = event.conditional or event.number not in unconditional
    for name in _on_cycles(arrows) & set(names):
        for event in traces[name].events():
            event.in_loop = True
    for name in build.spread & set(names):
        spot = run.spot(build.nodes[name].node, build.nodes[name].scope)
        for event in traces[name].events():
            event.in_parallel = event.in_loop = True
        if traces[name].nodes:
            traces[name] = Trace([Parallel(spot, name, [traces[name]], many=True)])


def _follow_nodes(run: Run, build: Build, state: Mapping, arrows: list[Arrow]) -> dict[str, Trace]:
    """Follow each node once, in the order in which they were added; arrows that they name themselves are added."""
    traces: dict[str, Trace] = {}
    for number, (name, added) in enumerate(build.nodes.items()):
        share = len(build.nodes) - number
        with run.capturing() as traces[name], run.part_of_budget(share):
            _stop(run, build, name, before=True)
            result = _call_node(run, added, state)
            _stop(run, build, name, before=False)
            _take(state, result)
            arrows += [(name, target, None) for target in _targets(result, added.value)]
            for router in build.routers:
                if router[0] == name:
                    arrows += _routed(run, build, router, state)
    return traces


def _stop(run: Run, build: Build, name: str, *, before: bool) -> None:
    """`compile(interrupt_before=[...])`: the graph waits there for a person, as `interrupt()` in the node would."""
    fact = run.session.fact(STOPS)
    if name in build.stops[0 if before else 1] and fact is not None:
        ask(run, build.spot, ("interrupt", STOPS), fact, build.made, name)


def _call_node(run: Run, added: Added, state: Mapping) -> Value:
    results: list[Value] = []
    for option in options(added.value):
        inner = build_of(run, option)
        if inner is not None:
            results.append(follow_graph(run, inner, state))
            continue
        if isinstance(option, External):
            option = run.attribute(option, "invoke")  # noqa: PLW2901 - a runnable as a node is invoked
        value = run.call(option, Arguments([state], {}, added.node, added.scope, open=True))
        if isinstance(value, Coroutine):
            wait_for(run, value)
            value = value.result
        results.append(value)
    return join(results) if results else Value()


def _take(state: Mapping, result: Value) -> None:
    """What a node returns goes into the state, key by key."""
    for option in options(result):
        if isinstance(option, External) and option.path.endswith(".Command") and option.made is not None:
            for update in options(option.made.keywords.get("update", Value())):
                _merge(state, update)
        else:
            _merge(state, option)


def _merge(state: Mapping, update: Value) -> None:
    if not isinstance(update, Mapping):
        state.origins |= origins(update)
        return
    state.origins |= update.origins
    for key, value in update.values.items():
        known = state.values.get(key)
        state.values[key] = join([known, value]) if known is not None else value
    if update.rest is not None:
        state.rest = join([v for v in (state.rest, update.rest) if v is not None])


def _targets(result: Value, value: Value) -> list[str]:
    """Where a node says it goes: `Command(goto=...)` in what it returns, or in its annotation."""
    found: list[str] = []
    for option in options(result):
        if isinstance(option, External) and option.path.endswith(".Command") and option.made is not None:
            goto = option.made.keywords.get("goto")
            for target in options(goto) if goto is not None else ():
                name = _name(target)
                if name is not None:
                    found.append(name)
    for option in options(value):
        if isinstance(option, Function) and not isinstance(option.info.node, ast.Lambda):
            returns = option.info.node.returns
            if returns is not None and "Command" in source_text(returns, 1_000):
                found += _literals(returns)
    return list(dict.fromkeys(found))


def _literals(annotation: ast.expr) -> list[str]:
    return [n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _routed(run: Run, build: Build, router: tuple[str, Value, Value | None, Arguments], state: Mapping) -> list[Arrow]:
    source, decides, mapping, at = router
    result = run.call(decides, Arguments([state], {}, at.node, at.scope, open=True))
    if isinstance(result, Coroutine):
        wait_for(run, result)
        result = result.result
    for option in options(result):
        for sent in _sent(option):
            _take(state, sent)
    build.spread |= {
        n for option in options(result) if isinstance(option, Items) and (n := _sent_to(option, many=True))
    }
    if isinstance(mapping, Mapping):
        pairs = [(_name(v), str(k)) for k, v in mapping.values.items()]
        return [(source, target, label) for target, label in pairs if target is not None]
    if isinstance(mapping, Items):
        return [(source, target, None) for v in mapping.values if (target := _name(v)) is not None]
    found = [n for option in options(result) if (n := _sent_to(option)) is not None]
    for option in options(decides):
        if isinstance(option, Function) and not isinstance(option.info.node, ast.Lambda) and option.info.node.returns:
            found += _literals(option.info.node.returns)
    return [(source, target, None) for target in dict.fromkeys(found)]


def _sent(value: Value) -> list[Value]:
    """What each `Send(node, state)` carries, also in a list of them."""
    parts = [*value.values, *([value.rest] if value.rest else [])] if isinstance(value, Items) else [value]
    made = [o.made for part in parts for o in options(part) if isinstance(o, External) and o.path.endswith(".Send")]
    return [m.positional[1] for m in made if m is not None and len(m.positional) > 1]


def _sent_to(value: Value, *, many: bool = False) -> str | None:
    """A name, or the node of `Send(node, state)`, also in a list of them; of `many` only what is sent."""
    parts = [*value.values, *([value.rest] if value.rest else [])] if isinstance(value, Items) else [value]
    for option in parts:
        if isinstance(option, External) and option.path.endswith(".Send") and option.made is not None:
            return _name(option.made.positional[0]) if option.made.positional else None
        if isinstance(option, Const | External) and not many:
            return _name(option)
    return None


def _reach(arrows: list[Arrow], start: str) -> set[str]:
    found: set[str] = set()
    todo = [b for a, b, _ in arrows if a == start]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [b for a, b, _ in arrows if a == name]
    return found


def surely_run(names: list[str], always: list[Arrow], arrows: list[Arrow]) -> set[str]:
    """The nodes that every run comes by: each way to the end does, or an arrow without a choice leads there."""
    leaving = {a for a, _, _ in arrows}
    ends = {END, *(name for name in names if name not in leaving)}
    found = {n for n in names if not ({END, *ends} - {n}) & _reach([r for r in arrows if n not in r[:2]], START)}
    todo = [START, *found]
    while todo:
        name = todo.pop()
        after = [b for a, b, _ in always if a == name and b in names and b not in found]
        found.update(after)
        todo += after
    return found & _reach(arrows, START)


def _on_cycles(arrows: list[Arrow]) -> set[str]:
    return {a for a in {a for a, _, _ in arrows} if a in _reach(arrows, a)}


def _cyclic(arrows: list[Arrow]) -> bool:
    return bool(_on_cycles(arrows))
