"""Pieces of adapter functions: an argument, a `return`, a call whose changed arguments come back with its result."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.rewriting.crossing import NOTHING, UNKNOWN, Annotation
from migrate.rewriting.draft import Given, Unit


def equal(argument: cst.Arg) -> cst.AssignEqual | cst.MaybeSentinel:
    """The sign between a keyword and its value."""
    if argument.keyword is None:
        return cst.MaybeSentinel.DEFAULT
    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def returning(value: cst.BaseExpression) -> cst.BaseStatement:
    """`return value`."""
    return cst.SimpleStatementLine([cst.Return(safe(value))])


def alone(value: cst.BaseExpression) -> cst.BaseStatement:
    """The expression as a statement."""
    return cst.SimpleStatementLine([cst.Expr(safe(value))])


def safe(value: cst.BaseExpression) -> cst.BaseExpression:
    """The expression, in parentheses if it runs over lines that only its surroundings held together."""
    try:
        cst.parse_expression(cst.Module([]).code_for_node(value))
    except cst.ParserSyntaxError:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def bringing_back(
    call: cst.BaseExpression, given: Sequence[Given], changes: Sequence[str], returns: Annotation, *, converts: bool
) -> tuple[list[cst.BaseStatement], Annotation]:
    """A call, then its result together with the arguments that it has changed; and the type of both.

    `converts`: values of copied types still have to become what the original knows.
    """
    mine = [g.name for g in given if converts and g.name in changes and g.annotation.copies]
    before = [cst.parse_statement(f"{name} = to_legacy({name})") for name in mine]
    told = ", ".join(changes)
    if returns is NOTHING:
        body = [*before, alone(call), cst.parse_statement(f"return None, {told}")]
    else:
        result = "result"
        while result in {g.name for g in given}:
            result += "_"
        kept = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(result))], safe(call))])
        body = [*before, kept, cst.parse_statement(f"return {result}, {told}")]
    return body, together(returns, [g.annotation for name in changes for g in given if g.name == name])


def together(returns: Annotation, changed: Sequence[Annotation]) -> Annotation:
    """The type of a result with what comes back beside it."""
    parts = [returns, *changed]
    if not any(p.copies for p in parts):
        return UNKNOWN
    return Annotation(
        f"tuple[{', '.join(p.text for p in parts)}]",
        storable=True,
        imports=tuple(i for p in parts for i in p.imports),
        copies=tuple(dict.fromkeys(c for p in parts for c in p.copies)),
    )


def brought_back(step: str, unit: Unit, arguments: Sequence[str]) -> str:
    """The call of a step, around which the values that it changes take over what it made of them."""
    if not unit.changes:
        return step
    given = dict(zip([g.name for g in unit.params], arguments, strict=True))
    return f"brought_back({step}, {', '.join(given[name] for name in unit.changes)})"


def taken(name: str, annotation: Annotation, changes: Sequence[str] = ()) -> cst.BaseExpression:
    """A given value as an argument of the original."""
    return cst.parse_expression(f"to_legacy({name})" if annotation.copies and name not in changes else name)
