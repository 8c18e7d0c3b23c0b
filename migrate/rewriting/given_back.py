"""Objects of the legacy code's own classes that a function gives back, by what names show."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

import libcst as cst

from migrate.rewriting.answers import callee_of
from migrate.rewriting.mutating import COLLECTS
from migrate.rewriting.names import globals_read, target_names
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import Looking
from migrate.rewriting.valued import Valued

_DEEPEST = 4
# The module of a class, and its name there.
Class = tuple[Module, str]


def classes_given(legacy: Legacy, function: Function, depth: int = 0) -> Iterator[Class]:
    """The classes of what this function gives, also inside of tuples and lists; by its annotation, if it has one."""
    if function.node.returns is not None:
        yield from classes_named(legacy, function, function.node.returns)
        return
    looking = _Given()
    looking.look(function.node.body)
    for value in looking.values:
        if isinstance(value, cst.Call):
            name = dotted_name(value.func) or ""
            yield from _resolved(legacy, function, [(function.owner or "") if name == "cls" else name])
            callee = callee_of(legacy, function, value)
            if callee is not None and depth < _DEEPEST:
                yield from classes_given(legacy, callee, depth + 1)


def classes_named(legacy: Legacy, function: Function, annotation: cst.Annotation) -> Iterator[Class]:
    """The classes of the legacy code that an annotation names."""
    written = annotation.annotation
    text = function.module.text(written)
    if isinstance(written, cst.SimpleString):
        text = str(written.evaluated_value)
    with contextlib.suppress(SyntaxError):
        yield from _resolved(legacy, function, sorted(globals_read(text)))


def _resolved(legacy: Legacy, function: Function, names: Iterable[str]) -> Iterator[Class]:
    for name in names:
        found = legacy.resolve(function.module, name)
        if found is not None and found[1] in found[0].classes:
            yield found


def gives_what_lives(valued: Valued, function: Function) -> bool:
    """Whether it gives an object that lives in one process."""
    return any(valued.lives(module, name) for module, name in classes_given(valued.legacy, function))


def gives_unknown(valued: Valued, function: Function) -> Class | None:
    """The first class of what it gives of which nobody knows whether it can be stored: it keeps what it is given."""
    for module, name in classes_given(valued.legacy, function):
        if not valued.is_value(module, name) and not valued.lives(module, name):
            return module, name
    return None


class _Given(Looking):
    """What a function returns, itself or under a name of its own."""

    def __init__(self) -> None:
        self._returned: list[cst.BaseExpression] = []
        self._assigned: list[tuple[str, cst.BaseExpression]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self._returned.append(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            at = target.target
            named = at.value if isinstance(at, cst.Subscript) else at
            self._assigned += [(name, node.value) for name in target_names(named)]

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) and func.attr.value in COLLECTS:
            self._assigned += [(func.value.value, argument.value) for argument in node.args]

    @property
    def values(self) -> list[cst.BaseExpression]:
        """The expressions that make what is returned, and what has been put into it."""
        found = [part for value in self._returned for part in _parts(value)]
        followed: set[str] = set()
        for part in found:
            if isinstance(part, cst.Name) and part.value not in followed:
                followed.add(part.value)
                found += [p for name, value in self._assigned if name == part.value for p in _parts(value)]
        return found


def _parts(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(value, cst.Await):
        return _parts(value.expression)
    if isinstance(value, cst.Tuple | cst.List):
        return [part for element in value.elements for part in _parts(element.value)]
    return [value]
