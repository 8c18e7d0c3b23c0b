"""Types whose values come back as they were when JSON and the type are all that is kept of them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from migrate.rewriting.copies import Copied

_PLAIN = frozenset("str int float bool None date datetime time timedelta Decimal UUID Enum StrEnum IntEnum".split())
_ALTERNATIVES = frozenset("Optional Union".split())
_MANY = frozenset("list List Sequence set Set tuple Tuple".split())
_MAPS = frozenset("dict Dict Mapping".split())
_KEYS = frozenset("str int".split())
_BASES = _PLAIN | {"BaseModel", "NamedTuple"}


def is_told_by_json(text: str, copied: Mapping[str, Copied]) -> bool:
    """Whether JSON tells every value of this type; `copied` are the classes of the original that the project has."""
    return _Types(copied).holds(text)


class _Types:
    def __init__(self, copied: Mapping[str, Copied]) -> None:
        self._copied = copied
        self._asked: set[str] = set()

    def holds(self, text: str) -> bool:
        try:
            return self._type(ast.parse(text.strip(), mode="eval").body)
        except SyntaxError:
            return False

    def _type(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return node.value is None or (isinstance(node.value, str) and self.holds(node.value))
        if isinstance(node, ast.BinOp):
            return self._type(node.left) and self._type(node.right)
        if isinstance(node, ast.Subscript):
            return self._container(_last(node.value), node.slice)
        name = _last(node)
        return name in _PLAIN or self._class(name)

    def _container(self, name: str, inner: ast.expr) -> bool:
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Literal":
            return True
        if name in _MAPS:
            return len(parts) == 2 and _last(parts[0]) in _KEYS and self._type(parts[1])
        return name in _ALTERNATIVES | _MANY and all(_is_dots(part) or self._type(part) for part in parts)

    def _class(self, name: str) -> bool:
        """Whether all fields of a copied class are of such types."""
        if name not in self._copied or name in self._asked:
            return name in self._asked
        self._asked.add(name)
        found = ast.parse(self._copied[name].text).body[0]
        if not isinstance(found, ast.ClassDef) or any(_is_init(s) for s in found.body):
            return False
        fields = [s for s in found.body if isinstance(s, ast.AnnAssign)]
        bases = [_last(base) for base in found.bases]
        return all(b in _BASES or self._class(b) for b in bases) and all(self._type(f.annotation) for f in fields)


def _is_init(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _is_dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
