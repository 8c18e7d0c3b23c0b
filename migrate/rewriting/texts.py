"""The text of a file, changed in place: each line that is kept keeps its number, so that places stay what they are."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from migrate.rewriting.source import Function, Module
from migrate.rewriting.syntax import Looking

# Stands in the lines of what was taken out.
GONE = "# lastgood: taken out"


class Text:
    """The lines of one file."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._lines = module.code.split("\n")
        self._new = list(self._lines)
        self._positions = module.positions

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

    def put_line(self, node: cst.CSTNode, text: str) -> None:
        """Put another text in the line where a statement begins."""
        line = self._positions[node].start.line - 1
        before = self._new[line]
        self._new[line] = before[: len(before) - len(before.lstrip())] + text

    def append(self, text: str) -> None:
        """Put a line at the end."""
        self._new.append(f"{text}\n")

    def head(self, function: Function, text: str) -> None:
        """Put a head where the function's own head began."""
        before = self._lines[function.line - 1]
        self._new[function.line - 1] = before[: len(before) - len(before.lstrip())] + text

    def dedent(self, statement: cst.CSTNode, width: int) -> None:
        """Move the lines of a statement to the left, but not what stands inside its strings."""
        first, last = self._module.span(statement)
        first -= sum(line.comment is not None for line in getattr(statement, "leading_lines", ()))
        strings = _Strings(self._module)
        strings.look(statement)
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


class _Strings(Looking):
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
