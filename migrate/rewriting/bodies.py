"""The body of a function as the body of a method of the workflow: what it needs at its head, and its empty lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from migrate.rewriting.looking import is_text
from migrate.rewriting.names import binds, imported_in, parameter_names, reads, target_names
from migrate.rewriting.source import Function
from migrate.rewriting.syntax import Looking, walk


def starred(function: Function) -> dict[str, str]:
    """Parameters that take the rest: the workflow passes each argument by its name, so there is none."""
    params = function.node.params
    found = {}
    if isinstance(params.star_arg, cst.Param):
        found[params.star_arg.name.value] = "Any = ()"
    if params.star_kwarg is not None:
        found[params.star_kwarg.name.value] = "Any = {}"
    return found


def with_unset(body: cst.IndentedBlock, names: Mapping[str, str]) -> cst.IndentedBlock:
    """The body, with a value for names that go into an activity before they surely have one."""
    first = [cst.parse_statement(f"{name}: {value}") for name, value in names.items()]
    if not first:
        return body
    at = int(bool(body.body) and is_text(body.body[0]))
    return body.with_changes(body=[*body.body[:at], *first, *body.body[at:]])


def without_comments(group: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Statements that leave the comments above the first of them where they stood."""
    first, *rest = group
    if isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        first = first.with_changes(leading_lines=())
    return [first, *rest]


def never_bound(function: Function, body: cst.IndentedBlock) -> list[str]:
    """Names of its own that a function reads before it binds them, if what binds them stays out of the workflow's text.

    The original stops there with UnboundLocalError. So does the workflow, if the name is one of its own too.
    """
    missing = set(reads(body)) & set(binds(function.node.body)) - set(binds(body))
    missing -= {*parameter_names(function.node.params), *imported_in(function.node.body)}
    return [name for name in sorted(missing) if _is_read_first(name, function.node.body)]


def _is_read_first(name: str, body: cst.BaseSuite) -> bool:
    """Whether no statement in front of the first one that reads it, as the text goes, binds it."""
    for line in walk(body):
        if isinstance(line, cst.SimpleStatementLine) and name in (*reads(line), *binds(line)):
            return name in reads(line)
    return False


def closer(body: cst.IndentedBlock) -> cst.IndentedBlock:
    """What stood at module level with the empty lines of a function: none first, never two."""
    made = []
    for number, node in enumerate(body.body):
        lines: list[cst.EmptyLine] = []
        for line in getattr(node, "leading_lines", ()):
            empty_before = lines[-1].comment is None if lines else not number
            if line.comment is not None or not empty_before:
                lines.append(line)
        made.append(node.with_changes(leading_lines=lines) if hasattr(node, "leading_lines") else node)
    return body.with_changes(body=made)


def local_names(function: Function) -> set[str]:
    """Names that mean something of the function's own anywhere in it, also in comprehensions and functions inside."""
    names = set(parameter_names(function.node.params)) | set(binds(function.node.body))
    looking = _Bound()
    looking.look(function.node.body)
    names |= looking.names
    names -= imported_in(function.node.body)
    return names - ({"self"} if function.owner is not None else set())


class _Bound(Looking):
    """Names that comprehensions and functions inside the function bind."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.names |= set(target_names(node.target))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.names |= set(parameter_names(node.params)) | set(binds(node.body))

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.names |= set(parameter_names(node.params))
