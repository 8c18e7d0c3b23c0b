"""Shapes to SVG. Colours are classes, so the same picture serves light and dark; every text is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from reports.drawing.fitting import fit, fit_end, width_of
from reports.drawing.icons import ICONS
from reports.drawing.picture import MARGIN, Picture
from reports.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    Card,
    Frame,
    FrameKind,
    Point,
    Risk,
    Shape,
    Terminal,
    Wire,
    WireKind,
    Words,
)

ROUND = 8.0


@cache
def style() -> str:
    """The style sheet that every picture needs."""
    return resources.files("reports.drawing").joinpath("drawing.css").read_text("utf-8")


def painted(picture: Picture, label: str, described_by: str | None = None) -> str:
    """The picture as an SVG element inside a page that carries the style; `label` is its accessible name."""
    ties = f' aria-describedby="{escape(described_by)}"' if described_by else ""
    size = _size(picture.width, picture.height)
    return f'<svg class="flow" {size} role="group" aria-label="{escape(label)}"{ties}>{_body(picture.shapes)}</svg>'


def standalone(picture: Picture, title: str) -> str:
    """The picture as a file of its own: with title, legend and style."""
    width = max(picture.width, LEGEND_WIDTH + 2 * MARGIN, width_of(title, 20.0) + 2 * MARGIN)
    top, left = 84.0, (width - picture.width) / 2
    body = "".join(
        (
            f"<title>{escape(title)}</title><style>svg{{color-scheme:light dark}}{style()}</style>",
            '<rect class="back" width="100%" height="100%" fill="light-dark(#ffffff,#121316)"/>',
            f'<text class="title" x="{_n(MARGIN)}" y="36">{escape(fit(title, width - 2 * MARGIN, 20.0))}</text>',
            f'<g transform="translate({_n(MARGIN)} 52)">{_legend()}</g>',
            f'<g transform="translate({_n(left)} {_n(top)})">{_body(picture.shapes)}</g>',
        )
    )
    size = _size(width, picture.height + top)
    name = f'role="img" aria-label="{escape(title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" {size} {name}>{body}</svg>\n'


LEGEND_WIDTH = 780.0


def legend() -> str:
    """What colours and lines mean, as an SVG element."""
    return f'<svg class="flow legend" {_size(LEGEND_WIDTH, 22.0)} role="img" aria-label="Legend">{_legend()}</svg>'


def _legend() -> str:
    parts, x = [], 0.0
    for risk in (Risk.HIGH, Risk.MEDIUM, Risk.LOW, Risk.NONE):
        text = "nothing found" if risk is Risk.NONE else f"{risk.value} risk"
        parts.append(f'<rect class="{risk.value}" x="{_n(x)}" y="4" width="5" height="13" rx="2"/>')
        parts.append(f'<text class="label" x="{_n(x + 11)}" y="15">{text}</text>')
        x += 11 + width_of(text, 11.0) + 14
    for kind, text in (
        (WireKind.NEXT, "then"),
        (WireKind.DATA, "data used later"),
        (WireKind.REPEAT, "again"),
        (WireKind.ERROR, "on error"),
    ):
        parts.append(f'<path class="wire {kind.value}" d="M{_n(x)} 11h26"/>')
        parts.append(f'<text class="label" x="{_n(x + 32)}" y="15">{text}</text>')
        x += 32 + width_of(text, 11.0) + 14
    return "".join(parts)


def _size(width: float, height: float) -> str:
    return f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _body(shapes: Sequence[Shape]) -> str:
    """Frames lie under wires, wires under cards, words over all."""
    layers: dict[type, list[str]] = {Frame: [], Wire: [], Card: [], Terminal: [], Words: []}
    for shape in shapes:
        match shape:
            case Frame():
                layers[Frame].append(_frame(shape))
                layers[Words].append(_frame_words(shape))
            case Wire():
                layers[Wire].append(_wire(shape))
            case Card():
                layers[Card].append(_card(shape))
            case Terminal():
                layers[Terminal].append(_terminal(shape))
            case Words():
                layers[Words].append(_words(shape))
    return "".join(part for parts in layers.values() for part in parts)


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def _card(card: Card) -> str:
    text, risk = card.text, card.text.risk
    word = "" if risk is Risk.NONE else risk.value
    room = CARD_WIDTH - 48 - (width_of(word, 10.5) + 8 if word else 0)
    mark = f" · {text.mark}" if text.mark else ""
    place = fit_end(text.place, max(40.0, room - width_of(mark, 10.5, mono=True)), 10.5) + mark
    parts = (
        f'<g class="card" transform="translate({_n(card.x)} {_n(card.y)})">{_title(text.title)}',
        f'<rect width="{_n(CARD_WIDTH)}" height="{_n(CARD_HEIGHT)}" rx="7"/>',
        f'<path class="bar {risk.value}" d="M5 .5H4a3.5 3.5 0 0 0-3.5 3.5v40a3.5 3.5 0 0 0 3.5 3.5h1z"/>',
        f'<path class="icon" transform="translate(14 8)" d="{ICONS.get(text.icon, ICONS["other"])}"/>',
        f'<text class="name" x="38" y="20.5">{escape(fit(text.name, CARD_WIDTH - 48, 13.0))}</text>',
        f'<text class="place" x="38" y="37.5">{escape(place)}</text>',
        f'<text class="risk {risk.value}" x="{_n(CARD_WIDTH - 10)}" y="37.5">{word}</text>' if word else "",
        "</g>",
    )
    body = "".join(parts)
    return body if text.link is None else f'<a href="#{escape(text.link)}">{body}</a>'


def _frame(frame: Frame) -> str:
    box = f'x="{_n(frame.x)}" y="{_n(frame.y)}" width="{_n(frame.width)}" height="{_n(frame.height)}" rx="8"'
    behind = ""
    if frame.kind is FrameKind.EACH:
        behind = (
            "".join(
                f'<rect class="frame stack" x="{_n(frame.x + s)}" y="{_n(frame.y + s)}" '
                f'width="{_n(frame.width)}" height="{_n(frame.height)}" rx="8"/>'
                for s in (6.0, 3.0)
            )
            + f'<rect {box} fill="var(--g-back)"/>'
        )
    full = " · ".join(part for part in (frame.label, frame.note) if part)
    return f'<g>{_title(full)}{behind}<rect class="frame {frame.kind.value}" {box}/></g>'


def _frame_words(frame: Frame) -> str:
    room = frame.width - 24
    note = fit(frame.note, room * 0.6, 11.0)
    label = fit(frame.label, room - (width_of(note, 11.0) + 12 if note else 0), 11.0)
    alarm = " alarm" if frame.alarm else ""
    words = f'<text class="label halo" x="{_n(frame.x + 12)}" y="{_n(frame.y + 17)}">{escape(label)}</text>'
    if note:
        right = _n(frame.x + frame.width - 12)
        words += f'<text class="note halo{alarm}" x="{right}" y="{_n(frame.y + 17)}">{escape(note)}</text>'
    return words


def _wire(wire: Wire) -> str:
    points = _shortened(wire.points) if wire.arrow else wire.points
    path = _curve(points) if wire.curved else _corners(points)
    head = _head(wire.points[-2], wire.points[-1], wire.kind, curved=wire.curved) if wire.arrow else ""
    body = f'<path class="wire {wire.kind.value}" d="{path}"/>{head}'
    return f"<g>{_title(wire.title)}{body}</g>" if wire.title else body


def _shortened(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The line ends inside its arrow head, so that the head's tip stays sharp."""
    (x0, y0), (x1, y1) = points[-2:]
    far = max(abs(x1 - x0), abs(y1 - y0))
    if far < 8:
        return points
    down = abs(y1 - y0) > abs(x1 - x0)
    end = (x1, y1 - (6 if y1 > y0 else -6)) if down else (x1 - (6 if x1 > x0 else -6), y1)
    return (*points[:-1], end)


