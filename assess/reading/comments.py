"""Comments that speak to lastgood, with the lines that they govern. Knows comments and statements, not what is said.

A comment governs its own line; at a statement's first or last line, the whole statement; on a line of its own, the next
statement. Of a statement with a body only the head counts: `def`, `if`, `with`, `try`, `except` and the like.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assess.reading.notebook import MAGIC
from assess.reading.parse import Block
from assess.reading.tree import SourceTree

WORD = b"lastgood:"
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
_SPEAKS = re.compile(r"#\s*lastgood\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: where it stands, what follows `lastgood:`, and the first and last line that it governs."""

    file: str
    line: int
    cell: int | None
    text: str
    first: int
    last: int


def comments(tree: SourceTree) -> tuple[Comment, ...]:
    """All comments of the tree that speak to lastgood, in order; those of files that do not parse are left out."""
    return tuple(one for path in sorted(tree.data) if WORD in tree.data[path] for one in _of_file(tree, path))


def _of_file(tree: SourceTree, path: str) -> Iterator[Comment]:
    syntax = tree.syntax(path)
    for block in syntax.blocks if syntax is not None else ():
        heads = _Heads(sorted(_heads(block)))
        for line, text, alone in _comments(block.lines if block.cell is None else _without_magics(block.lines)):
            first, last = heads.after(line) if alone else heads.around(line)
            yield Comment(path, line, block.cell, text, first, last)


def _without_magics(lines: Sequence[str]) -> list[str]:
    return ["" if line.lstrip().startswith(MAGIC) else line for line in lines]


def _comments(lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Line, words and whether it stands before a statement, of each comment that speaks to us."""
    if not any(_SPEAKS.search(line) for line in lines):
        return
    reading = tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline)
    depth = 0
    try:
        for token in reading:
            depth += (token.string in OPENING) - (token.string in CLOSING) if token.type == tokenize.OP else 0
            said = _SPEAKS.match(token.string) if token.type == tokenize.COMMENT else None
            if said is not None:
                alone = not depth and not token.line[: token.start[1]].strip()
                yield token.start[0], said[1].strip(), alone
    except (tokenize.TokenError, SyntaxError):  # IPython's own syntax may stop it: what came before counts
        return


def _heads(block: Block) -> Iterator[tuple[int, int]]:
    """First and last line of each statement, or of its head if it has a body."""
    for statement in block.body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
                continue
            body = getattr(node, "body", None)
            if isinstance(node, ast.match_case):
                yield node.pattern.lineno, max(node.pattern.lineno, node.body[0].lineno - 1)
            elif isinstance(body, list) and body:
                yield node.lineno, max(node.lineno, _first_line(body[0]) - 1)
            else:
                yield node.lineno, node.end_lineno or node.lineno


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


class _Heads:
    """The heads of a block, by line."""

    def __init__(self, heads: Sequence[tuple[int, int]]) -> None:
        self._heads = heads
        self._firsts = [first for first, _ in heads]
        self._ending: dict[int, tuple[int, int]] = {}
        for head in heads:
            for line in head:
                known = self._ending.get(line, head)
                self._ending[line] = min(known, head, key=lambda one: one[1] - one[0])

    def around(self, line: int) -> tuple[int, int]:
        """The smallest head that begins or ends on the line, else the line."""
        return self._ending.get(line, (line, line))

    def after(self, line: int) -> tuple[int, int]:
        """The next head, else the line."""
        at = bisect_right(self._firsts, line)
        return self._heads[at] if at < len(self._heads) else (line, line)
