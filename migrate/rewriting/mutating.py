"""Which arguments a legacy function changes: a list that it appends to, an object whose fields it sets.

An activity is given copies, so what it changes in them has to come back with its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

from migrate.rewriting.answers import callee_of, derived
from migrate.rewriting.chains import chain_nodes, head_name
from migrate.rewriting.looking import has_decorator
from migrate.rewriting.names import parameter_names, target_names
from migrate.rewriting.source import Function, Legacy
from migrate.rewriting.syntax import Targets, walk

_CHANGING = frozenset(
    """append extend insert remove pop clear sort reverse update setdefault popitem add discard appendleft popleft
    extendleft rotate difference_update intersection_update symmetric_difference_update subtract __setitem__""".split()
)
_CHANGING_FUNCTIONS = frozenset("shuffle heappush heappop heapify heapreplace insort setattr".split())
# What keeps a value that it is given.
COLLECTS = frozenset("append extend insert add appendleft setdefault put put_nowait push update".split())
_DEEPEST = 6


class Mutations:
    """What the functions of the legacy code change in what they are given."""

    def __init__(self, legacy: Legacy) -> None:
        self._legacy = legacy
        self._known: dict[Function, frozenset[str]] = {}

    def parameters(self, function: Function, depth: int = 0) -> frozenset[str]:
        """The parameters whose values the function changes, itself or by those that it hands them to."""
        if function not in self._known:
            self._known[function] = frozenset()
            names = parameter_names(function.node.params)
            body = function.node.body
            changed = self._changed(function, [body], depth)
            self._known[function] = frozenset(n for n in names if derived(body, [n]) & changed)
        return self._known[function]

    def names(self, function: Function, nodes: Sequence[cst.CSTNode]) -> set[str]:
        """The names whose values this code of the function changes."""
        return self._changed(function, nodes, 0)

    def _changed(self, function: Function, nodes: Sequence[cst.CSTNode], depth: int) -> set[str]:
        looked = [_changing(node) for node in nodes]
        found = {name for changing in looked for name in changing.names}
        calls = [call for changing in looked for call in changing.calls]
        for call in calls if depth < _DEEPEST else ():
            given = [a for a in call.args if isinstance(a.value, cst.Name | cst.Attribute | cst.Subscript)]
            callee = callee_of(self._legacy, function, call) if given else None
            if callee is not None:
                found |= self._handed(callee, call, depth)
        return found

    def _handed(self, callee: Function, call: cst.Call, depth: int) -> set[str]:
        changed = self.parameters(callee, depth + 1)
        names = parameter_names(callee.node.params)
        if callee.owner is not None and not has_decorator(callee, "staticmethod"):
            names = names[1:]
        found = set()
        for index, argument in enumerate(call.args):
            name = argument.keyword.value if argument.keyword else names[index] if index < len(names) else None
            head = head_name(argument.value)
            if name in changed and head is not None and is_place(argument.value):
                found.add(head.value)
        return found


def is_place(node: cst.BaseExpression) -> bool:
    """Whether this names a value that somebody else may hold: a name, a field, an item; not something made here."""
    nodes = chain_nodes(node)
    plain = all(isinstance(n, cst.Name | cst.Attribute | cst.Subscript) for n in nodes)
    sliced = isinstance(node, cst.Subscript) and any(isinstance(e.slice, cst.Slice) for e in node.slice)
    return plain and not sliced


def changed_fields(method: Function, *, made_once: bool = True) -> set[str]:
    """Fields of its own object that a method gives another value, or whose values it changes.

    `made_once`: those too that it gives a value only where they have none yet, as a client that is made when needed.
    """
    looking = _Fields()
    looking.look(method.node.body)
    if made_once:
        return looking.fields
    guards = [n.test for n in walk(method.node.body) if isinstance(n, cst.If)]
    lazy = {field for test in guards for field in _own_fields(test) if _asks_whether_missing(test)}
    return looking.fields - (lazy - looking.grown)


def fields_read(method: Function) -> set[str]:
    """Fields of its own object that a method reads, or changes in place."""
    targets = {t.target for t in walk(method.node.body) if isinstance(t, cst.AssignTarget)}
    named = [n for n in walk(method.node.body) if isinstance(n, cst.Attribute) and n not in targets]
    return {n.attr.value for n in named if isinstance(n.value, cst.Name) and n.value.value == "self"}


def _own_fields(node: cst.CSTNode) -> set[str]:
    named = [n for n in walk(node) if isinstance(n, cst.Attribute)]
    return {n.attr.value for n in named if isinstance(n.value, cst.Name) and n.value.value == "self"}


def _asks_whether_missing(test: cst.BaseExpression) -> bool:
    """`not self.client`, `self.client is None`."""
    if isinstance(test, cst.UnaryOperation):
        return isinstance(test.operator, cst.Not)
    return isinstance(test, cst.Comparison) and any(isinstance(c.operator, cst.Is) for c in test.comparisons)


class _Changing(Targets):
    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.calls: list[cst.Call] = []

    def _head(self, node: cst.CSTNode) -> None:
        head = head_name(node)
        if head is not None:
            self.names.setdefault(head.value)

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in _CHANGING:
            self._head(func.value)
        name = func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""
        if name in _CHANGING_FUNCTIONS and node.args:
            self._head(node.args[0].value)

    def target(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Tuple | cst.List):
            for element in node.elements:
                self.target(element.value)
        elif isinstance(node, cst.Attribute | cst.Subscript):
            self._head(node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        super().visit_AugAssign(node)
        # `rows += [row]` changes the list itself, `count += 1` does not.
        if isinstance(node.value, cst.List | cst.ListComp | cst.Dict | cst.Set):
            self.names |= dict.fromkeys(target_names(node.target))


@lru_cache(maxsize=10_000)
def _changing(node: cst.CSTNode) -> _Changing:
    looking = _Changing()
    looking.look(node)
    return looking


class _Fields(_Changing):
    """The fields of `self` among what is changed; those that are `grown` are changed in place."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.grown: set[str] = set()

    def _head(self, node: cst.CSTNode) -> None:
        nodes = chain_nodes(node)
        head, field = nodes[-1], nodes[-2] if len(nodes) > 1 else None
        if isinstance(head, cst.Name) and head.value == "self" and isinstance(field, cst.Attribute):
            self.fields.add(field.attr.value)

    def visit_Call(self, node: cst.Call) -> None:
        before = set(self.fields)
        super().visit_Call(node)
        self.grown |= self.fields - before

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        before = set(self.fields)
        super().visit_AugAssign(node)
        self.grown |= self.fields - before
