"""Files that break parsers, one idea each: what they hold, and whether they are read or named.

A probe says with which words it is named, or nothing if it is read, and which versions of Python do the other. What
newer syntax needs of a running Python is no difference here: what it does not read is lowered.
"""

from __future__ import annotations

import codecs
import json
import sys
from dataclasses import dataclass

DEEP = "does not parse"
TOO_LARGE = "larger than"
NO_TEXT = "not readable as text"
OLD = "Python 2"


@dataclass(frozen=True)
class Probe:
    """One file. `says` is part of the line under `skipped`, or None if it is read."""

    data: bytes
    says: str | None = None
    name: str = "probe.py"
    on_3_12: str | None = None
    """What Python 3.12 says of it, at least in some of its releases, which count depth in another way."""

    def holds(self, said: list[str]) -> bool:
        """Whether these lines under `skipped` are the ones to expect."""
        named = len(said) == 1 and "\n" not in said[0]
        if self.on_3_12 is not None and sys.version_info[:2] == (3, 12) and named and self.on_3_12 in said[0]:
            return True
        return not said if self.says is None else named and self.says in said[0]


def _code(text: str, says: str | None = None, on_3_12: str | None = None) -> Probe:
    return Probe(text.encode(), says, on_3_12=on_3_12)


def _nested(opening: str, closing: str, times: int) -> str:
    return f"x = {opening * times}1{closing * times}\n"


def _notebook(*cells: str) -> Probe:
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    return Probe(json.dumps({"cells": made, "metadata": {}, "nbformat": 4}).encode(), name="probe.ipynb")


