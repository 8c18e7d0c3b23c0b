"""Code for a newer Python is read as what it means, with every call in its line and column."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from assess.reading.lowering.lower import lower
from assess.reading.lowering.marks import Lowered
from assess.reading.lowering.restore import restore
from assess.reading.parse import Syntax, UnreadableError, parse

OLDER = {
    "def first[T](items: list[T]) -> T:\n    return call(items)\n": (
        (3, 12), "def first(items: list[T]) -> T:\n    return call(items)\n"),
    "class Box[\n    T: (int, str),\n    *Ts, **P,  # all\n](call(1)):\n    pass\n": (
        (3, 12), "class Box(call(1)):\n    pass\n"),
    "type Pair[T] = tuple[call(T), int]; call(2)\n": ((3, 12), "Pair = tuple[call(T), int]; call(2)\n"),
    "type Long[\n    T,\n] = list[T]\n": ((3, 12), "Long = list[T]\n"),
    "x = call(f'{d['a']}', call(f'é{d['ü']}'), call(1))\n": (
        (3, 12), "x = call(f\"{d['a']}\", call(f\"é{d['ü']}\"), call(1))\n"),
    "x = (f'{d['a']!r:>{w['b']}}'\n    'b{}' f\"{call(1)}\\n\" fr'\\d{call(2)}')\n": (
        (3, 12), "x = f\"{d['a']:{w['b']}}b{{}}{call(1)}\\n\\\\d{call(2)}\"\n"),
    "x = f'{a, d['b']} {\n    call(1)  # one\n}'\n": ((3, 12), "x = f\"{(a, d['b'])} {call(1)}\"\n"),
    "class Box[T = int](call(1)):\n    pass\n": ((3, 13), "class Box(call(1)):\n    pass\n"),
    "try:\n    call(1)\nexcept ValueError, errors.Other: call(2)\n": (
        (3, 14), "try:\n    call(1)\nexcept (ValueError, errors.Other): call(2)\n"),
    "try:\n    call(1)\nexcept* A, B, C:\n    call(2)\n": (
        (3, 14), "try:\n    call(1)\nexcept* (A, B, C):\n    call(2)\n"),
    "x = t'hello {call(1)}' + call(2)\n": ((3, 14), "x = f'hello {call(1)}' + call(2)\n"),
    "x = rt'{d['a']}', call(1)\n": ((3, 14), "x = f\"{d['a']}\", call(1)\n"),
    "lazy import json\nlazy from a.b import (\n    c,\n)\ncall(1)\n": (
        (3, 15), "import json\nfrom a.b import c\ncall(1)\n"),
    "x = [*call(y) for y in z], {*await call(y) + 1 for y in z}, call(*y for y in z)\n": (
        (3, 15), "x = [*call(y) for y in z], {*await call(y) + 1 for y in z}, call((*y for y in z))\n"),
    "x = {**call(y) for y in z}\n": ((3, 15), "x = {None: call(y) for y in z}\n"),
}  # fmt: skip


def _calls(syntax: Syntax) -> list[tuple[int, str]]:
    """Line, and the text from the column on, of each call of `call`."""
    found = []
    for block in syntax.blocks:
        for statement in block.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
                    text = block.lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset]
                    found.append((node.lineno, text.decode()[:6]))
    return sorted(found)


@pytest.mark.parametrize("text", OLDER)
def test_newer_code_is_read_in_its_place(text: str) -> None:
    syntax = parse("a.py", text.encode())
    wanted = [(n, "call(" + rest[:1]) for n, line in enumerate(text.split("\n"), 1) for rest in line.split("call(")[1:]]
    assert [(line, said[:6]) for line, said in _calls(syntax)] == sorted(wanted)


@pytest.mark.parametrize("text", [text for text, (version, _) in OLDER.items() if sys.version_info < version])
def test_newer_code_is_read_as_older_code_that_means_the_same(text: str) -> None:
    read = ast.Module(list(parse("a.py", text.encode()).blocks[0].body), [])
    assert ast.dump(read) == _dumped(OLDER[text][1])


def _dumped(text: str) -> str:
    """The tree of older code. Stars in comprehensions are lowered here too: no older code can say them."""
    lowered = lower(text) if "*" in text else Lowered(text, ())
    return ast.dump(restore(ast.parse(lowered.text), lowered.marks))


def test_a_backslash_in_an_f_string() -> None:
    """No older code says this in one expression."""
    assert _calls(parse("a.py", b"x = f'{'\\n'.join(call(1))}' or call(2)\n")) == [(1, "call(1"), (1, "call(2")]


def test_the_cells_of_a_notebook_are_read_so_too() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": "x = await call(f\'{d[\'a\']}\')"}], "metadata": {}}'
    assert _calls(parse("a.ipynb", data)) == [(1, "call(f")]


def test_what_nobody_reads_is_no_newer_code() -> None:
    """Broken code with a sign of newer syntax stays refused."""
    for text in ("type X = = 1\n", "x = t'{a' 'b\n", "lazy import\n", "type X = int\nx = (\n", "x = f'{d['a'}'\n"):
        with pytest.raises(UnreadableError):
            parse("a.py", text.encode())


def test_libcst_stays_in_the_child() -> None:
    """It may take its process down, and takes a while to import."""
    code = "import sys\n"
    code += "from assess.reading.parse import parse\n"
    code += "parse('a.py', b'x = t\\'{a}\\'')\nprint('libcst' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
