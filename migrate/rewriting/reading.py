"""What code does with a value that it is given: whether it only reads it, and which fields it reads.

Only read means: attributes, items, lengths, the methods of plain data; handed to functions of the legacy code that only
read it, too; put into a list. Who knows nothing of a called function takes it for one that needs the object.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

from migrate.rewriting.answers import PLAIN_METHODS, callee_of, derived, handed_on, needs_object
from migrate.rewriting.chains import chain_nodes, head_name
from migrate.rewriting.looking import has_decorator
from migrate.rewriting.mutating import Mutations
from migrate.rewriting.names import parameter_names, target_names
from migrate.rewriting.sites import Route
from migrate.rewriting.source import Function, Legacy, dotted_name
from migrate.rewriting.syntax import Looking, Targets
from migrate.rewriting.valued import Valued

_HARMLESS = frozenset(
    "len print isinstance hasattr getattr bool list tuple sorted enumerate zip any all reversed type cast".split()
)
_FORMATS = frozenset("str repr format".split())
_LOGS = frozenset("debug info warning warn error exception critical log".split())
_COLLECTS = frozenset("append extend appendleft".split())
_DEEPEST = 5
# A call, the position of what it is given, its keyword.
_Given = tuple[cst.Call, int, str | None]


class Reading:
    """Asks of each function and parameter once."""

    def __init__(self, legacy: Legacy, valued: Valued, mutations: Mutations) -> None:
        """`mutations` knows which functions change what they are given."""
        self._legacy = legacy
        self._valued = valued
        self._mutations = mutations
        self._known: dict[tuple[Function, str, bool], bool] = {}

    def needs(
        self,
        route: Route | None,
        function: Function,
        node: cst.CSTNode,
        names: Sequence[str],
        *,
        entity: bool,
        depth: int = 0,
    ) -> bool:
        """Whether this code of the function needs the object itself behind one of the names.

        `entity`: what is set on it goes into the database, so whoever sets something needs it too.
        """
        body = function.node.body
        if needs_object(node, derived(body, list(names))):
            return True
        using = _Using(aliases(body, names))
        using.look(node)
        if using.formats or (entity and using.sets):
            return True
        return any(self._needs_argument(route, function, given, entity=entity, depth=depth) for given in using.given_to)

    def _needs_argument(
        self, route: Route | None, function: Function, given: _Given, *, entity: bool, depth: int
    ) -> bool:
        call, index, keyword = given
        name = dotted_name(call.func) or ""
        last = name.rpartition(".")[2]
        if name in _HARMLESS or _logs(call):
            return False
        if isinstance(call.func, cst.Attribute) and last in (_COLLECTS if entity else PLAIN_METHODS):
            return False
        site = route.sites.get(call) if route is not None else None
        callee = site.callee if site is not None and not site.opaque else callee_of(self._legacy, function, call)
        if callee is None:
            return not self._valued.is_value(function.module, name)
        params = parameter_names(callee.node.params)
        if callee.owner is not None and not has_decorator(callee, "staticmethod"):
            params = params[1:]
        inner = keyword or (params[index] if index < len(params) else None)
        if inner not in params or depth >= _DEEPEST:
            return True
        return self._parameter(site.inner if site is not None else None, callee, inner, entity=entity, depth=depth + 1)

    def _parameter(self, route: Route | None, function: Function, name: str, *, entity: bool, depth: int) -> bool:
        key = (function, name, entity)
        if key not in self._known:
            self._known[key] = False
            changed = entity and name in self._mutations.parameters(function)
            self._known[key] = changed or self.needs(
                route, function, function.node.body, [name], entity=entity, depth=depth
            )
        return self._known[key]

    def fields(self, route: Route | None, function: Function, names: Sequence[str], depth: int = 0) -> set[str]:
        """The attributes that the function, and those that it hands the value to, read of these names."""
        body = function.node.body
        using = _Using(derived(body, list(names)))
        using.look(body)
        found = set(using.fields)
        for call, index, keyword in using.given_to if depth < _DEEPEST else ():
            site = route.sites.get(call) if route is not None else None
            callee = site.callee if site is not None else callee_of(self._legacy, function, call)
            params = parameter_names(callee.node.params) if callee is not None else []
            if callee is not None and callee.owner is not None and not has_decorator(callee, "staticmethod"):
                params = params[1:]
            inner = keyword or (params[index] if index < len(params) else None)
            if callee is not None and inner in params:
                found |= self.fields(site.inner if site is not None else None, callee, [inner], depth + 1)
        return found


def aliases(body: cst.CSTNode, names: Sequence[str]) -> set[str]:
    """These names, those that hold the same, and those that hold one item of it."""
    return handed_on(names, _wholes_given(body))


@lru_cache(maxsize=10_000)
def _wholes_given(body: cst.CSTNode) -> Sequence[tuple[str, frozenset[str]]]:
    """Which names, or items of them, the code gives to which others."""
    looking = _Aliases()
    looking.look(body)
    return looking.given


def _same(node: cst.CSTNode, names: set[str]) -> bool:
    node = _without_items(node)
    return isinstance(node, cst.Name) and node.value in names


def _without_items(node: cst.CSTNode) -> cst.CSTNode:
    while isinstance(node, cst.Subscript):
        node = node.value
    return node


class _Aliases(Looking):
    def __init__(self) -> None:
        self.given: list[tuple[str, frozenset[str]]] = []

    def _give(self, node: cst.CSTNode, *targets: cst.CSTNode) -> None:
        name = _without_items(node)
        if isinstance(name, cst.Name):
            self.given.append((name.value, frozenset(n for t in targets for n in target_names(t))))

    def visit_Assign(self, node: cst.Assign) -> None:
        self._give(node.value, *(t.target for t in node.targets))

    def visit_For(self, node: cst.For) -> None:
        self._give(node.iter, node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._give(node.iter, node.target)


def _logs(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in _LOGS


class _Using(Targets):
    """Who is given one of the names, which fields of it are read or set, whether it is put into a text."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self.given_to: list[_Given] = []
        self.fields: set[str] = set()
        self.sets = False
        self.formats = False

    def visit_Call(self, node: cst.Call) -> bool:
        for index, argument in enumerate(node.args):
            if _same(argument.value, self._names):
                self.formats = self.formats or (dotted_name(node.func) in _FORMATS)
                self.given_to.append((node, index, argument.keyword.value if argument.keyword else None))
        if dotted_name(node.func) == "setattr" and node.args and self._is_one(node.args[0].value):
            self.sets = True
        return not _logs(node)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
        self.formats = self.formats or _same(node.expression, self._names)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self._is_one(node):
            self.fields |= {n.attr.value for n in chain_nodes(node) if isinstance(n, cst.Attribute)}

    def target(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Attribute | cst.Subscript) and self._is_one(node):
            self.sets = True

    def _is_one(self, node: cst.CSTNode) -> bool:
        head = head_name(node)
        return head is not None and head.value in self._names
