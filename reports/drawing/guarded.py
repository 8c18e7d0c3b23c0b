"""A `try`: its body on the spine, what catches its errors beside it, and the ways between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.drawing.fitting import width_of
from reports.drawing.frames import framed
from reports.drawing.shapes import PADDING, Block, FrameKind, Shape, Terminal, Wire, WireKind

BRACKET = 12.0
LANE = 34.0


@dataclass(frozen=True, slots=True)
class Caught:
    """One `except`: the steps in it (maybe none), what it says, and whether the run goes on after it."""

    inside: Block
    label: str
    note: str
    goes_on: bool


def guarded(body: Block, caught: Sequence[Caught]) -> Block:
    """The body with a bracket at its right side, and a lane for each handler that the bracket leads to."""
    shapes: list[Shape] = []
    lanes_x = body.width + BRACKET + LANE
    top, widest = 0.0, 0.0
    entries: list[float] = []
    exits: list[tuple[float, float]] = []
    for one in caught:
        lane = _lane(one)
        shapes += lane.at(lanes_x, top)
        entries.append(top + 14)
        if one.goes_on:
            exits.append((lanes_x + lane.width, top + lane.height / 2))
        else:
            shapes.append(
                Wire(((lanes_x + lane.width, top + 14), (lanes_x + lane.width + 16, top + 14)), WireKind.ERROR)
            )
            shapes.append(Terminal(lanes_x + lane.width + 22, top + 14, "raise"))
        widest = max(widest, lane.width)
        top += lane.height + 14
    height = max(body.height, top - 14)
    rail = body.width + BRACKET
    shapes.append(Wire(((rail - 6, 0.0), (rail, 0.0), (rail, max(body.height, entries[-1]))), WireKind.ERROR))
    shapes += [Wire(((rail, y), (lanes_x, y)), WireKind.ERROR, arrow=True) for y in entries]
    width = lanes_x + widest + 30
    if exits:
        join = height + 12
        way_out = lanes_x + widest + 14
        shapes += [Wire(((x, y), (way_out, y), (way_out, join), (body.axis, join))) for x, y in exits]
        height = join
    if height > body.height:
        shapes.append(Wire(((body.axis, body.height), (body.axis, height))))
    inside = Block(width, height, body.axis, (*shapes, *body.shapes))
    return _with_spine(framed(inside, FrameKind.TRY, "try"))


def _lane(one: Caught) -> Block:
    if one.inside.shapes:
        return framed(one.inside, FrameKind.EXCEPT, one.label, note=one.note)
    width = max(150.0, min(width_of(one.label + "   " + one.note, 11.0), 380.0) + 2 * PADDING)
    return framed(Block(width - 2 * PADDING, 0.0, width / 2, ()), FrameKind.EXCEPT, one.label, note=one.note)


def _with_spine(block: Block) -> Block:
    out = Wire(((block.axis, block.height - PADDING), (block.axis, block.height)))
    return Block(block.width, block.height, block.axis, (*block.shapes, out))
