"""The statements at the top of a file, each read by libcst when somebody asks for it.

Of a large file a migration needs a few functions, and libcst takes ten times as long as Python's own parser to read it.
So Python's parser says where each statement stands, and libcst reads those that are asked for. The nodes are the same
as if it had read the whole file at once.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import libcst as cst

from migrate.rewriting.spans import Definition, Outline, Statement, outline
from migrate.rewriting.syntax import calls_in, statements_in

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BETWEEN = re.compile(r"(#.*)?\r?\n")
"""A line that belongs to what comes after it: empty, or a comment at the margin."""
_ODD = re.compile(r"\r(?!\n)|[\f\v\0]")
"""What Python and libcst may count lines by differently."""


class UnreadableError(Exception):
    """A file of the pipeline cannot be read as Python."""


class Piece:
    """Statements that stand together, as a rule one.

    `first` is the line of the file on which its text begins, comments above it included; `statements` is empty where
    nothing but libcst can say what stands here.
    """

    def __init__(self, text: str, first: int, statements: Sequence[Statement], parse: Callable[[], cst.Module]) -> None:
        self.text = text
        self.first = first
        self.statements = statements
        self._parse = parse
        self._parsed: cst.Module | None = None
        self._functions: Sequence[cst.FunctionDef] | None = None
        self._calls: Sequence[cst.Call] | None = None

    @property
    def lone(self) -> Definition | None:
        """The function or class that it is, if it is only that."""
        only = self.statements[0] if len(self.statements) == 1 else None
        return only if isinstance(only, Definition) else None

    @property
    def is_read(self) -> bool:
        """Whether somebody asked for it."""
        return self._parsed is not None

    @property
    def parsed(self) -> cst.Module:
        """A module of it alone."""
        if self._parsed is None:
            self._parsed = self._parse()
        return self._parsed

    @property
    def body(self) -> Sequence[cst.BaseStatement]:
        """Its statements."""
        return [s for s in self.parsed.body if isinstance(s, cst.BaseStatement)]

    def function(self, at: int) -> cst.FunctionDef:
        """One of the functions in it, which are counted from 0 on, an outer one before those in it."""
        if self._functions is None:
            self._functions = list(_functions(self.parsed))
        return self._functions[at]

    def lone_class(self) -> cst.ClassDef:
        """The class that it is."""
        found = self.parsed.body[0]
        assert isinstance(found, cst.ClassDef)
        return found

    @property
    def calls(self) -> Sequence[cst.Call]:
        """Every call in it, an outer one before those in it."""
        if self._calls is None:
            self._calls = calls_in(self.parsed)
        return self._calls


def _functions(node: cst.CSTNode) -> Iterator[cst.FunctionDef]:
    for child in statements_in(node):
        if isinstance(child, cst.FunctionDef):
            yield child
        yield from _functions(child)


class Pieces:
    """The text of a file in pieces. Raises UnreadableError, as does asking for what stands in a piece."""

    def __init__(self, file: str, source: str | bytes) -> None:
        self._file = file
        text = source if isinstance(source, str) else _decoded(source)
        known = outline(text) if text is not None and not _ODD.search(text) else None
        groups = _groups(known.statements, _LINE.findall(text)) if text is not None and known is not None else []
        self._tree: cst.Module | None = None
        if text is None or known is None or len(groups) < 2:
            self._tree = self._whole(source)
            self.text = self._tree.code
            self.newline, self.indent = self._tree.default_newline, self._tree.default_indent
            whole = Piece(self.text, 1, groups[0] if groups else (), lambda: self.tree)
            self.all: Sequence[Piece] = [whole]
            return
        self.text = text
        self.newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
        self.indent = known.indent or cst.Module([]).default_indent
        self.all = self._cut(known, groups)

    def _cut(self, known: Outline, groups: Sequence[Sequence[Statement]]) -> list[Piece]:
        lines = _LINE.findall(self.text)
        begins = [1, *(group[-1].last + 1 for group in groups[:-1])]
        ends = [*(group[-1].last for group in groups[:-1]), len(lines)]
        # A block before it makes libcst indent and end lines by the same rules as in the whole file.
        block = f"if 0:{self.newline}{known.indent}pass{self.newline}" if known.indent else f"pass{self.newline}"
        found = []
        for group, begin, end in zip(groups, begins, ends, strict=True):
            text = "".join(lines[begin - 1 : end])
            found.append(Piece(text, begin, group, self._parsing(text, block if begin > 1 else "")))
        return found

    def _parsing(self, text: str, block: str) -> Callable[[], cst.Module]:
        def parse() -> cst.Module:
            try:
                made = cst.parse_module(block + text)
            except cst.ParserSyntaxError:
                self._whole(self.text)  # which says where in the file
                raise
            return made.with_changes(body=made.body[1:]) if block else made

        return parse

    def _whole(self, source: str | bytes) -> cst.Module:
        try:
            return cst.parse_module(source)
        except (cst.ParserSyntaxError, UnicodeDecodeError) as problem:
            raise UnreadableError(f"{self._file} cannot be read as Python: {problem}") from None

    @property
    def tree(self) -> cst.Module:
        """The whole file."""
        if self._tree is None:
            made = [piece.parsed for piece in self.all]
            self._tree = cst.Module(
                [statement for part in made for statement in part.body],
                made[0].header,
                made[-1].footer,
                default_indent=self.indent,
                default_newline=self.newline,
                has_trailing_newline=made[-1].has_trailing_newline,
            )
        return self._tree

    def code_of(self, node: cst.CSTNode) -> str:
        """A node as it is written in this file."""
        return cst.Module([], default_indent=self.indent, default_newline=self.newline).code_for_node(node)


def _decoded(source: bytes) -> str | None:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode() if encoding == "utf-8" else None
    except (SyntaxError, UnicodeDecodeError):
        return None


def _groups(statements: Sequence[Statement], lines: Sequence[str]) -> list[list[Statement]]:
    """The statements, together those between which libcst alone can say what belongs to which."""
    found = [[s] for s in statements[:1]]
    for before, after in pairwise(statements):
        between = lines[before.last : after.first - 1]
        continued = lines[before.last - 1].rstrip("\r\n").endswith("\\")
        if after.first > before.last and not continued and all(_BETWEEN.fullmatch(line) for line in between):
            found.append([after])
        else:
            found[-1].append(after)
    return found
