"""Bytes to `ast`, for modules and notebooks. Says in one line why something does not parse."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from dataclasses import dataclass

from assess.reading.lowering.restore import restore
from assess.reading.lowering.worker import WORKER
from assess.reading.newer import is_python_2, needed_version
from assess.reading.notebook import NotANotebookError, code_cells, without_cell_magic, without_line_magic

_TOO_DEEP = "nested too deeply or too large"


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


def text_lines(data: bytes) -> tuple[str, ...]:
    """The lines of a module, which is not parsed for that. Raises UnreadableError."""
    return _lines(_decode(data))


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
    """The statements; code that needs a newer Python is lowered first. Raises UnreadableError."""
    try:
        return _compiled(text, notebook=notebook).body
    except SyntaxError as problem:
        newer = _needs(text, problem)
        if newer is not None:
            body = _lowered(text, notebook=notebook)
            if body is not None:
                return body
        raise UnreadableError(_why(text, problem, newer)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError, SystemError) as problem:
        said = _TOO_DEEP if not isinstance(problem, ValueError) else " ".join(str(problem).split())[:200]
        raise UnreadableError(f"does not parse: {said}") from None


def _compiled(text: str, *, notebook: bool) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, "<scanned>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _lowered(text: str, *, notebook: bool) -> list[ast.stmt] | None:
    """The statements of code that only a newer Python reads, or None if it cannot be said in older syntax."""
    lowered = WORKER.ask(text)
    if lowered is None:
        return None
    try:
        return restore(_compiled(lowered.text, notebook=notebook), lowered.marks).body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError):
        return None


def _needs(text: str, problem: SyntaxError) -> str | None:
    """The version that knows the refused syntax, if it is newer than the one that runs."""
    newer = needed_version(text, problem.lineno or 0, problem.msg)
    return newer if newer is not None and sys.version_info < tuple(map(int, newer.split("."))) else None


def _why(text: str, problem: SyntaxError, newer: str | None) -> str:
    """Why the parser refused a text: it needs another Python, or it is wrong."""
    line = problem.lineno or 0
    if "null bytes" in problem.msg:
        return "null bytes: not Python source"
    if newer is not None:
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
        cells = code_cells(data)
    except NotANotebookError as problem:
        raise UnreadableError(str(problem)) from None
    blocks = []
    for number, source in cells:
        body: list[ast.stmt] = []
        try:
            body = _parse_text(_without_magics(source), notebook=True)
        except UnreadableError as problem:
            problems.append(f"cell {number} {problem}")
        blocks.append(Block(number, body, _lines(source)))
    return blocks


def _without_magics(source: str) -> str:
    """IPython's own lines are blanked where the parser stumbles over them, so that `%` in Python stays what it is."""
    text = without_cell_magic(source)
    for _ in range(text.count("\n") + 1):
        try:
            _compiled(text, notebook=True)
        except SyntaxError as problem:
            plain = without_line_magic(text, problem.lineno or 0)
            if plain is None or plain == text:
                break
            text = plain
        except (ValueError, RecursionError, MemoryError, OverflowError, SystemError):
            break
        else:
            break
    return text
