"""The worst crash as strips of squares: what the run does again today, and what it does on a durable engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

SIDE = 24.0
STEP = SIDE + 4.0
LEFT = 122.0
TALL = SIDE + 10.0


@dataclass(frozen=True, slots=True)
class Replay:
    """One crash: the steps' names in order, how many were begun, and which are done again today and on an engine."""

    names: Sequence[str]
    begun: int
    repeated: Sequence[str]
    duplicated: Sequence[str]
    asked_again: Sequence[str]
    maybe: Sequence[str]
    again_on_engine: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Square:
    """One step at one time; `mark` is the word for its look."""

    number: int
    name: str
    mark: str
    says: str = ""


def replayed(replay: Replay) -> str:
    """The strips as an SVG element inside a page that carries the style of pictures."""
    rows = [_row("Today", 0, _begun(replay), [])]
    again = bool(replay.repeated or replay.duplicated or replay.asked_again)
    rest = [_square(replay, number) for number in range(0 if again else replay.begun, len(replay.names))]
    if again:
        rows.append(_row("starts again", 1, [], rest))
    else:
        rows = [_row("Today", 0, _begun(replay), rest)]
    line = 2.3 if again else 1.3
    rows.append(_row("Durable engine", line, _begun(replay), [*_in_flight(replay), *_to_come(replay)]))
    width = LEFT + STEP * (len(replay.names) + 2)
    height = (line + 1) * TALL
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return (
        f'<svg class="flow replay" {size} role="img" aria-label="The worst crash, step by step">{"".join(rows)}</svg>'
    )


def _begun(replay: Replay) -> list[_Square]:
    return [
        _Square(n + 1, name, "done", "done before the crash") for n, name in enumerate(replay.names[: replay.begun])
    ]


def _square(replay: Replay, number: int) -> _Square:
    name = replay.names[number]
    for names, mark, says in (
        (replay.duplicated, "twice", "done twice"),
        (replay.asked_again, "asked", "a person is asked again"),
        (replay.repeated, "again", "done again"),
        (replay.maybe, "maybe", "may be done again"),
    ):
        if name in names:
            return _Square(number + 1, name, mark, says)
    return _Square(number + 1, name, "first", "")


def _in_flight(replay: Replay) -> list[_Square]:
    again = set(replay.again_on_engine)
    return [_Square(n + 1, name, "again", "runs again") for n, name in enumerate(replay.names) if name in again]


def _to_come(replay: Replay) -> list[_Square]:
    return [_Square(n + 1, name, "first") for n, name in enumerate(replay.names) if n >= replay.begun]


def _row(label: str, line: float, before: Iterable[_Square], after: Iterable[_Square]) -> str:
    y, x = line * TALL + 4, LEFT
    parts = [f'<text class="label" x="0" y="{y + 16:g}">{label}</text>']
    for square in before:
        parts.append(_painted(square, x, y))
        x += STEP
    if x > LEFT:
        cross = f"M{x + 7:g} {y + 7:g}l10 10m0-10l-10 10"
        parts.append(f'<path class="raise" d="{cross}"><title>the crash</title></path>')
        x += STEP
    for square in after:
        parts.append(_painted(square, x, y))
        x += STEP
    return "".join(parts)


def _painted(square: _Square, x: float, y: float) -> str:
    title = f"{square.number}. {square.name}" + (f": {square.says}" if square.says else "")
    return (
        f'<g class="square {square.mark}"><title>{escape(title)}</title>'
        f'<rect x="{x:g}" y="{y:g}" width="{SIDE:g}" height="{SIDE:g}" rx="5"/>'
        f'<text x="{x + SIDE / 2:g}" y="{y + 16:g}">{"2x" if square.mark == "twice" else square.number}</text></g>'
    )
