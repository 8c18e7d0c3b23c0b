"""Whether a variable of a module can be kept with a run: what it begins with, and what it is given later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from migrate.rewriting.chains import head_name
from migrate.rewriting.names import target_names
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import last_called, walk

_EMPTY = frozenset({"dict", "list", "set"})
_HANDLES = re.compile(
    r"create_subprocess_\w+|create_task|ensure_future|run_in_executor|submit|popen|open|connect\w*|cursor|socket|"
    r"client|resource|session|create_engine|sessionmaker|from_env|from_config|lock|get_logger|getLogger|iter|compile|"
    r"import_module|load_model|from_pretrained|pipeline|partial|wraps|create_agent|create_react_agent|init_chat_model"
)
_GIVING = frozenset("append add insert appendleft setdefault update extend push".split())
_PLAIN = frozenset(
    """str int float bool bytes list dict set tuple Any None Optional Union List Dict Set Tuple Sequence Mapping
    Iterable Literal Path""".split()
)
_DEEPEST = 4


class Lasting:
    """One variable of one module."""

    def __init__(self, legacy: Legacy, module: Module, name: str) -> None:
        self._legacy = legacy
        self._module = module
        self._name = name

    def initial(self) -> str:
        """Its first value, as written, with the quotes that formatters use."""
        value = getattr(self._module.assigned[self._name][0], "value", None)
        return self._module.text(value.visit(_Quotes())).strip() if value is not None else "None"

    def hindrance(self, changing: Sequence[Function]) -> str | None:
        """Why it has to stay where it is, None if it can be kept; `changing` are the functions that change it."""
        assigned = self._module.assigned[self._name]
        value = getattr(assigned[0], "value", None)
        if len(assigned) > 1 or value is None:
            return "the module gives it a value in several places"
        if not _is_literal(value):
            return "its first value is made when the module is imported"
        for function in changing:
            for given in _given(function, self._name):
                if self._lives_in_process(given, function, 0):
                    return "it holds what lives in one process only"
        return None

    def _lives_in_process(self, value: cst.BaseExpression, function: Function, depth: int) -> bool:
        if isinstance(value, cst.Await):
            return self._lives_in_process(value.expression, function, depth)
        if isinstance(value, cst.Lambda | cst.GeneratorExp):
            return True
        if isinstance(value, cst.Call):
            return self._makes_object(value, function)
        if isinstance(value, cst.Dict | cst.List | cst.Tuple | cst.Set):
            parts = [getattr(e, "value", None) for e in value.elements]
            return any(self._lives_in_process(p, function, depth) for p in parts if p is not None)
        if isinstance(value, cst.IfExp):
            return any(self._lives_in_process(p, function, depth) for p in (value.body, value.orelse))
        if isinstance(value, cst.BooleanOperation):
            return any(self._lives_in_process(p, function, depth) for p in (value.left, value.right))
        if isinstance(value, cst.Name) and depth < _DEEPEST:
            return self._names_object(value.value, function, depth)
        return False

    def _makes_object(self, call: cst.Call, function: Function) -> bool:
        name = dotted_name(call.func)
        last = last_called(call) or ""
        if last[:1].isupper() or _HANDLES.fullmatch(last):
            return True
        found = self._legacy.resolve(function.module, name) if name is not None else None
        return found is not None and found[1] in found[0].classes

    def _names_object(self, name: str, function: Function, depth: int) -> bool:
        params = function.node.params
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            if param.name.value == name and param.annotation is not None:
                words = {n.value for n in walk(param.annotation) if isinstance(n, cst.Name)}
                return bool({w for w in words if w[:1].isupper()} - _PLAIN)
        if name in function.module.functions or name in function.module.classes:
            return True
        if name == self._name:
            return False
        return any(self._lives_in_process(v, function, depth + 1) for v in _assigned(function, name))


class _Quotes(cst.CSTTransformer):
    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:  # noqa: ARG002
        text = updated_node.value
        plain = text[:1] == "'" and text[:3] != "'''" and not {'"', "\\"} & set(text)
        return updated_node.with_changes(value=f'"{text[1:-1]}"') if plain else updated_node


def _is_literal(node: cst.CSTNode) -> bool:
    """Whether a value is written out, all of it."""
    if isinstance(node, cst.Call):
        return dotted_name(node.func) in _EMPTY and not node.args
    if isinstance(node, cst.UnaryOperation):
        return _is_literal(node.expression)
    if isinstance(node, cst.Dict):
        return all(
            isinstance(e, cst.DictElement) and _is_literal(e.key) and _is_literal(e.value) for e in node.elements
        )
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return all(isinstance(e, cst.Element) and _is_literal(e.value) for e in node.elements)
    if isinstance(node, cst.Name):
        return node.value in ("None", "True", "False")
    return isinstance(node, cst.SimpleString | cst.ConcatenatedString | cst.Integer | cst.Float)


def _given(function: Function, name: str) -> Iterator[cst.BaseExpression]:
    """What this function gives to a variable, or puts into it."""
    for node in walk(function.node.body):
        targets, value = _assignment(node)
        if value is not None and any(_is_of(t, name) for t in targets):
            yield value
        elif isinstance(node, cst.Call) and last_called(node) in _GIVING and _is_of(node.func, name):
            yield from (a.value for a in node.args)


def _assignment(node: cst.CSTNode) -> tuple[list[cst.BaseExpression], cst.BaseExpression | None]:
    """What is given a value here, and the value."""
    if isinstance(node, cst.Assign):
        return [t.target for t in node.targets], node.value
    if isinstance(node, cst.AnnAssign | cst.AugAssign):
        return [node.target], node.value
    if isinstance(node, cst.WithItem) and node.asname is not None:
        return [node.asname.name], node.item
    return [], None


def _is_of(node: cst.CSTNode, name: str) -> bool:
    if isinstance(node, cst.Tuple | cst.List):
        return any(_is_of(e.value, name) for e in node.elements)
    head = head_name(node)
    return head is not None and head.value == name


def _assigned(function: Function, name: str) -> Iterator[cst.BaseExpression]:
    for node in walk(function.node.body):
        targets, value = _assignment(node)
        if value is not None and any(name in target_names(t) for t in targets):
            yield value
