"""What a function of the legacy code takes, as far as a workflow can be given it."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.crossing import Annotation, read_parameter
from migrate.rewriting.draft import Draft
from migrate.rewriting.names import reads
from migrate.rewriting.requested import given_by_framework
from migrate.rewriting.source import Function, dotted_name


def parameters_of(draft: Draft, function: Function) -> list[tuple[str, Annotation, str | None]]:
    """Parameters with their types and their defaults, as far as the workflow can carry them."""
    params = function.node.params
    found: list[tuple[str, Annotation, str | None]] = []
    unread = given_by_framework(function) - set(reads(function.node.body)) if function is draft.entry else set()
    positional = [*params.posonly_params, *params.params]
    if function.owner is not None and not any(
        dotted_name(d.decorator) == "staticmethod" for d in function.node.decorators
    ):
        positional = positional[1:]
    for param in (*positional, *params.kwonly_params):
        if param.name.value in unread:
            continue
        annotation = read_parameter(draft.copies, function.module, param)
        if annotation.storable is False:
            annotation = Annotation()
        default = _default(function, param)
        if default is None:
            # Python wants parameters with a default last; the caller has to give all before this one.
            found = [(name, kind, None) for name, kind, _ in found]
        found.append((param.name.value, annotation, default))
    return found


def _default(function: Function, param: cst.Param) -> str | None:
    if param.default is None:
        return None
    if _is_literal(param.default):
        return function.module.text(param.default)
    return None


def is_service(draft: Draft, function: Function, name: str) -> bool:
    """Whether a parameter is annotated with a class of the legacy code that has methods and no fields."""
    params = function.node.params
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        annotated = dotted_name(param.annotation.annotation) if param.annotation is not None else None
        found = draft.legacy.resolve(function.module, annotated) if annotated else None
        if param.name.value != name or found is None or found[1] not in found[0].classes:
            continue
        body = found[0].classes[found[1]].body.body
        lines = [small for s in body if isinstance(s, cst.SimpleStatementLine) for small in s.body]
        has_fields = any(isinstance(small, cst.AnnAssign) for small in lines)
        return not has_fields and any(isinstance(s, cst.FunctionDef) for s in body)
    return False


def _is_literal(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString | cst.Integer | cst.Float) or dotted_name(node) in (
        "None",
        "True",
        "False",
    )
