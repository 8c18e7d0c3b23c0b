"""Which files promise to matter, by their bytes alone. Knows import lines and texts, parses nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from pathlib import PurePosixPath

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))", re.MULTILINE)
_HOST = re.compile(
    rb"/v1/(?:chat/completions|completions|responses|messages|embeddings)|api\.(?:openai|anthropic|mistral|cohere)\b"
    rb"|generativelanguage\.googleapis|:generateContent|import_module\(|__import__\("
)
_OUTSIDE = re.compile(rb"\b(?:open|input|system|Popen)\(|\.(?:execute|commit|send|publish|invoke|ainvoke|request)\(")


class Promise(IntEnum):
    """What a file may hold; the lower, the more it matters."""

    MODEL = 0
    """It names a model's SDK or host, or loads modules by name."""
    NEAR = 1
    """It imports such a file."""
    OUTSIDE = 2
    """It names something else outside of the process."""
    NOTHING = 3
    """Nothing in its text reaches out; it matters only if another file imports it."""


def promises(data: Mapping[str, bytes], models: frozenset[str], outside: frozenset[str]) -> dict[str, Promise]:
    """The promise of each file; `models` and `outside` are the import roots of SDKs."""
    imports = {path: _imports(text) for path, text in data.items()}
    roots = {path: {name.partition(".")[0] for name in names} for path, names in imports.items()}
    found = {
        path: Promise.MODEL if roots[path] & models or _HOST.search(text)
        else Promise.OUTSIDE if roots[path] & outside or _OUTSIDE.search(text)
        else Promise.NOTHING
        for path, text in data.items()
    }  # fmt: skip
    stems = {_stem(path) for path, promise in found.items() if promise is Promise.MODEL}
    for path, names in imports.items():
        if found[path] > Promise.NEAR and any(name.rpartition(".")[2] in stems for name in names):
            found[path] = Promise.NEAR
    return found


def _imports(text: bytes) -> set[str]:
    """The dotted names of modules that import lines give; in a notebook the lines stand inside of JSON texts."""
    if text.lstrip()[:1] == b"{":
        text = text.replace(b'"', b"\n").replace(b"\\n", b"\n")
    found = set()
    for from_, plain in _IMPORT.findall(text):
        for part in (from_ or plain).split(b","):
            name = part.split()[0] if part.split() else b""
            found.add(name.decode("ascii", "ignore"))
    return found


def _stem(path: str) -> str:
    pure = PurePosixPath(path)
    return pure.parent.name if pure.name == "__init__.py" else pure.stem
