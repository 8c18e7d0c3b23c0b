"""Bytes to syntax: what is read, and in which words what is not is refused."""

from __future__ import annotations

import ast
import codecs
import json
from typing import Any

import pytest

from assess.reading.parse import Syntax, UnreadableError, parse

CODE = "x = 'é'\n\n\ndef f():\n    return x\n"


def words(syntax: Syntax) -> list[object]:
    """Every string constant of the file."""
    return [
        n.value
        for block in syntax.blocks
        for s in block.body
        for n in ast.walk(s)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


def notebook(*cells: str | tuple[str, Any], **metadata: Any) -> bytes:
    made = [
        {"cell_type": "code", "source": cell} if isinstance(cell, str) else {"cell_type": cell[0], "source": cell[1]}
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4}).encode()


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode(),
        codecs.BOM_UTF8 + CODE.encode(),
        b"# coding: latin-1\n" + CODE.encode("latin-1"),
        b"#!/usr/bin/env python\n# -*- coding: cp1252 -*-\n" + CODE.encode("cp1252"),
        b"# vim: set fileencoding=utf-8 :\n" + CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
        CODE.replace("\n", "\r").encode(),
        CODE.rstrip("\n").encode(),
    ],
    ids=["plain", "mark", "latin-1", "cp1252 in line 2", "vim", "windows", "old mac", "no last newline"],
)
def test_encodings_and_line_ends(data: bytes) -> None:
    syntax = parse("a.py", data)
    assert words(syntax) == ["é"]
    assert [b.cell for b in syntax.blocks] == [None]
    function = syntax.blocks[0].body[-1]
    assert syntax.lines(None)[function.lineno - 1] == "def f():"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x = 1\0\n", "null bytes"),
        (codecs.BOM_UTF16_LE + "x = 1\n".encode("utf-16-le"), "null bytes"),
        (b"x = '\xff'\n", "not readable as text"),
        (b"# coding: no-such\n", "not readable as text"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "not readable as text"),
        (b"print 'hello'\n", "Python 2"),
        (b"def f():\n    raise ValueError, 'x'\n", "Python 2"),
        (b"exec code\n", "Python 2"),
        (b"x = (\n", "does not parse at line 1"),
        (b"x = 1\n  y = 2\n", "does not parse at line 2"),
        (b"x = " + b"[" * 5_000 + b"]" * 5_000, "does not parse"),
        (b"x = " + b"-" * 200_000 + b"1", "does not parse"),
        (b"x = " + b"1" * 10_000, "does not parse"),
        (b"x = 1\nif True:\n", "does not parse"),
        (b"".join(b" " * n + b"if a:\n" for n in range(120)) + b" " * 120 + b"pass", "does not parse"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        parse("a.py", data)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", codecs.BOM_UTF8, b"\f\n"])
def test_files_without_statements_are_read(data: bytes) -> None:
    assert parse("a.py", data).blocks[0].body == []


def test_lines_are_counted_as_python_counts_them() -> None:
    r"""A form feed, `\x1c` or a Unicode separator inside a line ends no line."""
    data = "a = '\f \x0b \x1c \x85 \u2028'\nb = 'found'\n".encode()
    syntax = parse("a.py", data)
    found = syntax.blocks[0].body[1]
    assert found.lineno == 2
    assert syntax.lines(None)[found.lineno - 1] == "b = 'found'"


def test_scanned_code_warns_nobody(recwarn: pytest.WarningsRecorder) -> None:
    parse("a.py", b"x = '\\d'\nassert (1, 2)\n1 is 1\n")
    assert len(recwarn) == 0


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("if __name__ == '__main__':\n    pass\n", True),
        ("if '__main__' == __name__:\n    pass\n", True),
        ("if __name__ != '__main__':\n    pass\n", False),
        ("x = __name__ == '__main__'\n", False),
    ],
)
def test_main_guards_are_known(text: str, main: bool) -> None:
    assert parse("a.py", text.encode()).has_main is main


def test_a_notebook_is_its_code_cells() -> None:
    syntax = parse("a.ipynb", notebook(("markdown", "# hello"), "x = 'one'", ("raw", "no code"), "y = 'two'\nz = 3\n"))
    assert [block.cell for block in syntax.blocks] == [1, 3]
    assert words(syntax) == ["one", "two"]
    assert syntax.lines(3) == ("y = 'two'", "z = 3")
    assert syntax.lines(0) == ()
    assert syntax.has_main is False


def test_the_source_of_a_cell_may_be_a_list_of_lines() -> None:
    data = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 'a'\n", "y = 'b'"]}], "metadata": {}}).encode()
    assert words(parse("a.ipynb", data)) == ["a", "b"]


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 'kept'",
        "!pip install x\nx = 'kept'",
        "x = 'kept'\n?x",
        "x = 'kept'\nx.upper?",
        "%%time\nx = 'kept'",
        "if True:\n    %time 1\nx = 'kept'",
        "await f()\nx = 'kept'",
        "async with f() as g:\n    x = 'kept'",
    ],
)
def test_magics_and_top_level_await_leave_the_rest(cell: str) -> None:
    assert words(parse("a.ipynb", notebook(cell))) == ["kept"]


def test_lines_stay_where_they_are_around_magics() -> None:
    syntax = parse("a.ipynb", notebook("%load x\n!ls\nx = 'kept'"))
    assert syntax.blocks[0].body[-1].lineno == 3
    assert syntax.lines(0)[0] == "%load x"


@pytest.mark.parametrize("cell", ["%%bash\nrm -rf x", "%%sql\nselect 1", "%%javascript\nx = 'kept'"])
def test_cells_in_another_language_are_empty(cell: str) -> None:
    assert parse("a.ipynb", notebook(cell)).blocks[0].body == []


def test_a_broken_cell_does_not_take_the_others_down() -> None:
    syntax = parse("a.ipynb", notebook("x = (", "print 'two'", "y = 'kept'"))
    assert words(syntax) == ["kept"]
    assert [block.cell for block in syntax.blocks] == [0, 1, 2]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"1", b"{}", b'{"cells": 1}', b'{"cells": [{"cell_type": "code"}]}',
        b'{"cells": [{"cell_type": "code", "source": 1}], "metadata": {}}', b'{"cells": [], "metadata": []}',
        b'{"cells": [{"cell_type": "code", "source": [1]}], "metadata": {}}', b"[" * 100_000, b"\xff\xfe",
        b'{"worksheets": [], "nbformat": 3}', b'{"cells": [], "metadata": {"kernelspec": 1}}',
        b'{"cells": null, "metadata": {}}',
    ],
)  # fmt: skip
def test_broken_notebooks_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse("a.ipynb", data)


def test_a_notebook_in_another_language_is_refused_by_its_name() -> None:
    with pytest.raises(UnreadableError, match="julia"):
        parse("a.ipynb", notebook("x", kernelspec={"language": "julia"}))
    assert parse("a.ipynb", notebook("x", kernelspec={"language": "Python"})).blocks


def test_odd_cells_are_no_code() -> None:
    data = json.dumps({"cells": [1, None, {}, {"cell_type": "code", "source": "x = 'kept'"}], "metadata": {}}).encode()
    assert words(parse("a.ipynb", data)) == ["kept"]
