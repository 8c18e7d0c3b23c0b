"""What a test asks of the call whose result it tests: `page = fetch()` and then `if page is None: return`.

A run in which the call gave None takes the one way only. What a `return` gives is known where it stands there.
"""

from __future__ import annotations

import ast

from assess.resolving.running import Run
from assess.resolving.scopes import Scope
from assess.resolving.trace import Asked, Gives, Site
from assess.resolving.values import Function, Value

_NOT_NONE = frozenset({Gives.EMPTY, Gives.SOMETHING})
_NOTHING = frozenset({Gives.NONE, Gives.EMPTY})
_SOMETHING = frozenset({Gives.SOMETHING})
_NONE = frozenset({Gives.NONE})


def given(node: ast.expr | None) -> Gives | None:
    """What a returned expression is known to be."""
    match node:
        case None | ast.Constant(value=None):
            return Gives.NONE
        case ast.Constant(value=value):
            return Gives.SOMETHING if value else Gives.EMPTY
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            full = any(not isinstance(part, ast.Starred) for part in parts)
            return Gives.SOMETHING if full else None if parts else Gives.EMPTY
        case ast.Dict(keys=keys):
            return Gives.SOMETHING if any(keys) else None if keys else Gives.EMPTY
        case ast.JoinedStr(values=parts) if any(isinstance(p, ast.Constant) and p.value for p in parts):
            return Gives.SOMETHING
    return None


def asked(run: Run, test: ast.expr, scope: Scope) -> Asked | None:
    """What a test asks of a call in this function."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = asked(run, inner, scope)
            return None if found is None else Asked(found.site, found.otherwise, found.then)
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            site = _site(run, left, scope)
            return None if site is None else Asked(site, _NONE, _NOT_NONE)
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            site = _site(run, left, scope)
            return None if site is None else Asked(site, _NOT_NONE, _NONE)
    site = _site(run, test, scope)
    return None if site is None else Asked(site, _SOMETHING, _NOTHING)


def _site(run: Run, node: ast.expr, scope: Scope) -> Site | None:
    site = scope.came.get(node.id) if isinstance(node, ast.Name) else called_at(node, scope)
    return site if site in run.direct else None


def note_direct(run: Run, node: ast.Call, scope: Scope, callee: Value) -> None:
    """Remember calls that give what a function of the tree returns, and not an object, a generator or a list of it."""
    site = called_at(node, scope)
    if site is None:
        return
    if isinstance(callee, Function) and not callee.info.generator and not isinstance(callee.info.node, ast.Lambda):
        run.direct.add(site)
    else:
        run.direct.discard(site)


def called_at(node: ast.expr, scope: Scope) -> Site | None:
    """The place of the call that an expression is, awaited or not."""
    call = node.value if isinstance(node, ast.Await) else node
    return (scope.module.path, scope.cell, call.lineno, call.col_offset) if isinstance(call, ast.Call) else None
