"""How wide text will be, without a font at hand: widths of a wide common face, so that text is cut early, not late."""

from __future__ import annotations

import unicodedata

_ASCII = (
    (frozenset("ijl.,:;|!'`"), 0.32),
    (frozenset('ftrI()[]{}/\\- "*'), 0.42),
    (frozenset("mwMW@%"), 0.98),
    (frozenset("ABCDEFGHKNOPQRUVXYZ&#+=<>~^"), 0.76),
)

MONO = 0.602


def _advance(character: str) -> float:
    if character.isascii():
        return next((width for known, width in _ASCII if character in known), 0.61)
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.8


def width_of(text: str, size: float, *, mono: bool = False) -> float:
    """The width of the text in pixels at this size, rather too much than too little."""
    if not mono:
        return sum(_advance(character) for character in text) * size
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text) * MONO * size


def fit(text: str, room: float, size: float, *, mono: bool = False) -> str:
    """The text, cut with an ellipsis where it would be wider than `room`."""
    if width_of(text, size, mono=mono) <= room:
        return text
    room -= width_of("…", size, mono=mono)
    used, kept = 0.0, 0
    for character in text:
        used += width_of(character, size, mono=mono)
        if used > room:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def fit_end(text: str, room: float, size: float) -> str:
    """Monospaced text cut at its start, because the end of a path says most."""
    if width_of(text, size, mono=True) <= room:
        return text
    backwards = fit(text[::-1], room, size, mono=True)
    return backwards[::-1]
