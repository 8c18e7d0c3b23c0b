"""Names of a script that mean something of the module first and are set to something else then: `agent = agent()`.

At module level both live in one scope, one after the other. In a function the name would be the function's own from
its first line on, so what the script sets gets a name of its own.
https://docs.python.org/3/reference/executionmodel.html#resolution-of-names
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.rewriting.names import Binding, binds, reads
from migrate.rewriting.source import Function, Legacy, Module


def without_shadows(legacy: Legacy, script: Function) -> Module | None:
    """The module with such names told apart, standing in the legacy tree for its file; None if there are none."""
    inside = script.node.body
    looking = _InOrder()
    looking.look(inside)
    shadows = [n for n in binds(inside) if n in looking.read_first and n not in looking.set_perhaps]
    if not shadows:
        return None
    module = script.module
    taken = {*binds(module.tree), *reads(module.tree)}
    renamed = {name: _free(name, taken) for name in shadows}
    edits = [node for node, is_own in looking.names if is_own and node.value in renamed]
    return legacy.replaced(module, _edited(module, edits, renamed))


def _free(name: str, taken: set[str]) -> str:
    made, n = f"{name}_here", 2
    while made in taken:
        made, n = f"{name}_here_{n}", n + 1
    return made


def _edited(module: Module, nodes: Sequence[cst.Name], renamed: dict[str, str]) -> str:
    positions = module.positions
    lines = module.code.split("\n")
    for start in sorted(((positions[n].start, n.value) for n in nodes), key=lambda s: (-s[0].line, -s[0].column)):
        where, name = start
        line = lines[where.line - 1]
        lines[where.line - 1] = line[: where.column] + renamed[name] + line[where.column + len(name) :]
    return "\n".join(lines)


_PERHAPS = (cst.If, cst.IfExp, cst.For, cst.While, cst.Try, cst.TryStar, cst.Match, cst.BaseComp, cst.BooleanOperation)


class _InOrder(Binding):
    """All names in the order of evaluation, each with whether the code has set it by then."""

    def __init__(self) -> None:
        self.names: list[tuple[cst.Name, bool]] = []
        self.read_first: set[str] = set()
        self.set_perhaps: set[str] = set()
        self._set: set[str] = set()
        self._perhaps = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Counts what may be gone through not at all, or more than once."""
        self._perhaps += isinstance(node, _PERHAPS)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """The same on the way out."""
        super().on_leave(original_node)
        self._perhaps -= isinstance(original_node, _PERHAPS)

    def visit_Name(self, node: cst.Name) -> None:
        self.names.append((node, node.value in self._set))
        if node.value not in self._set:
            self.read_first.add(node.value)

    def bind(self, name: cst.Name) -> None:
        """From here on the name is the script's own."""
        self._set.add(name.value)
        if self._perhaps:
            self.set_perhaps.add(name.value)
        self.names.append((name, True))

    def assign(self, target: cst.CSTNode, value: cst.CSTNode) -> None:
        """As Python does it."""
        self.look(value)
        self.target(target)

    def visit_Assign(self, node: cst.Assign) -> bool:
        self.look(node.value)
        for target in node.targets:
            self.target(target.target)
        return False

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        if node.value is not None:
            self.assign(node.target, node.value)
        return False

    def visit_AugAssign(self, node: cst.AugAssign) -> bool:
        self.look(node.target)
        self.look(node.value)
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.bind(node.name)
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.bind(node.name)
        return False

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: ARG002
        return False