PROBES: dict[str, Probe] = {
    "brackets 100,000 deep": _code(_nested("(", ")", 100_000), DEEP),
    "brackets 1,500 deep": _code(_nested("(", ")", 1_500), DEEP),
    "brackets 190 deep": _code(_nested("(", ")", 190)),
    "lists 150 deep": _code(_nested("[", "]", 150)),
    "dicts 190 deep": _code(_nested("{1: ", "}", 190)),
    "subscripts 190 deep": _code(_nested("a[", "]", 190)),
    "calls 190 deep": _code(_nested("f(", ")", 190)),
    "signs 100,000 deep": _code("x = " + "-" * 100_000 + "1\n", DEEP),
    "signs 1,000 deep": _code("x = " + "-" * 1_000 + "1\n"),
    "nots 100,000 deep": _code("x = " + "not " * 100_000 + "1\n", DEEP),
    "lambdas 5,000 deep": _code("x = " + "lambda: " * 5_000 + "1\n", DEEP),
    "awaits 1,000 deep": _code("async def f():\n    " + "await (" * 150 + "x" + ")" * 150 + "\n"),
    "3,000 terms": _code("x = " + "+".join(["1"] * 3_000) + "\n", on_3_12=DEEP),
    "3,000 elifs": _code("if a:\n    pass\n" + "elif b:\n    pass\n" * 3_000, on_3_12=DEEP),
    "50,000 elifs": _code("if a:\n    pass\n" + "elif b:\n    pass\n" * 50_000, DEEP),
    "5,000 attributes": _code("x = a" + ".b" * 5_000 + "\n", on_3_12=DEEP),
    "3,000 calls in a chain": _code("x = a" + ".b()" * 3_000 + "\n", on_3_12=DEEP),
    "5,000 choices": _code("x = " + "1 if a else " * 5_000 + "2\n", on_3_12=DEEP),
    "100,000 comparisons": _code("x = " + " < ".join(["1"] * 100_000) + "\n"),
    "100,000 ands": _code("x = " + " and ".join(["a"] * 100_000) + "\n"),
    "20,000 texts joined": _code("x = (" + "'a'\n" * 20_000 + ")\n"),
    "99 indents": _code("".join(" " * n + "if a:\n" for n in range(99)) + " " * 99 + "pass\n"),
    "120 indents": _code("".join(" " * n + "if a:\n" for n in range(120)) + " " * 120 + "pass\n", DEEP),
    "100,000 decorators": _code("@a\n" * 20_000 + "def f(): pass\n"),
    "100,000 targets": _code("x = " * 20_000 + "1\n"),
    "latin-1 without a word": Probe(b"x = '\xe9'\n", NO_TEXT),
    "lone surrogate bytes": Probe(b"x = '\xed\xa0\x80'\n", NO_TEXT),
    "latin-1 in line 1": Probe(b"# coding: latin-1\nx = '\xe9'\n"),
    "cp1252 in line 2": Probe(b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\nx = '\x80'\n"),
    "a coding in line 3": Probe(b"\n\n# coding: latin-1\nx = '\xe9'\n", NO_TEXT),
    "UTF-8 with a mark": Probe(codecs.BOM_UTF8 + b"x = 1\n"),
    "a mark and latin-1": Probe(codecs.BOM_UTF8 + b"# coding: latin-1\nx = 1\n", NO_TEXT),
    "two marks": Probe(codecs.BOM_UTF8 * 2 + b"x = 1\n", DEEP),
    "an unknown coding": Probe(b"# coding: no-such\nx = 1\n", NO_TEXT),
    "rot13": Probe(b"# coding: rot13\nk = 1\n", NO_TEXT),
    "a coding of bytes": Probe(b"# coding: hex\n78\n", NO_TEXT),
    "the undefined coding": Probe(b"# coding: undefined\nx = 1\n", NO_TEXT),
    "UTF-7": Probe(b"# coding: utf-7\nx = '+AOk-'\n"),
    "UTF-16": Probe("x = 1\n".encode("utf-16"), "null bytes"),
    "UTF-32": Probe("x = 1\n".encode("utf-32"), "null bytes"),
    "UTF-16 by its word": Probe(b"# coding: utf-16\nx = 1\n", ""),
    "a null byte": Probe(b"x = 1\0\n", "null bytes"),
    "a null byte in a comment": Probe(b"# \0\nx = 1\n", "null bytes"),
    "^Z at the end": Probe(b"x = 1\n\x1a", DEEP),
    "Windows lines": Probe(b"x = 1\r\nif x:\r\n    y = '''a\r\nb'''\r\n"),
    "old Mac lines": Probe(b"x = 1\rif x:\r    y = 2\r"),
    "mixed lines": Probe(b"x = 1\r\ny = 2\rz = 3\n"),
    "a form feed between": Probe(b"x = 1\n\x0cy = 2\n"),
    "a form feed in the indent": Probe(b"if x:\n    \x0cy = 2\n    z = 3\n", DEEP),
    "tabs and spaces": Probe(b"if x:\n\ty = 1\n        z = 2\n", DEEP),
    "a number of 5,000 digits": _code("x = " + "1" * 5_000 + "\n", DEEP),
    "a hexadecimal number of 50,000 digits": _code("x = 0x" + "f" * 50_000 + "\nprint(f'{x}', str(x))\n"),
    "a number beyond all": _code("x = 1e99999\ny = 1e99999j\n"),
    "a line of 2 MB": _code("x = '" + "a" * 2_000_000 + "'\n"),
    "names of other alphabets": _code("\ufb01 = \U0001d518 = 1\nprint(fi, U)\n"),
    "what is no name": _code("x = 1\u00a0+ 2\n", DEEP),
    "quotes of a word processor": _code("x = “a”\n", DEEP),
    "an unclosed text": _code('x = """a\n' + "b\n" * 1_000, DEEP),
    "an unclosed bracket": _code("x = (\n" + "b,\n" * 1_000, DEEP),
    "a backslash at the end": _code("x = 1 \\", DEEP),
    "nothing": _code(""),
    "a comment without an end": _code("# nothing"),
    "warnings": _code("x = '\\d'\nassert (1, 2)\n1 is 1\nreturn_ = 0777if 0 else 1\n".replace("0777if", "7if")),
    "Python 2: print": _code("print 'hello'\n", OLD),
    "Python 2: except": _code("try:\n    f()\nexcept IOError, e:\n    pass\n", OLD),
    "Python 2: backticks": _code("x = `y`\n", OLD),
    "Python 2: octal": _code("x = 0777\n", OLD),
    "Python 2: exec": _code("exec code in names\n", OLD),
    "Python 2: raise": _code("raise ValueError, 'x'\n", OLD),
    "Python 2: not equal": _code("if a <> b:\n    pass\n", OLD),
    "Python 2: unicode": _code("x = ur'a'\n", OLD),
    "3.10: match": _code("match x:\n    case {'a': [1, *_], **rest} if y:\n        pass\n"),
    "3.11: except*": _code("try:\n    f()\nexcept* ValueError as e:\n    pass\n"),
    "3.12: generics": _code("class A[T: int, *Ts, **P]:\n    def f[U](self, u: U) -> T: ...\n\n\ntype B[T] = A[T]\n"),
    "3.12: f-strings": _code("x = f'{d['a']} {'\\n'.join(y)} {\n    1  # one\n}'\n"),
    "3.13: defaults": _code("class A[T = int]:\n    pass\n"),
    "3.14: except": _code("try:\n    f()\nexcept ValueError, KeyError:\n    pass\n"),
    "3.14: t-strings": _code("x = t'a {b!r:>{c}}'\n"),
    "3.15: lazy imports": _code("lazy import json\nlazy from a import b\n"),
    "3.15: unpacking": _code("x = [*y for y in z], {**y for y in z}\n"),
    "newer and wrong": _code("lazy import json\nx = = 1\n", "needs Python >= 3.15"),
    "newer and deep": _code("lazy import json\nx = " + "-" * 100_000 + "1\n", "needs Python >= 3.15"),
    "10 MB: rows": _code("x = [\n" + "    (1, 'some', 'row', 2.5, None, True),\n" * 250_000 + "]\n", TOO_LARGE),
    "10 MB: functions": _code("def f(a):\n    return a\n\n\n" * 400_000, TOO_LARGE),
    "10 MB: one text": _code("x = '" + "a" * 10_000_000 + "'\n", TOO_LARGE),
    "notebook: magics": _notebook(
        "%matplotlib inline\n!ls 'a\nx?\n?x\ny = !pwd\nz = %time f(1)\n", "%%bash\nrm -rf (\n"
    ),
    "notebook: waits": _notebook("await f()\nasync with a as b:\n    [c async for c in b]\n"),
    "notebook: later first": _notebook("f()\n", "def f():\n    pass\n"),
    "notebook: as Python": Probe(b'{"cells": [], "metadata": {}, "nbformat": 4}\n'),
    "notebook: cut off": Probe(b'{"cells": [', "not a notebook", name="probe.ipynb"),
    "notebook: version 3": Probe(b'{"worksheets": [{"cells": []}]}', "not a notebook", name="probe.ipynb"),
    "notebook: deep": Probe(b"[" * 200_000, "not a notebook", name="probe.ipynb"),
    "notebook: in R": Probe(
        b'{"cells": [], "metadata": {"language_info": {"name": "R"}}}', "a notebook in R", name="probe.ipynb"
    ),
    "notebook: a null byte": Probe(
        b'{"cells": [{"cell_type": "code", "source": "x = \'\\u0000\'"}]}', "cell 0 null bytes", name="probe.ipynb"
    ),
    "notebook: half a character": Probe(
        b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}', "cell 0 does not parse", name="probe.ipynb"
    ),
    "notebook: Python 2": Probe(
        b'{"cells": [{"cell_type": "code", "source": "print 1"}]}', "cell 0 Python 2", name="probe.ipynb"
    ),
}
