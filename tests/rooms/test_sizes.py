"""One idea a file, one screen a function."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

FILE = 500
MEDIAN = 100
FUNCTION = 60


PRODUCT = ("assess", "lastgood", "migrate", "reports", "docs")


def _files(home: Path, packages: tuple[str, ...] = (*PRODUCT, "tests")) -> Iterator[Path]:
    for package in packages:
        yield from sorted((home / package).rglob("*.py"))


def test_files_are_short(home: Path) -> None:
    lengths = {path.relative_to(home).as_posix(): len(path.read_text().splitlines()) for path in _files(home)}
    assert {name: length for name, length in lengths.items() if length > FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN


def test_functions_fit_a_screen(home: Path) -> None:
    long = {}
    for path in _files(home, PRODUCT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.body[0].lineno + 1
                if length > FUNCTION:
                    long[f"{path.relative_to(home)}:{node.lineno} {node.name}"] = length
    assert long == {}
