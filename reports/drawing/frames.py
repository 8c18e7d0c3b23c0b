"""How single parts stand together: one after another, side by side, and inside a frame."""

from __future__ import annotations

from collections.abc import Sequence

from reports.drawing.fitting import width_of
from reports.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    GAP,
    HEAD,
    PADDING,
    Block,
    Card,
    CardText,
    Frame,
    FrameKind,
    Shape,
    Wire,
    WireKind,
    Words,
)

ROW = 4 * CARD_WIDTH + 3 * GAP
"""Side by side up to here; what is wider goes on in a next row."""

FAN = 30.0
JOIN = 22.0
NOTHING = Block(0.0, 0.0, 0.0, ())


def card(text: CardText) -> Block:
    """One card, alone."""
    return Block(CARD_WIDTH, CARD_HEIGHT, CARD_WIDTH / 2, (Card(0.0, 0.0, text),), first=True, last=True)


def stacked(blocks: Sequence[Block]) -> Block:
    """One after another on one straight spine."""
    blocks = [block for block in blocks if block.shapes]
    if len(blocks) < 2:
        return blocks[0] if blocks else NOTHING
    axis = max(block.axis for block in blocks)
    shapes: list[Shape] = []
    y = 0.0
    for number, block in enumerate(blocks):
        if number:
            shapes.append(Wire(((axis, y), (axis, y + GAP)), arrow=True))
            y += GAP
        shapes += block.at(axis - block.axis, y)
        y += block.height
    width = axis + max(block.width - block.axis for block in blocks)
    return Block(width, y, axis, tuple(shapes), first=blocks[0].first, last=blocks[-1].last)


def framed(
    block: Block, kind: FrameKind, label: str, *, note: str = "", alarm: bool = False, right: float = 0.0
) -> Block:
    """The block inside a labelled frame, with `right` more room inside its right border."""
    wanted = min(width_of(label + "   " + note, 11.0), 420.0) + 2 * PADDING
    inner = block.width + right + 2 * PADDING
    spare = max(0.0, wanted - inner)
    width, height = inner + spare, block.height + HEAD + PADDING
    left = PADDING + spare / 2
    frame = Frame(0.0, 0.0, width, height, kind, label, note, alarm)
    return Block(width, height, left + block.axis, (frame, *block.at(left, HEAD)))


def looped(block: Block, label: str, *, note: str = "", alarm: bool = False) -> Block:
    """The block in a loop's frame with an arrow back from its end to its start."""
    side = 20.0
    if block.first and block.last:
        half = CARD_WIDTH / 2
        single = block.height <= CARD_HEIGHT
        start = (block.axis + half, block.height - CARD_HEIGHT / 2 + (10.0 if single else 0.0))
        end = (block.axis + half + 2, CARD_HEIGHT / 2 - (10.0 if single else 0.0))
        inner = block
    else:
        rise = 14.0
        inner = Block(block.width, block.height + 2 * rise, block.axis, (
            Wire(((block.axis, 0.0), (block.axis, rise))),
            *block.at(0.0, rise),
            Wire(((block.axis, rise + block.height), (block.axis, block.height + 2 * rise))),
        ))  # fmt: skip
        start, end = (block.axis, block.height + 2 * rise - 5), (block.axis + 2, 5.0)
    lane = block.width + side
    back = Wire((start, (lane, start[1]), (lane, end[1]), end), WireKind.REPEAT, arrow=True)
    around = Block(inner.width, inner.height, inner.axis, (*inner.shapes, back))
    return framed(around, FrameKind.LOOP, label, note=note, alarm=alarm, right=side)


def fanned(lanes: Sequence[tuple[str, Block]], kind: FrameKind, label: str, *, skip: str = "", note: str = "") -> Block:
    """Lanes side by side in a frame; `skip` names a lane past all of them, `note` qualifies the label."""
    rows = _rows(lanes)
    if len(rows) == 1:
        return _one_row(rows[0], kind, label, skip=skip, note=note)
    return _many_rows(rows, kind, label, skip=skip, note=note)


