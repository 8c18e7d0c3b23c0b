"""t-strings and f-strings of a newer grammar: quotes, backslashes and comments inside the braces.

A t-string becomes an f-string, which holds the same expressions. An f-string that the running version refuses becomes
a tuple of its expressions, each at its place, and a mark with its literal pieces.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from assess.reading.lowering.edits import Edits, NotLoweredError
from assess.reading.lowering.marks import MarkKind, Part

_Piece = cst.SimpleString | cst.FormattedString | cst.TemplatedString
_Braces = cst.FormattedStringExpression | cst.TemplatedStringExpression
_Content = Sequence[cst.BaseFormattedStringContent] | Sequence[cst.BaseTemplatedStringContent]


def lower_strings(edits: Edits, version: tuple[int, int]) -> None:
    """Lower every text that `version` refuses. Raises NotLoweredError."""
    if version >= (3, 14):
        return
    joined = [node for node, _ in edits.nodes() if isinstance(node, cst.ConcatenatedString)]
    inner = {id(part) for node in joined for part in (node.left, node.right)}
    for node, _ in edits.nodes():
        if isinstance(node, cst.TemplatedString):
            start = edits.spans[node].start
            edits.put(start, _as_f(node.start.rstrip("\"'")))
        whole = isinstance(node, cst.ConcatenatedString | cst.FormattedString | cst.TemplatedString)
        if whole and version < (3, 12) and id(node) not in inner and not _is_read(edits, node):
            _Text(edits).lower(list(_pieces(node)))


def _as_f(prefix: str) -> str:
    return prefix.replace("t", "f").replace("T", "F")


def _pieces(node: cst.CSTNode) -> Iterator[_Piece]:
    if isinstance(node, cst.ConcatenatedString):
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    elif isinstance(node, _Piece):
        yield node


def _is_read(edits: Edits, node: cst.CSTNode) -> bool:
    """Whether the running Python reads the text as it stands."""
    span = edits.spans[node]
    source = edits.source(span.start, span.start + span.length)
    for piece in _pieces(node):
        if isinstance(piece, cst.TemplatedString):
            at = len(edits.source(span.start, edits.spans[piece].start))
            prefix = piece.start.rstrip("\"'")
            source = source[:at] + _as_f(prefix) + source[at + len(prefix) :]
    try:
        ast.parse(f"({source})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@dataclass
class _Text:
    """One text, piece by piece."""

    edits: Edits
    parts: list[Part] = field(default_factory=list)
    kept: list[tuple[int, int]] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    """Whether the expression that is kept ends in a comma already."""

    def lower(self, pieces: list[_Piece]) -> None:
        """Make a tuple of the text. Raises NotLoweredError."""
        last = self.edits.spans[pieces[-1]]
        start, end = self.edits.spans[pieces[0]].start, last.start + last.length
        for piece in pieces:
            if isinstance(piece, cst.SimpleString):
                self.parts.append(str(piece.evaluated_value))
            else:
                at = self.edits.spans[piece].start + len(piece.start.encode())
                self._content(piece.parts, at, piece.start)
        self.edits.blank(start, end, self.kept)
        self.edits.put(start, "(")
        self.edits.put(end - 1, ")")
        for (_, stop), closed in zip(self.kept, self.closed, strict=True):
            if not closed:
                self.edits.put(self.edits.after(stop), ",")
        self.edits.mark(MarkKind.TEXT, start, end, self.parts)

    def _content(self, parts: _Content, at: int, opening: str) -> None:
        for part in parts:
            if isinstance(part, cst.FormattedStringText | cst.TemplatedStringText):
                self.parts.append(_literal(part.value, opening))
            else:
                assert isinstance(part, _Braces)
                self._braces(part, at)
            at += self.edits.size(part)

    def _braces(self, part: _Braces, at: int) -> None:
        """`{x!r:{width}}`: what is in it, and what is in its format."""
        count = self._keep(part, at)
        if part.equal is not None:
            stop = self.kept[-1][1] + self.edits.size(part.whitespace_after_expression) + self.edits.size(part.equal)
            self.parts.append(self.edits.source(at + 1, stop))
        formats = part.format_spec or ()
        place = at + self.edits.size(part) - 1 - sum(map(self.edits.size, formats))
        counts = []
        for inner in formats:
            if isinstance(inner, _Braces):
                if any(isinstance(deeper, _Braces) for deeper in inner.format_spec or ()):
                    raise NotLoweredError("a format in a format in a format")
                counts.append(self._keep(inner, place))
            place += self.edits.size(inner)
        self.parts.append((count, tuple(counts)))

    def _keep(self, part: _Braces, at: int) -> int:
        """Keep the expression in the braces that open at a place; how many elements it is in a tuple."""
        expression = part.expression
        start = at + 1 + self.edits.size(part.whitespace_before_expression)
        self.kept.append((start, start + self.edits.size(expression)))
        self.closed.append(False)
        if isinstance(expression, cst.Yield) and not expression.lpar:
            raise NotLoweredError("a yield in a text")
        if isinstance(expression, cst.Tuple) and not expression.lpar:
            self.closed[-1] = isinstance(expression.elements[-1].comma, cst.Comma)
            return -len(expression.elements)
        return 1


def _literal(value: str, opening: str) -> str:
    """What a literal piece says."""
    quote = opening.lstrip("fFtTrRbBuU")
    text = value.replace("{{", "{").replace("}}", "}")
    if "r" in opening[: -len(quote)].lower():
        return text
    try:
        said = ast.literal_eval(quote + text + quote)
    except (SyntaxError, ValueError):
        return text
    return str(said)
