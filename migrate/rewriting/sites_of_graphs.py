"""Where a function runs a graph: the ways of assess lead from its nodes on, so the call that runs it is looked for."""

from __future__ import annotations

import libcst as cst

from assess.model.step import Via
from migrate.rewriting.source import Function, Legacy, Module, dotted_name

FOLLOWED = frozenset({"invoke", "ainvoke"})
RUNS = FOLLOWED | {"stream", "astream", "astream_events", "batch", "abatch"}
INTERRUPT = "interrupt"


def node_name(legacy: Legacy, via: Via) -> str | None:
    """The node that is added at this place: None if no node is, empty if its name is not shown."""
    module = legacy.module(via.file)
    if module.nodes is None:
        looking = _Added(module)
        module.tree.visit(looking)
        module.nodes = looking.names
    return module.nodes.get(via.line)


class _Added(cst.CSTVisitor):
    def __init__(self, module: Module) -> None:
        self._module = module
        self.names: dict[int, str] = {}

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "add_node" or not node.args:
            return
        value = node.args[0].value
        name = (
            str(value.evaluated_value)
            if isinstance(value, cst.SimpleString)
            else (dotted_name(value) or "").rpartition(".")[2]
        )
        first, last = self._module.span(node)
        self.names |= {line: name for line in range(first, last + 1) if line not in self.names}


def run_of_graph(legacy: Legacy, function: Function, via: Via) -> cst.Call | None:
    """The call in this function that runs the graph whose node is added there."""
    looking = _Running()
    function.node.visit(looking)
    known: list[cst.Call] = []
    for call in looking.found:
        assert isinstance(call.func, cst.Attribute)
        found = legacy.resolve(function.module, dotted_name(call.func.value) or "")
        if found is not None and found[0].file == via.file and found[1] in found[0].assigned:
            known.append(call)
    return next(iter([*known, *looking.found]), None)


class _Running(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in RUNS:
            self.found.append(node)
