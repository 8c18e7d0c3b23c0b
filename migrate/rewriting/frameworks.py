"""Runs of frameworks: which calls start one, whether the vendor's plugin can take it, and what it then reaches.

A graph of LangGraph and a run of the OpenAI Agents SDK have a Temporal plugin, so that their own loop goes on inside
the workflow and each node, model call and tool is an activity (`temporalio-langgraph` 0.1.0, `temporalio-openai-agents`
1.1.0; docs/frameworks.md has what was measured). Where the code does not show that this is sound, the run stays one
activity, and the reason stands in the ledger. Knows syntax and visits, no engine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

import libcst as cst

from assess.model.step import Kind, Step, Visit
from migrate.plan import How
from migrate.rewriting.chains import head_name
from migrate.rewriting.crossing import NOTHING, Annotation
from migrate.rewriting.determinism import is_pure_module
from migrate.rewriting.draft import Draft, Drive, Note, Unit, WaitPoint
from migrate.rewriting.names import binds, reads
from migrate.rewriting.settings import outside_of
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.sites_of_graphs import FOLLOWED, INTERRUPT, added_name, node_name
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import calls_in

LANGGRAPH, OPENAI_AGENTS = "langgraph", "openai_agents"
MODEL = "model"
_OWN = frozenset({"langgraph", "langchain_core"})
_WORLD = frozenset({"open", "input", "exec", "eval"})


class _NotHandedOverError(Exception):
    """The plugin cannot take this run; the message says why."""


def drive(draft: Draft, route: Route, unit: Unit, sites: Sequence[Site]) -> None:
    """Let the unit's run go on inside the workflow, if it is a run of a framework and nothing speaks against it."""
    runs = [s for s in sites if s.framework]
    if not runs:
        return
    unit.framework = runs[0].framework
    unit.how = How.WHOLE
    take = {LANGGRAPH: _graph, OPENAI_AGENTS: _agents}[unit.framework]
    try:
        _refuse_what_stands_around(draft, unit, sites)
        unit.drive = take(draft, route, unit, runs[0])
    except _NotHandedOverError as problem:
        unit.reason = str(problem)


def _refuse_what_stands_around(draft: Draft, unit: Unit, sites: Sequence[Site]) -> None:
    """What stands around the run is executed inside the workflow with it."""
    if len(sites) > 1:
        raise _NotHandedOverError("it cannot be told apart from the steps beside it")
    if any(u.drive is not None and u.drive.framework != unit.framework for u in draft.units):
        raise _NotHandedOverError("another framework runs in this workflow already")
    outside = [
        module
        for module, _ in unit.imports.values()
        if module.partition(".")[0] in sys.stdlib_module_names and not is_pure_module(module)
    ]
    if outside or _WORLD & set(reads(*unit.body)):
        raise _NotHandedOverError(f"the code around it uses {', '.join(sorted(outside)) or 'files'}")
    if unit.state:
        raise _NotHandedOverError("steps in it use variables of their module, which belong to the run")
    if unit.instances:
        raise _NotHandedOverError("the object that it belongs to is made anew for each step")


# LangGraph


def _graph(draft: Draft, route: Route, unit: Unit, site: Site) -> Drive:
    module, legacy = route.function.module, draft.legacy
    func = site.node.func
    assert isinstance(func, cst.Attribute)
    if func.attr.value not in FOLLOWED:
        raise _NotHandedOverError(f"the caller reads what {func.attr.value} gives bit by bit")
    if any("Command" in reads(a.value) for a in site.node.args):
        raise _NotHandedOverError("the code resumes the graph itself, from what an earlier run has left")
    home, name = _kept(legacy, module, func.value, binds(*unit.body))
    compiled = _compiled(legacy, home, name)
    asks = [v for v in site.visits if _is_question(v[0])]
    _refuse_settings(compiled, asks=bool(asks))
    found: dict[str, list[tuple[Step, Visit]]] = {}
    for step, visit in site.visits:
        label = _label(legacy, visit)
        if (step, visit) not in asks:
            found.setdefault(f"{name}.{label}", []).append((step, visit))
    wait = _wait(draft, route, name, unit, asks) if asks else None
    inside = [_inside(draft, label, visits) for label, visits in found.items()]
    inside += _without_steps(draft, home, name, compiled, set(found))
    durable = ", ".join(["run", f'"{name}"', *([f'"{wait}"'] if wait else [])])
    runs = cst.parse_expression(f"Durable({durable}).ainvoke")
    body = _awaiting(unit.body, site.node, lambda call: call.with_changes(func=runs))
    return Drive(LANGGRAPH, (home.dotted, name), inside, body, wait)


