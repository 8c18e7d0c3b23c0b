"""Notebooks: which cells are Python, and what of them IPython would take for itself.

Knows the file format and IPython's line syntax, not how Python is parsed.
"""

from __future__ import annotations

import json
import re

MAGIC = ("%", "!", "?")
"""What a line of IPython's own starts with."""
_TIMING = ("time", "timeit", "prun", "memit", "lprun", "mprun")
"""Magics that run the Python behind them."""
_AROUND = (*_TIMING, "capture", "debug", "pyinstrument", "scalene", "snakeviz", "px", "wandb", "ipytest")
"""Magics of a cell that run the Python under them."""
_PYTHON = ("python", "python3", "ipython", "ipython3")

_TIMED = re.compile(rf"(?:%(?:{'|'.join(_TIMING)})\b(?:\s+-\w+(?:\s+[\d.]+|[\d.]+)?)*\s+)(?=\S)")
_ASSIGNED = re.compile(r"^(\s*[^\s=!%#'\"][^=!%#'\"]*=\s*)([!%].*)$")


class NotANotebookError(ValueError):
    """The file is no notebook that is read here; the message says why, in one line."""


def code_cells(data: bytes) -> list[tuple[int, str]]:
    """The number, among all cells, and the text of each code cell. Raises NotANotebookError."""
    try:
        notebook = json.loads(data)
        found = [
            (number, "".join(cell["source"]).replace("\r\n", "\n"))
            for number, cell in enumerate(notebook["cells"])
            if isinstance(cell, dict) and cell.get("cell_type") == "code"
        ]
        metadata = notebook.get("metadata", {})
        languages = [metadata.get(key, {}).get(name) for key, name in _LANGUAGES]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError):
        raise NotANotebookError("not a notebook of format 4") from None
    language = next((str(named) for named in languages if named), "python")
    if language.lower() not in _PYTHON:
        raise NotANotebookError(f"a notebook in {' '.join(language.split())[:40]}, not Python")
    return found


_LANGUAGES = (("kernelspec", "language"), ("language_info", "name"))


def without_cell_magic(source: str) -> str:
    """The cell without the magic in its first line; nothing is left if that hands the cell to something else."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None or not lines[first].startswith("%%"):
        return source
    if lines[first][2:].split(None, 1)[:1] not in [[name] for name in _AROUND]:
        return ""
    lines[first] = "pass"
    return "\n".join(lines)


def without_line_magic(source: str, line: int) -> str | None:
    """The cell with what IPython takes for itself in this line (from 1) blanked; None if that is nothing.

    Everything else stays in its line and column, the Python that a timing magic runs too.
    """
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return None
    text = lines[line - 1]
    bare = text.lstrip()
    indent = text[: len(text) - len(bare)]
    assigned = _ASSIGNED.match(text)
    if bare.startswith(MAGIC):
        timed = _TIMED.match(bare)
        lines[line - 1] = indent + (f"0;{bare[timed.end() :].rjust(len(bare) - 2)}" if timed else "pass")
    elif assigned is not None:
        timed = _TIMED.match(assigned[2])
        lines[line - 1] = assigned[1] + (assigned[2][timed.end() :].rjust(len(assigned[2])) if timed else "''")
    elif bare.rstrip().endswith("?"):
        lines[line - 1] = f"{indent}pass"
    else:
        return None
    while text.endswith("\\") and line < len(lines):
        text, lines[line] = lines[line], ""
        line += 1
    return "\n".join(lines)
