"""The work on one message that stands in the loop itself, as a function of its own at the same lines of its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import libcst as cst
from libcst.metadata import PositionProvider

from migrate.rewriting.consumers import Consumer
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.looking import awaits
from migrate.rewriting.source import Function, Legacy, Module

# Stands in the lines of what was taken out, so that all others keep their numbers.
GONE = "# lastgood: taken out"
_ENDINGS = re.compile(r"_(id|key|raw|text|name|number|data|body)$")


def as_function(legacy: Legacy, function: Function, consumer: Consumer) -> Function:
    """The function that works on one message; its module stands in the legacy tree for the one that holds the loop."""
    text = _Text(function.module)
    kept = [*consumer.setup, *consumer.region]
    indent = text.indent(statements_of(function.node.body)[0])
    text.drop(function, kept)
    for statement in consumer.region:
        text.dedent(statement, text.indent(statement) - indent)
    for ends in _ending_the_round(consumer.region):
        text.put(ends, "return")
    for node, alone in _acknowledging(consumer.region, set(consumer.acknowledged)):
        text.put(node, "pass" if alone else GONE)
    name = _free(function, consumer.given)
    parameters = [*(["self"] if function.owner is not None else []), *consumer.given]
    colour = "async " if function.is_async or any(awaits(s) for s in consumer.region) else ""
    text.head(function, f"{colour}def {name}({', '.join(parameters)}):")
    module = legacy.replaced(function.module, text.code())
    owner = f"{function.owner}." if function.owner is not None else ""
    made = replace(module.functions[f"{owner}{name}"], script=True)
    module.functions[made.qualname] = made
    module.every = [made if f.qualname == made.qualname else f for f in module.every]
    return made


def _free(function: Function, given: Sequence[str]) -> str:
    base = f"handle_{_ENDINGS.sub('', given[0])}" if given else f"{function.name.strip('_')}_once"
    taken = {f.rpartition(".")[2] for f in function.module.functions} | {*function.module.assigned, *given}
    taken |= {*function.module.imports, *function.module.classes}
    name, n = base, 2
    while name in taken:
        name, n = f"{base}_{n}", n + 1
    return name


class _Text:
    """The lines of a file, changed in place: each line that is kept keeps its number."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._lines = module.tree.code.split("\n")
        self._new = list(self._lines)
        self._positions = module.wrapper.resolve(PositionProvider)

    def code(self) -> str:
        """All of it."""
        return "\n".join(self._new)

    def indent(self, node: cst.CSTNode) -> int:
        """How far a statement is indented."""
        return self._positions[node].start.column

    def drop(self, function: Function, kept: Iterable[cst.CSTNode]) -> None:
        """Empty the lines of a function but for these statements and the comments above them."""
        decorators = [self._module.span(d)[0] for d in function.node.decorators]
        lines = set(range(min([function.line, *decorators]), function.end_line + 1))
        for statement in kept:
            first, last = self._module.span(statement)
            above = [line for line in getattr(statement, "leading_lines", ()) if line.comment is not None]
            lines -= set(range(first - len(above), last + 1))
        for line in lines:
            self._new[line - 1] = ""

    def head(self, function: Function, text: str) -> None:
        """Put a head where the function's own head began."""
        before = self._lines[function.line - 1]
        self._new[function.line - 1] = before[: len(before) - len(before.lstrip())] + text

    def dedent(self, statement: cst.CSTNode, width: int) -> None:
        """Move the lines of a statement to the left, but not what stands inside its strings."""
        first, last = self._module.span(statement)
        first -= sum(line.comment is not None for line in getattr(statement, "leading_lines", ()))
        strings = _Strings(self._module)
        statement.visit(strings)
        for line in set(range(first, last + 1)) - strings.lines:
            text = self._new[line - 1]
            self._new[line - 1] = text[min(width, len(text) - len(text.lstrip())) :]

    def put(self, node: cst.CSTNode, text: str) -> None:
        """Replace a statement by another of one line, at its place."""
        start, end = self._positions[node].start, self._positions[node].end
        upto = end.column if start.line == end.line else None
        old = self._lines[start.line - 1][start.column : upto]
        self._new[start.line - 1] = self._new[start.line - 1].replace(old, text, 1).rstrip()
        for line in range(start.line + 1, end.line + 1):
            self._new[line - 1] = GONE


class _Gone(cst.CSTTransformer):
    def leave_EmptyLine(
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine | cst.RemovalSentinel:
        gone = original_node.comment is not None and original_node.comment.value == GONE
        return cst.RemoveFromParent() if gone else updated_node


def without_gaps(body: cst.IndentedBlock) -> cst.IndentedBlock:
    """The body without the lines that keep the place of what was taken out."""
    made = body.visit(_Gone())
    assert isinstance(made, cst.IndentedBlock)
    return made


class _Strings(cst.CSTVisitor):
    """Lines that begin inside a string."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.lines: set[int] = set()

    def _add(self, node: cst.CSTNode) -> None:
        first, last = self._module.span(node)
        self.lines |= set(range(first + 1, last + 1))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self._add(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self._add(node)


def _ending_the_round(region: Sequence[cst.BaseStatement]) -> list[cst.Continue]:
    """Each `continue` of the consumer's own loop."""
    looking = _Continues()
    for statement in region:
        statement.visit(looking)
    return looking.found


class _Continues(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.Continue] = []

    def visit_Continue(self, node: cst.Continue) -> None:
        self.found.append(node)

    def visit_For(self, node: cst.For) -> bool:
        del node
        return False

    def visit_While(self, node: cst.While) -> bool:
        del node
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        del node
        return False


def _acknowledging(
    region: Sequence[cst.BaseStatement], acknowledged: set[cst.Call]
) -> list[tuple[cst.BaseSmallStatement, bool]]:
    """Statements that only acknowledge, and whether nothing else stands in their block."""
    looking = _Blocks()
    for statement in region:
        statement.visit(looking)
    found: list[tuple[cst.BaseSmallStatement, bool]] = []
    for block in (region, *looking.found):
        told = [s for s in block if isinstance(s, cst.SimpleStatementLine) and _called(s) in acknowledged]
        found += [(small, len(told) == len(block)) for statement in told for small in statement.body]
    return found


def ends_with_acknowledging(region: Sequence[cst.BaseStatement], acknowledged: Sequence[cst.Call]) -> cst.Call | None:
    """The acknowledgement that the work ends with, where it stands inside it; None where it follows the work."""
    last = acknowledged[-1] if acknowledged else None
    if last is None or not isinstance(region[-1], cst.BaseCompoundStatement):
        return None
    return last


class _Blocks(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[Sequence[cst.BaseStatement]] = []

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.found.append(node.body)


def _called(line: cst.SimpleStatementLine) -> cst.BaseExpression | None:
    """The call that a line makes and nothing else."""
    small = line.body[0]
    value = small.value if isinstance(small, cst.Expr) and len(line.body) == 1 else None
    return value.expression if isinstance(value, cst.Await) else value
