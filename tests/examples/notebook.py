"""A notebook as somebody runs it who chooses "Run all cells": one process, one cell after the other."""

from __future__ import annotations

import json
from pathlib import Path


def play(notebook: Path) -> str:
    """The program that its code cells are, in order."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
