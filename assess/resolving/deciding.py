"""Tests that the code decides by itself: what a literal argument, or a name that keeps its literal, makes of them.

Decided only where the name cannot have another value by then: one that a loop or a `try` of the same function gives
another value is left open, for its first value is not the one of a later turn.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from assess.resolving.program import FunctionNode
from assess.resolving.running import Run
from assess.resolving.scopes import Scope
from assess.resolving.values import Class, Const, Function, Items, Mapping, Value

NONE_MOVING: frozenset[str] = frozenset()
_SOMETHING = Items | Mapping | Function | Class
"""Values that are never None."""
_MOVING = ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar


def certain(run: Run, test: ast.expr, scope: Scope) -> bool | None:
    """What a test is in every run that comes here on this way; None if that depends on the run."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.Constant(value=literal):
            return bool(literal)
        case ast.Name():
            known = _literal(test, scope)
            return None if known is None else bool(known.value)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = certain(run, inner, scope)
            return None if found is None else not found
        case ast.BoolOp(op=joint, values=values):
            parts = [certain(run, part, scope) for part in values]
            ends = isinstance(joint, ast.Or)
            if ends in parts:
                return ends
            return None if None in parts else not ends
        case ast.Compare(left=left, ops=[joint], comparators=[right]):
            return _compared(left, joint, right, scope)
    return None


def _literal(node: ast.expr, scope: Scope) -> Const | None:
    """The literal that a name of this function stands for on this way."""
    if isinstance(node, ast.Constant):
        return Const(value=node.value, written=True)
    value = _settled(node, scope)
    return value if isinstance(value, Const) and value.written and not value.origins else None


def _settled(node: ast.expr, scope: Scope) -> Value | None:
    """The value of a name that is bound here and has no other value by now."""
    if not isinstance(node, ast.Name) or node.id in scope.outer:
        return None
    moving = _moving(scope.function.node) if scope.function is not None else NONE_MOVING
    inside = scope.function is not None or (scope.parent is not None and not scope.is_class_body)
    return scope.names.get(node.id) if inside and node.id not in moving else None


def _compared(left: ast.expr, joint: ast.cmpop, right: ast.expr, scope: Scope) -> bool | None:
    asks_inside = isinstance(joint, ast.In | ast.NotIn)
    found = _contained(left, right, scope) if asks_inside else _same(left, joint, right, scope)
    return found if found is None or isinstance(joint, ast.Eq | ast.Is | ast.In) else not found


def _same(left: ast.expr, joint: ast.cmpop, right: ast.expr, scope: Scope) -> bool | None:
    if not isinstance(joint, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        return None
    one, other = _literal(left, scope), _literal(right, scope)
    if other is not None and other.value is None and isinstance(_settled(left, scope), _SOMETHING):
        return False
    if one is None or other is None:
        return None
    return bool(one.value == other.value)


def _contained(left: ast.expr, right: ast.expr, scope: Scope) -> bool | None:
    one = _literal(left, scope)
    if one is None:
        return None
    match right:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            others = [_literal(part, scope) for part in parts]
            if any(o is not None and o.value == one.value for o in others):
                return True
            return None if None in others else False
        case ast.Name(id=name) if _is_rest(name, scope):
            return None if _may_hold(scope.names.get(name), one.value) else False
        case ast.Name(id=name) if scope.function is None:
            held = scope.find(name)
            return one.value in held.values if isinstance(held, Mapping) and _is_closed(held) else None
    return None


def _is_rest(name: str, scope: Scope) -> bool:
    """Whether a name is the `**kwargs` of this function: its keys are those that were passed."""
    if scope.function is None:
        return False
    node = scope.function.node
    return node.args.kwarg is not None and node.args.kwarg.arg == name and name not in _moving(node)


def _may_hold(value: Value | None, key: object) -> bool:
    return not isinstance(value, Mapping) or not _is_closed(value) or key in value.values


def _is_closed(mapping: Mapping) -> bool:
    """Whether every key of a dict is known."""
    return mapping.rest is None and not mapping.origins


@lru_cache(maxsize=4096)
def _moving(node: FunctionNode) -> frozenset[str]:
    """The names that a loop or a `try` of this function gives a value, or that an inner function may."""
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, _MOVING):
            found |= {n.id for n in ast.walk(inner) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        elif isinstance(inner, ast.Nonlocal):
            found |= set(inner.names)
    return frozenset(found)
