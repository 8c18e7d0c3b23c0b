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
    lines, line, used = [], "", 0
    for word in text.split():
        *whole, rest = _pieces(word, room)
        if whole:
            lines += [line, *whole] if line else whole
            line, used = "", 0
        wide = cells(rest)
        if line and used + 1 + wide > room:
            lines.append(line)
            line, used = rest, wide
        else:
            line, used = (f"{line} {rest}", used + 1 + wide) if line else (rest, wide)
    return [*lines, line]


def _pieces(word: str, room: int) -> list[str]:
    """The word in pieces of at most `room` columns."""
    pieces, piece, used = [], "", 0
    for character in word:
        wide = _cell(character)
        if piece and used + wide > room:
            pieces.append(piece)
            piece, used = "", 0
        piece += character
        used += wide
    return [*pieces, piece]


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts colour on text, or leaves it as it is."""

    on: bool

    def __call__(self, text: str, *styles: str) -> str:
        """The text in these styles."""
        if not self.on or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
