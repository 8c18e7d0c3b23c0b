"""Ways out of a run of statements other than its end: `return`, `break`, `continue`. An activity says which it took."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.rewriting.syntax import Looking

_OUTER = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


class Exits(Looking):
    """What leaves these statements, and what forbids to move them."""

    def __init__(self, group: Sequence[cst.CSTNode]) -> None:
        super().__init__()
        self.kinds: dict[str, None] = {}
        self.yields = False
        self.outer_names: dict[str, None] = {}
        self._loops = 0
        self._functions = 0
        for node in group:
            self.look(node)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note what leaves; what stands in functions inside does not."""
        if isinstance(node, cst.Global | cst.Nonlocal):
            self.outer_names |= dict.fromkeys(n.name.value for n in node.names)
        if isinstance(node, _OUTER):
            self._functions += 1
        elif not self._functions:
            self._note(node)
        if isinstance(node, cst.For | cst.While):
            self._loops += 1
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Out of a loop or function again."""
        if isinstance(original_node, _OUTER):
            self._functions -= 1
        elif isinstance(original_node, cst.For | cst.While):
            self._loops -= 1

    def _note(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Return):
            self.kinds.setdefault("return")
        elif isinstance(node, cst.Yield):
            self.yields = True
        elif isinstance(node, cst.Break | cst.Continue) and not self._loops:
            self.kinds.setdefault("break" if isinstance(node, cst.Break) else "continue")


class _Told(cst.CSTTransformer):
    def __init__(self, leaves: Sequence[str], changes: Sequence[str]) -> None:
        super().__init__()
        self._leaves = list(leaves)
        self._changes = [cst.Name(n) for n in changes]
        self._loops = 0
        self._functions = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._functions += isinstance(node, _OUTER)
        self._loops += isinstance(node, cst.For | cst.While)
        return True

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        self._functions -= isinstance(original_node, _OUTER)
        self._loops -= isinstance(original_node, cst.For | cst.While)
        if self._functions:
            return updated_node
        if isinstance(updated_node, cst.Return):
            nothing: list[cst.BaseExpression] = [cst.Name("None") for _ in self._leaves]
            return _saying("return", updated_node.value or cst.Name("None"), [*nothing, *self._changes])
        if isinstance(updated_node, cst.Break | cst.Continue) and not self._loops:
            kind = "break" if isinstance(updated_node, cst.Break) else "continue"
            return _saying(kind, cst.Name("None"), [*(cst.Name(n) for n in self._leaves), *self._changes])
        return updated_node


def _saying(kind: str, value: cst.BaseExpression, leaves: Sequence[cst.BaseExpression]) -> cst.Return:
    if isinstance(value, cst.Tuple) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    parts: list[cst.BaseExpression] = [cst.SimpleString(f'"{kind}"'), value, *leaves]
    return cst.Return(cst.Tuple([cst.Element(p) for p in parts], lpar=[], rpar=[]))


def telling(
    group: Sequence[cst.BaseStatement], leaves: Sequence[str], changes: Sequence[str] = (), *, ends: bool
) -> list[cst.BaseStatement]:
    """The statements, with each way out told as `how, value, *leaves, *changes`; `ends`: they can come to their end."""
    made: list[cst.BaseStatement] = []
    for node in group:
        told = node.visit(_Told(leaves, changes))
        assert isinstance(told, cst.BaseStatement)
        made.append(told)
    if ends:
        names = [cst.Name(n) for n in (*leaves, *changes)]
        made.append(cst.SimpleStatementLine([_saying("", cst.Name("None"), names)]))
    return made