def _without_steps(draft: Draft, home: Module, name: str, compiled: cst.Call, known: set[str]) -> list[Unit]:
    """The other nodes of the graph, as far as the code shows which functions they are."""
    found: dict[str, Unit] = {}
    for label, called in _nodes_of(home, compiled):
        node = f"{name}.{label}"
        where = draft.legacy.resolve(home, called)
        function = where[0].functions.get(where[1]) if where is not None else None
        if node in known or node in found or function is None:
            continue
        unit = _inside(draft, node, [], function)
        unit.uses = tuple(p for p in outside_of(draft, function)[1] if p not in _OWN)
        found[node] = unit
    return list(found.values())


def _nodes_of(module: Module, compiled: cst.Call) -> Iterator[tuple[str, str]]:
    """Names of nodes, and of their functions, that are added to the graph which this call compiles."""
    builder = head_name(compiled.func)
    for call in (*module.calls_near("add_node"), *calls_in(compiled.func)):
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "add_node" or not call.args:
            continue
        head = head_name(call.func)
        function = dotted_name(call.args[min(1, len(call.args) - 1)].value)
        if head is not None and builder is not None and head.value == builder.value and added_name(call) and function:
            yield added_name(call), function


def _label(legacy: Legacy, visit: Visit) -> str:
    """The nodes on the way to a step, from the outer graph's to the innermost one's."""
    labels: list[str] = []
    for via in visit.via:
        node = node_name(legacy, via)
        if node is not None:
            if not node:
                raise _NotHandedOverError("a node has a name that the code does not show")
            labels.append(node)
        elif labels:
            break
    if not labels:
        raise _NotHandedOverError("a router of the graph makes a step, and routers run inside the workflow")
    return ".".join(labels)


def _kept(legacy: Legacy, module: Module, node: cst.BaseExpression, local: Iterable[str]) -> tuple[Module, str]:
    """Where the graph is kept at module level, so that every worker finds the same one."""
    name = dotted_name(node)
    found = legacy.resolve(module, name) if name is not None and name.partition(".")[0] not in set(local) else None
    if found is None or found[1] not in found[0].assigned or found[0].cells or found[0].without:
        raise _NotHandedOverError("it is built while the program runs, so that other workers would not find it")
    return found


def _compiled(legacy: Legacy, home: Module, name: str) -> cst.Call:
    """The call that compiles it."""
    value = getattr(home.assigned[name][-1], "value", None)
    if isinstance(value, cst.Call) and _last(value.func) == "compile":
        return value
    made = legacy.resolve(home, dotted_name(value.func) or "") if isinstance(value, cst.Call) else None
    function = made[0].functions.get(made[1]) if made is not None else None
    compiling = [c for c in calls_in(function.node) if _last(c.func) == "compile"] if function is not None else []
    if len(compiling) != 1:
        raise _NotHandedOverError("the code does not show how it is compiled")
    return compiling[0]


def _refuse_settings(compiled: cst.Call, *, asks: bool) -> None:
    if any(a.star for a in compiled.args):
        raise _NotHandedOverError("the code does not show how it is compiled")
    given = {a.keyword.value if a.keyword is not None else "checkpointer": a.value for a in compiled.args}
    none = {name for name, value in given.items() if dotted_name(value) in ("None", "False")}
    if "store" in given and "store" not in none:
        raise _NotHandedOverError("it has a store, which its nodes would not find in another process")
    if "checkpointer" in given and "checkpointer" not in none and not asks:
        raise _NotHandedOverError(
            "its checkpointer keeps the state from one run to the next, and the plugin's keeps it within one"
        )


def _is_question(step: Step) -> bool:
    return step.kind is Kind.HUMAN and (step.target or step.call).rpartition(".")[2] == INTERRUPT


def _wait(draft: Draft, route: Route, name: str, unit: Unit, asks: list[tuple[Step, Visit]]) -> str:
    wait = draft.unique(f"{name}_answer")
    step = asks[0][0]
    draft.waits.append(
        WaitPoint(wait, step.file, step.line, step.end_line, route.function.dotted, list(asks), step.id, Annotation())
    )
    unit.visits = [v for v in unit.visits if v not in asks]
    draft.notes.append(
        Note(
            unit.file,
            unit.line,
            f"`{name}` comes back with its end, not at its question",
            f"the original's call gives its state as soon as it asks ({step.file}:{step.line}), and something "
            "else resumes it; the run waits for the answer and goes on",
            "code behind the call that was meant for an unfinished graph never runs",
            question=False,
        )
    )
    return wait


