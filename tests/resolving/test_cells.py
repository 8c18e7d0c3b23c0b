"""Cells that stand in another order than they run in: a call keeps the cell that it stands in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]


def test_a_function_of_a_later_cell_does_not_move_the_calls_after_it(tree: Tree) -> None:
    cells = [
        'import requests\n\nfound = later()\nrequests.post("https://example.org/a", json=found)',
        'def later():\n    return requests.get("https://example.org/b").json()',
    ]
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    root = tree({"a.ipynb": json.dumps({"cells": made, "metadata": {}, "nbformat": 4})})
    steps = {s.call: (s.cell, s.line) for p in assess(root).pipelines for s in p.steps}
    assert steps == {"requests.post": (0, 4), "requests.get": (1, 2)}