def _rows(lanes: Sequence[tuple[str, Block]]) -> list[list[tuple[str, Block]]]:
    rows: list[list[tuple[str, Block]]] = [[]]
    used = 0.0
    for lane in lanes:
        if rows[-1] and used + lane[1].width > ROW:
            rows.append([])
            used = 0.0
        rows[-1].append(lane)
        used += lane[1].width + GAP
    return rows


def _columns(row: Sequence[tuple[str, Block]], y: float) -> tuple[list[Shape], list[tuple[float, float]], float]:
    """The shapes of one row, the axis and bottom of each column, and the width of the row."""
    shapes: list[Shape] = []
    ends: list[tuple[float, float]] = []
    x = 0.0
    for label, block in row:
        shapes += block.at(x, y)
        ends.append((x + block.axis, y + block.height))
        if label:
            shapes.append(Words(x + block.axis + 8, y - 9, label, "lane", title=label))
        x += block.width + GAP
    return shapes, ends, x - GAP


def _one_row(row: Sequence[tuple[str, Block]], kind: FrameKind, label: str, *, skip: str, note: str) -> Block:
    shapes, ends, width = _columns(row, FAN)
    axis = (ends[0][0] + ends[-1][0]) / 2
    bottom = max(y for _, y in ends)
    height = bottom + JOIN
    if skip:
        lane = width + GAP
        bypass = ((axis, 0.0), (lane, FAN), (lane, bottom), (axis, height))
        shapes += [
            Wire(bypass[:2], curved=True),
            Wire(bypass[1:3]),
            Wire(bypass[2:], curved=True),
            Words(lane + 6, FAN + 6, skip, "lane"),
        ]
        width = lane + 26.0
    for x, y in ends:
        shapes.append(Wire(((axis, 0.0), (x, FAN)), arrow=True, curved=True))
        if y < bottom:
            shapes.append(Wire(((x, y), (x, bottom))))
        shapes.append(Wire(((x, bottom), (axis, height)), curved=True))
    inside = Block(width, height, axis, tuple(shapes))
    block = framed(inside, kind, label, note=note)
    return _through(block)


def _many_rows(rows: list[list[tuple[str, Block]]], kind: FrameKind, label: str, *, skip: str, note: str) -> Block:
    """Rows under each other: a rail on the left brings the run to each row, one on the right takes it away."""
    rail, y = 18.0, 0.0
    shapes: list[Shape] = []
    buses: list[float] = []
    outs: list[float] = []
    right = max(sum(block.width for _, block in row) + GAP * (len(row) - 1) for row in rows) + 2 * rail
    for row in rows:
        found, ends, _ = _columns(row, y + FAN)
        shapes += [shape.moved(rail, 0.0) for shape in found]
        buses.append(y + 8)
        outs.append(max(end for _, end in ends) + 12)
        shapes += [Wire(((0.0, buses[-1]), (x + rail, buses[-1]), (x + rail, y + FAN)), arrow=True) for x, _ in ends]
        shapes += [Wire(((x + rail, end), (x + rail, outs[-1]), (right, outs[-1]))) for x, end in ends]
        y = outs[-1] + 8
    axis, height = right / 2, y + 8
    shapes.append(Wire(((axis, 0.0), (axis, buses[0]), (0.0, buses[0]), (0.0, buses[-1]))))
    shapes.append(Wire(((right, outs[0]), (right, height), (axis, height))))
    if skip:
        shapes.append(Words(8.0, height - 2, f"or {skip}", "lane"))
    return _through(framed(Block(right, height, axis, tuple(shapes)), kind, label, note=note))


def _through(block: Block) -> Block:
    """The short pieces of the spine between a frame's border and what it holds."""
    pieces = (
        Wire(((block.axis, 0.0), (block.axis, HEAD))),
        Wire(((block.axis, block.height - PADDING), (block.axis, block.height))),
    )
    return Block(block.width, block.height, block.axis, (*block.shapes, *pieces))
