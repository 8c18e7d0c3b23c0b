"""Lines for a terminal: widths in cells, wrapping, and colour where it is wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_CODES: Mapping[str, str] = MappingProxyType(
    {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35"}
)


def cells(text: str) -> int:
    """How many columns the text takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """The text in at most `room` columns, with an ellipsis where it was longer."""
    if cells(text) <= room:
        return text
    kept, used = [], 1
    for character in text:
        used += _cell(character)
        if used > room:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…" if room > 0 else ""


def padded(text: str, room: int) -> str:
    """The text, cut or filled to exactly `room` columns."""
    text = cut(text, room)
    return text + " " * (room - cells(text))


def wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns; a word that is longer is broken."""
    lines, line = [], ""
    for word in text.split():
        rest = word
        while cells(rest) > room:
            if line:
                lines.append(line)
            piece = rest
            while cells(piece) > room:
                piece = piece[: -max(1, (cells(piece) - room) // 2)]
            lines.append(piece)
            line, rest = "", rest[len(piece) :]
        if line and cells(line) + 1 + cells(rest) > room:
            lines.append(line)
            line = rest
        else:
            line = f"{line} {rest}" if line else rest
    return [*lines, line] if line else lines or [""]


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts colour on text, or leaves it as it is."""

    on: bool

    def __call__(self, text: str, *styles: str) -> str:
        """The text in these styles."""
        if not self.on or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
