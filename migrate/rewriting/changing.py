"""Which values a run of statements changes under the same name: `rows.append(row)`, `found[key] = 1`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.rewriting.syntax import Targets


class _Changing(Targets):
    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def target(self, node: cst.CSTNode) -> None:
        while isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
            if isinstance(node, cst.Name):
                self.names.setdefault(node.value)

    def visit_Expr(self, node: cst.Expr) -> None:
        call = node.value.expression if isinstance(node.value, cst.Await) else node.value
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
            self.target(call.func)


def changed_in(group: Sequence[cst.CSTNode]) -> list[str]:
    """Names whose value these statements change without giving the name another one."""
    looking = _Changing()
    for node in group:
        looking.look(node)
    return list(looking.names)
