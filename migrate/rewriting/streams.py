"""Files and buffers that code opens itself: what one step writes or reads in them, the next one goes on from.

An activity that opened such a thing anew would begin at its start, and empty a file that is opened for writing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from migrate.rewriting.names import binds
from migrate.rewriting.syntax import last_called, walk

_OPENS = frozenset(
    """open fdopen BytesIO StringIO TemporaryFile NamedTemporaryFile SpooledTemporaryFile ZipFile TarFile GzipFile
    ExcelWriter""".split()
)
_CLOSES = frozenset("close flush".split())


def opens(node: cst.CSTNode) -> bool:
    """Whether this opens a file or a buffer."""
    return last_called(node) in _OPENS


def goes_on(nodes: Sequence[cst.CSTNode], names: Collection[str]) -> bool:
    """Whether this code uses what these names hold more than once, itself or by what it makes of it."""
    known = set(names)
    while True:
        more = {
            name
            for node in nodes
            for line in walk(node)
            if isinstance(line, cst.Assign) and isinstance(line.value, cst.Call)
            if any(isinstance(a.value, cst.Name) and a.value.value in known for a in line.value.args)
            for name in binds(line)
        }
        if more <= known:
            break
        known |= more
    looking = _Uses(known)
    for node in nodes:
        node.visit(looking)
    return looking.count > 1


class _Uses(cst.CSTVisitor):
    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self._names = names
        self._loops = 0
        self.count = 0

    def visit_For(self, node: cst.For) -> bool:
        node.iter.visit(self)
        self._loop([node.body])
        return False

    def visit_While(self, node: cst.While) -> bool:
        self._loop([node.test, node.body])
        return False

    def _loop(self, nodes: Sequence[cst.CSTNode]) -> None:
        self._loops += 1
        for node in nodes:
            node.visit(self)
        self._loops -= 1

    def visit_Assign(self, node: cst.Assign) -> bool:
        node.value.visit(self)
        return False

    def visit_Call(self, node: cst.Call) -> bool:
        return not (isinstance(node.func, cst.Attribute) and node.func.attr.value in _CLOSES)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        if node.value in self._names:
            self.count += 2 if self._loops else 1
