"""New syntax to old, for the running version. Imports libcst, so only the child process imports this."""

from __future__ import annotations

import sys
from collections.abc import Callable

import libcst as cst
from libcst.metadata import CodeSpan

from assess.reading.lowering.edits import Edits, NotLoweredError
from assess.reading.lowering.marks import Lowered, MarkKind
from assess.reading.lowering.strings import lower_strings

Version = tuple[int, int]


def lower(text: str, version: Version = sys.version_info[:2]) -> Lowered:
    """The text as `version` reads it.

    Raises NotLoweredError if it cannot be said, and what libcst raises on what it cannot read.
    """
    edits = Edits(text)
    if edits.module.code != text:
        raise NotLoweredError("it is not read as it stands")
    for node, span in edits.nodes():
        lowering = _LOWERINGS.get(type(node))
        if lowering is not None and version < lowering[0]:
            lowering[1](edits, node, span, version)
    lower_strings(edits, version)
    return edits.done()


def _type_parameters(edits: Edits, node: cst.TypeParameters, span: CodeSpan, version: Version) -> None:
    """`def f[T](x)` to `def f   (x)`: nobody outside of annotations asks for them."""
    if version < (3, 12) or any(parameter.default is not None for parameter in node.params):
        edits.blank(span.start, span.start + span.length, joined=True)


def _type_alias(edits: Edits, node: cst.TypeAlias, span: CodeSpan, version: Version) -> None:
    """`type X = y` to `X      = y`."""
    del version
    named = edits.spans[node.name]
    last = named if node.type_parameters is None else edits.spans[node.type_parameters]
    after = named.start + named.length
    edits.put(span.start, edits.module.code_for_node(node.name).ljust(after - span.start))
    edits.blank(after, edits.find("=", last.start + last.length), joined=True)


def _lazy(edits: Edits, node: cst.LazyImport | cst.LazyImportFrom, span: CodeSpan, version: Version) -> None:
    """`lazy import x` to `import      x`."""
    del version
    word = "import" if isinstance(node, cst.LazyImport) else "from"
    edits.put(span.start, word.ljust(len("lazy") + edits.size(node.whitespace_after_lazy) + len(word)))


def _caught(edits: Edits, node: cst.ExceptHandler | cst.ExceptStarHandler, span: CodeSpan, version: Version) -> None:
    """`except A, B:` to `except A| B:`."""
    del span, version
    if not isinstance(node.type, cst.Tuple) or node.type.lpar:
        return
    commas = [e.comma for e in node.type.elements if isinstance(e.comma, cst.Comma)]
    if len(commas) != len(node.type.elements) - 1:
        raise NotLoweredError("a comma too many")
    for comma in commas:
        edits.put(edits.spans[comma].start, "|")
    place = edits.spans[node.type]
    edits.mark(MarkKind.CAUGHT, place.start, place.start + place.length, [(len(commas) + 1, ())])


def _unpacked(
    edits: Edits, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, span: CodeSpan, version: Version
) -> None:
    """`[*y for y in z]` to `[+y for y in z]`."""
    del span, version
    if isinstance(node.elt, cst.StarredElement):
        place = edits.spans[node.elt]
        edits.put(place.start, "+")
        edits.mark(MarkKind.UNPACKED, place.start, place.start + place.length)


def _entries(edits: Edits, node: cst.StarredDictComp, span: CodeSpan, version: Version) -> None:
    """`{**y for y in z}` to `{++y for y in z}`."""
    del version
    edits.put(span.start + edits.size(node.lbrace), "++")
    edits.mark(MarkKind.ENTRIES, span.start, span.start + span.length)


_Lowering = Callable[[Edits, cst.CSTNode, CodeSpan, Version], None]
_LOWERINGS: dict[type[cst.CSTNode], tuple[Version, _Lowering]] = {
    cst.TypeParameters: ((3, 13), _type_parameters),  # type: ignore[dict-item]
    cst.TypeAlias: ((3, 12), _type_alias),  # type: ignore[dict-item]
    cst.ExceptHandler: ((3, 14), _caught),  # type: ignore[dict-item]
    cst.ExceptStarHandler: ((3, 14), _caught),  # type: ignore[dict-item]
    cst.LazyImport: ((3, 15), _lazy),  # type: ignore[dict-item]
    cst.LazyImportFrom: ((3, 15), _lazy),  # type: ignore[dict-item]
    cst.ListComp: ((3, 15), _unpacked),  # type: ignore[dict-item]
    cst.SetComp: ((3, 15), _unpacked),  # type: ignore[dict-item]
    cst.GeneratorExp: ((3, 15), _unpacked),  # type: ignore[dict-item]
    cst.StarredDictComp: ((3, 15), _entries),  # type: ignore[dict-item]
}
