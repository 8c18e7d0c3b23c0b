"""Bytes to `ast`, for modules and notebooks. Says in one line why something does not parse."""

from __future__ import annotations

import ast
import io
import json
import sys
import tokenize
import warnings
from dataclasses import dataclass

from assess.reading.newer import is_python_2, needed_version

MAGIC = ("%", "!", "?")


class UnreadableError(ValueError):
    """The file is not Python that this interpreter reads; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that share a cell; a module has one block, a notebook one a code cell."""

    cell: int | None
    body: list[ast.stmt]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Syntax:
    """One parsed file."""

    path: str
    blocks: tuple[Block, ...]
    has_main: bool
    problems: tuple[str, ...] = ()
    """Cells of a notebook that were left out, and why."""

    def lines(self, cell: int | None) -> tuple[str, ...]:
        """The source lines of a cell, or of the module."""
        return next((block.lines for block in self.blocks if block.cell == cell), ())


def parse(path: str, data: bytes) -> Syntax:
    """Parse one file. Raises UnreadableError."""
    if path.endswith(".ipynb"):
        problems: list[str] = []
        return Syntax(path, tuple(_cells(data, problems)), has_main=False, problems=tuple(problems))
    text = _decode(data)
    body = _parse_text(text)
    return Syntax(path, (Block(None, body, _lines(text)),), has_main=any(map(_is_main_guard, body)))


def _lines(text: str) -> tuple[str, ...]:
    """The lines as Python counts them: only a line feed ends one."""
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def _decode(data: bytes) -> str:
    if b"\0" in data:
        raise UnreadableError("null bytes: not Python source")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline=None).read()
    except (SyntaxError, UnicodeError, LookupError) as problem:
        raise UnreadableError(f"not readable as text: {problem}") from None


def _parse_text(text: str, *, notebook: bool = False) -> list[ast.stmt]:
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, "<scanned>", "exec", flags, dont_inherit=True)
    except SyntaxError as problem:
        raise UnreadableError(_why(text, problem)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as problem:
        raise UnreadableError(f"does not parse: {type(problem).__name__}, too deep or too large") from None
    assert isinstance(tree, ast.Module)
    return tree.body


def _why(text: str, problem: SyntaxError) -> str:
    """Why the parser refused a text: it needs another Python, or it is wrong."""
    line = problem.lineno or 0
    newer = needed_version(text, line, problem.msg)
    if newer is not None and sys.version_info < tuple(map(int, newer.split("."))):
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"needs Python >= {newer} from line {line} on, and this is {running}: run lastgood with a newer Python"
    if is_python_2(text, line):
        return "Python 2 source: needs a version of Python that is no longer kept"
    return f"does not parse at line {line}: {problem.msg}"


def _is_main_guard(statement: ast.stmt) -> bool:
    return is_main_test(statement.test) if isinstance(statement, ast.If) else False


def is_main_test(test: ast.expr) -> bool:
    """Whether an expression is `__name__ == "__main__"`."""
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
    return False


def _cells(data: bytes, problems: list[str]) -> list[Block]:
    try:
        notebook = json.loads(data)
        cells = notebook["cells"]
        language = notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        sources = [
            (n, "".join(c["source"]))
            for n, c in enumerate(cells)
            if isinstance(c, dict) and c.get("cell_type") == "code"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableError("not a notebook of format 4") from None
    if str(language).lower() not in ("python", "python3", "ipython"):
        raise UnreadableError(f"a notebook in {language}, not Python")
    blocks = []
    for number, source in sources:
        text = _without_magics(source)
        try:
            blocks.append(Block(number, _parse_text(text, notebook=True), _lines(source)))
        except UnreadableError as problem:
            problems.append(f"cell {number} {problem}")
            blocks.append(Block(number, [], _lines(source)))
    return blocks


def _without_magics(source: str) -> str:
    """IPython's own lines become `pass`, so that line numbers stay."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%") and not lines[0].startswith(("%%time", "%%capture")):
        return ""
    kept = []
    for line in lines:
        bare = line.lstrip()
        magic = bare.startswith(MAGIC) or bare.rstrip().endswith("?")
        kept.append(line[: len(line) - len(bare)] + "pass" if magic else line)
    return "\n".join(kept)
