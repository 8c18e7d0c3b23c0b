"""A file that is read in pieces is the same as one that is read at once, and only what is asked for is read."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from migrate.rewriting.pieces import Pieces
from migrate.rewriting.positions import Positions
from migrate.rewriting.source import Legacy
from migrate.rewriting.syntax import walk
from tests.conftest import Tree

HOME = Path(__file__).parents[2]
FILES = sorted([*(HOME / "examples").rglob("*.py"), *(HOME / "tests" / "migrate" / "shapes").rglob("*.py")])
ODD = {
    "comments": b"# 1\n\ndef a():\n    pass\n    # of a\n\n  # neither\n# of b\n\ndef b():\n  if 1:\n    pass\n# end\n",
    "indents": b"if 1:\n\tx = 1\n\ndef a():\n    return 1\n\n\ndef b():\n\treturn 2\n",
    "semicolons": b"a = 1; b = 2\nc = 3;\ndef f(): pass\ndef g(): return 1  # one\n",
    "continued": b"a = 1 + \\\n  2\nb = 3 \\\n\ndef f():\n    return a\n",
    "line ends": b"import a\r\n\r\n# c\r\n@a.b\r\ndef f():\r\n    return '''x\r\n'''\r\n\r\nx = 1\n",
    "no end": b"import a\nclass C:\n    def f(self):\n        def g(): ...\n        return g",
    "form feed": b"import a\n\x0c\ndef f():\n    return 1\n",
    "byte order mark": b"\xef\xbb\xbfimport a\ndef f():\n    return 1\n",
    "latin": "# coding: latin-1\na = 'é'\ndef f():\n    return 'è'\n".encode("latin-1"),
    "nothing": b"",
    "only a comment": b"# nothing",
}


@pytest.mark.parametrize(
    "source", [*(f.read_bytes() for f in FILES), *ODD.values()], ids=[*(f.stem for f in FILES), *ODD]
)
def test_pieces_are_the_whole(source: bytes) -> None:
    whole = cst.parse_module(source)
    pieces = Pieces("app.py", source)
    positions = Positions(pieces)
    for piece in reversed(pieces.all):
        assert all(positions[statement] for statement in piece.body)
    assert pieces.tree.deep_equals(whole)
    assert pieces.text == whole.code
    known = MetadataWrapper(whole, unsafe_skip_copy=True).resolve(PositionProvider)
    pairs = zip([*walk(whole)][1:], [*walk(pieces.tree)][1:], strict=True)
    assert all(known[at_once] == positions[in_pieces] for at_once, in_pieces in pairs)


def test_only_what_is_asked_for_is_read(tree: Tree) -> None:
    root = tree({"app.py": "import os\n\n\ndef one():\n    import json\n\n\ndef two():\n    return one()\n"})
    module = Legacy(root, "app.py").module("app.py")
    assert [*module.functions] == ["one", "two"]
    assert module.imports["json"].dotted == "json"
    assert [p.is_read for p in module.pieces.all] == [True, False, False]
    assert module.functions["two"].node.name.value == "two"
    assert [p.is_read for p in module.pieces.all] == [True, False, True]
    assert module.span(module.functions["two"].node.body) == (9, 9)
