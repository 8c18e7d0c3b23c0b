"""Where a function runs a graph: the ways of assess lead from its nodes on, so the call that runs it is looked for."""

from __future__ import annotations

import libcst as cst

from assess.model.step import Via
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import calls_in

FOLLOWED = frozenset({"invoke", "ainvoke"})
RUNS = FOLLOWED | {"stream", "astream", "astream_events", "batch", "abatch"}
INTERRUPT = "interrupt"


def node_name(legacy: Legacy, via: Via) -> str | None:
    """The node that is added at this place: None if no node is, empty if its name is not shown."""
    module = legacy.module(via.file)
    if module.nodes is None:
        module.nodes = _added(module)
    return module.nodes.get(via.line)


def _added(module: Module) -> dict[int, str]:
    """The names of the nodes that a module adds to graphs, by the lines of the calls that add them."""
    names: dict[int, str] = {}
    for call in module.calls_near("add_node"):
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "add_node" or not call.args:
            continue
        name = added_name(call)
        first, last = module.span(call)
        names |= {line: name for line in range(first, last + 1) if line not in names}
    return names


def added_name(adding: cst.Call) -> str:
    """What a call of `add_node` calls its node; empty if that is not shown."""
    value = adding.args[0].value
    if isinstance(value, cst.SimpleString):
        return str(value.evaluated_value)
    return (dotted_name(value) or "").rpartition(".")[2]


def run_of_graph(legacy: Legacy, function: Function, via: Via) -> cst.Call | None:
    """The call in this function that runs the graph whose node is added there."""
    running = [c for c in calls_in(function.node) if isinstance(c.func, cst.Attribute) and c.func.attr.value in RUNS]
    known: list[cst.Call] = []
    for call in running:
        assert isinstance(call.func, cst.Attribute)
        found = legacy.resolve(function.module, dotted_name(call.func.value) or "")
        if found is not None and found[0].file == via.file and found[1] in found[0].assigned:
            known.append(call)
    return next(iter([*known, *running]), None)
