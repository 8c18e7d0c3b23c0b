"""A notebook as one script: its code cells in order, what IPython takes for itself blanked."""

from __future__ import annotations

import re

from assess.reading.notebook import MAGIC, code_cells, without_cell_magic

# Magics of a cell that run the Python under them.
PYTHON_MAGICS = (
    "time", "timeit", "prun", "memit", "lprun", "mprun", "capture", "debug", "pyinstrument", "scalene", "snakeviz",
    "px", "wandb", "ipytest",
)  # fmt: skip


def script_of(data: bytes) -> tuple[str, dict[int, int]]:
    """A notebook as one script, and how many lines stand before each code cell. Raises NotANotebookError."""
    cells = code_cells(data)
    lines: list[str] = []
    before: dict[int, int] = {}
    for number, text in cells:
        before[number] = len(lines)
        lines += [_plain(line) for line in without_cell_magic(text).split("\n")]
    return "\n".join(lines) + "\n", before


def _plain(line: str) -> str:
    bare = line.lstrip()
    if bare.startswith(MAGIC) or bare.rstrip().endswith("?"):
        return line[: len(line) - len(bare)] + "pass"
    return re.sub(r"^(\s*\w+\s*=\s*)[!%].*$", r"\1''", line)
