"""Strings from scanned code, made harmless before anything prints them.

Knows which characters steer a terminal or reorder a line; does not know HTML, which its templates escape.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST = 4000
"""No sentence, name or quoted line needs more; a longer one is cut so that a report stays readable."""

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """The text on one line, with every character that is not plainly printable written as its escape."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\r\n":
        return " "
    if character == "\t":
        return "    "
    if unicodedata.category(character) not in _UNPRINTABLE:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cleaned(value: T) -> T:
    """A model value with every string in it cleaned; ids stay equal where they were equal."""
    return _walk(value)  # type: ignore[no-any-return]


def _walk(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple | list):
        return type(value)(_walk(item) for item in value)
    if isinstance(value, Mapping):
        return MappingProxyType({_walk(key): _walk(item) for key, item in value.items()})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _walk(getattr(value, f.name)) for f in dataclasses.fields(value)})
    return value