# OpenAI Agents


def _agents(draft: Draft, route: Route, unit: Unit, site: Site) -> Drive:
    if _last(site.node.func) not in ("run", "run_sync"):
        raise _NotHandedOverError("the caller gets the model's words one by one, which no recorded step gives")
    if any(_keyword(a) in ("session", "hooks") for a in site.node.args):
        raise _NotHandedOverError("its session or its hooks reach outside of it")
    agent = _starting_agent(draft.legacy, route.function.module, site.node)
    of = {s.id: callee for callee, steps in site.ways.items() for s in steps}
    found: dict[str, list[tuple[Step, Visit]]] = {}
    where: dict[str, Function] = {}
    for step, visit in site.visits:
        callee = of.get(step.id)
        if callee is not None and _is_tool(callee):
            found.setdefault(callee.name, []).append((step, visit))
            where[callee.name] = callee
        elif step.kind is Kind.AGENT:
            found.setdefault(MODEL, []).append((step, visit))
        else:
            name = callee.name if callee is not None else step.function
            raise _NotHandedOverError(f"{name} makes a step, and it is no tool: it would run inside the workflow")
    inside = [_inside(draft, name, visits, where.get(name)) for name, visits in found.items()]
    return Drive(OPENAI_AGENTS, agent, inside, _awaiting(unit.body, site.node, _run))


def _run(call: cst.Call) -> cst.Call:
    """`run` instead of `run_sync`: a workflow waits for it."""
    func = cst.ensure_type(call.func, cst.Attribute)
    return call.with_changes(func=func.with_changes(attr=cst.Name("run")))


def _starting_agent(legacy: Legacy, module: Module, call: cst.Call) -> tuple[str, str]:
    given = next((a.value for a in call.args if _keyword(a) in (None, "starting_agent")), None)
    name = dotted_name(given) if given is not None else None
    found = legacy.resolve(module, name) if name is not None else None
    if found is None or found[1] not in found[0].assigned or found[0].cells or found[0].without:
        raise _NotHandedOverError(
            "its agent is made while the program runs, so that other workers would not find its tools"
        )
    return found[0].dotted, found[1]


def _is_tool(callee: Function | None) -> bool:
    decorators = callee.node.decorators if callee is not None else ()
    return any(_last(_called(d.decorator)) == "function_tool" for d in decorators)


# Both


def _inside(draft: Draft, name: str, visits: list[tuple[Step, Visit]], function: Function | None = None) -> Unit:
    """What the framework reaches, as an activity that has no call in the workflow's own code."""
    if function is None:
        step = visits[0][0]
        module = draft.legacy.module(step.file)
        function = module.function_at(step.line)
        symbol, line, end_line = step.function, step.line, step.end_line
    if function is not None:
        module, symbol, line, end_line = function.module, function.qualname, function.line, function.end_line
    return Unit(
        name=name,
        how=How.INSIDE,
        module=module.dotted,
        symbol=symbol,
        file=module.file,
        line=line,
        end_line=end_line,
        colour="async",
        visits=visits,
        params=[],
        returns=NOTHING,
        body=[],
        imports={},
    )


def _awaiting(
    body: Sequence[cst.BaseStatement], call: cst.Call, change: Callable[[cst.Call], cst.Call]
) -> list[cst.BaseStatement]:
    """The statements with the run's call changed, and awaited where it was not."""
    made = [s.visit(_Awaited(call, change)) for s in body]
    return [s for s in made if isinstance(s, cst.BaseStatement)]


class _Awaited(cst.CSTTransformer):
    def __init__(self, call: cst.Call, change: Callable[[cst.Call], cst.Call]) -> None:
        super().__init__()
        self._call = call
        self._change = change
        self._parents: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note what stands around."""
        self._parents.append(node)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        """The call as the workflow makes it."""
        self._parents.pop()
        if not isinstance(updated_node, cst.Call) or not original_node.deep_equals(self._call):
            return updated_node
        changed = self._change(updated_node)
        around = self._parents[-1] if self._parents else None
        if isinstance(around, cst.Await):
            return changed
        bare = isinstance(around, cst.Return | cst.Assign | cst.Expr)
        return cst.Await(changed) if bare else cst.Await(changed, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _last(node: cst.CSTNode | None) -> str | None:
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else None


def _called(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.func if isinstance(node, cst.Call) else node


def _keyword(argument: cst.Arg) -> str | None:
    return argument.keyword.value if argument.keyword is not None else None