def _curve(points: tuple[Point, ...]) -> str:
    (x0, y0), (x1, y1) = points[0], points[-1]
    middle = (y0 + y1) / 2
    if abs(x0 - x1) < 0.5:
        return f"M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}"
    return f"M{_n(x0)} {_n(y0)}C{_n(x0)} {_n(middle)} {_n(x1)} {_n(middle)} {_n(x1)} {_n(y1)}"


def _corners(points: tuple[Point, ...]) -> str:
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _toward(here, before), _toward(here, after)
        path.append(f"L{_n(enter[0])} {_n(enter[1])}Q{_n(here[0])} {_n(here[1])} {_n(leave[0])} {_n(leave[1])}")
    path.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(path)


def _toward(here: Point, other: Point) -> Point:
    dx, dy = other[0] - here[0], other[1] - here[1]
    length = max((dx * dx + dy * dy) ** 0.5, 0.001)
    step = min(ROUND, length / 2)
    return here[0] + dx / length * step, here[1] + dy / length * step


def _head(before: Point, tip: Point, kind: WireKind, *, curved: bool) -> str:
    x, y = tip
    if curved or abs(tip[1] - before[1]) > abs(tip[0] - before[0]):
        up = -1 if tip[1] >= before[1] else 1
        shape = f"M{_n(x)} {_n(y)}l-4.2 {8 * up}h8.4z"
    else:
        back = -1 if tip[0] >= before[0] else 1
        shape = f"M{_n(x)} {_n(y)}l{8 * back} -4.2v8.4z"
    return f'<path class="head {kind.value}" d="{shape}"/>'


def _words(words: Words) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    shown = escape(fit(words.text, 120.0, 11.0))
    place = f'x="{_n(words.x)}" y="{_n(words.y)}"{anchor}'
    return f'<text class="words {words.kind}" {place}>{_title(words.title)}{shown}</text>'


def _terminal(end: Terminal) -> str:
    if end.kind == "raise":
        cross = f"M{_n(end.x - 4)} {_n(end.y - 4)}l8 8m0-8l-8 8"
        return f'<path class="raise" d="{cross}"><title>the error goes on</title></path>'
    return f'<circle class="{end.kind}" cx="{_n(end.x)}" cy="{_n(end.y)}" r="{7 if end.kind == "start" else 6}"/>'
