"""Puts back into a tree what its lowered text could not say."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from assess.reading.lowering.marks import Mark, MarkKind, Part

_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp


def restore(tree: ast.Module, marks: Iterable[Mark]) -> ast.Module:
    """The tree as a newer Python would give it, but for type parameters. Raises ValueError if a mark fits nowhere."""
    wanted = list(marks)
    if not wanted:
        return tree
    restoring = _Restoring(wanted)
    restored = restoring.visit(tree)
    if restoring.count != len(wanted):
        raise ValueError("a mark fits nowhere")
    assert isinstance(restored, ast.Module)
    return restored


class _Restoring(ast.NodeTransformer):
    def __init__(self, marks: list[Mark]) -> None:
        self.count = 0
        self._texts = {mark.span: mark.parts for mark in marks if mark.kind is MarkKind.TEXT}
        self._caught = {mark.span[:2]: mark.parts for mark in marks if mark.kind is MarkKind.CAUGHT}
        self._unpacked = {mark.span[:2] for mark in marks if mark.kind is MarkKind.UNPACKED}
        self._entries = {mark.span for mark in marks if mark.kind is MarkKind.ENTRIES}

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        self.generic_visit(node)
        parts = self._texts.pop(_span(node), None)
        if parts is None:
            return node
        self.count += 1
        return _text(node, parts)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        if node.type is not None and (parts := self._caught.pop(_start(node.type), None)) is not None:
            self.count += 1
            (count, _), *_ = [part for part in parts if not isinstance(part, str)]
            node.type = _split(node.type, count)
        self.generic_visit(node)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        if _span(node) in self._entries:
            self._entries.discard(_span(node))
            self.count += 1
            inner = _without_signs(node.elt, _start(node.elt), 2)
            made = ast.DictComp(
                key=ast.copy_location(ast.Constant(None), inner), value=inner, generators=node.generators
            )
            return self.generic_visit(ast.copy_location(made, node))  # type: ignore[return-value]
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node)

    def _comprehension(self, node: _Comprehension) -> ast.expr:
        place = _start(node.elt)
        if place in self._unpacked:
            self._unpacked.discard(place)
            self.count += 1
            inner = _without_signs(node.elt, place, 1)
            node.elt = ast.copy_location(ast.Starred(value=inner, ctx=ast.Load()), node.elt)
        self.generic_visit(node)
        return node


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _span(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _without_signs(node: ast.expr, place: tuple[int, int], count: int) -> ast.expr:
    """The expression without the signs that it starts with: they bind closer than the stars that they stand for."""
    if isinstance(node, ast.UnaryOp) and _start(node) == place:
        return node.operand if count == 1 else _without_signs(node.operand, _start(node.operand), count - 1)
    for name, child in ast.iter_fields(node):
        if isinstance(child, ast.expr) and _start(child) == place:
            setattr(node, name, _without_signs(child, place, count))
            break
    return node


def _split(node: ast.expr, count: int) -> ast.expr:
    elements: list[ast.expr] = []
    left = node
    while count > 1 and isinstance(left, ast.BinOp):
        elements.insert(0, left.right)
        left = left.left
        count -= 1
    return ast.copy_location(ast.Tuple(elts=[left, *elements], ctx=ast.Load()), node)


def _text(node: ast.Tuple, parts: tuple[Part, ...]) -> ast.expr:
    values: list[ast.expr] = []
    rest = list(node.elts)
    for part in parts:
        if isinstance(part, str):
            last = values[-1] if values else None
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                last.value += part
            elif part:
                values.append(ast.copy_location(ast.Constant(part), node))
            continue
        count, inner = part
        shown = _take(rest, count, node)
        formats: list[ast.expr] = [_shown(_take(rest, c, node), None) for c in inner]
        values.append(_shown(shown, ast.copy_location(ast.JoinedStr(formats), shown) if formats else None))
    if rest:
        raise ValueError("a text has another number of expressions than was said")
    return ast.copy_location(ast.JoinedStr(values), node)


def _take(rest: list[ast.expr], count: int, node: ast.Tuple) -> ast.expr:
    """The next expression; a tuple without brackets was taken apart, and its count is negative."""
    taken = [rest.pop(0) for _ in range(abs(count))]
    if count > 0:
        return taken[0]
    return ast.copy_location(ast.Tuple(elts=taken, ctx=ast.Load()), taken[0] if taken else node)


def _shown(value: ast.expr, formats: ast.expr | None) -> ast.FormattedValue:
    return ast.copy_location(ast.FormattedValue(value=value, conversion=-1, format_spec=formats), value)
