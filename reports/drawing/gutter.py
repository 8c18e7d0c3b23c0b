"""Data that is used later, drawn at the right side: one lane for each value's source, and few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias, TypeGuard

from assess.model.graph import Edge, EdgeKind, Held
from reports.drawing.fitting import fit, width_of
from reports.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    HEAD,
    Card,
    Frame,
    FrameKind,
    Point,
    Shape,
    Wire,
    WireKind,
    Words,
)

Box: TypeAlias = tuple[float, float, float, float]

MOST = 5
"""More sources than this make a thicket; the rest stands in the list of steps."""

LABEL = 96.0
SIZE = 11.0
STUB = 9.0


@dataclass(frozen=True, slots=True)
class _Flowing:
    """What one step hands to later ones."""

    source: str
    targets: tuple[str, ...]
    values: tuple[str, ...]
    span: int


@dataclass(slots=True)
class _Lane:
    """One vertical lane: where it stands, the room its labels need, and the parts of it that are taken."""

    x: float
    room: float
    taken: list[Point]


def drawn(shapes: Sequence[Shape], edges: Sequence[Edge], right: float) -> tuple[list[Shape], float, int]:
    """The wires and words, the right end of all, and how many values' sources were left out."""
    cards = [shape for shape in shapes if isinstance(shape, Card)]
    places = {card.text.visit: card for card in cards}
    found = _flowing(edges, {card.text.visit: number for number, card in enumerate(cards)})
    chosen = sorted(found[:MOST], key=lambda one: _reach(one, places)[1] - _reach(one, places)[0])
    walls = [(card.x, card.y, card.x + CARD_WIDTH, card.y + CARD_HEIGHT) for card in cards]
    walls += [(f.x, f.y, f.x + f.width, f.y + min(f.height, HEAD)) for f in shapes if _told_aloud(f)]
    lanes: list[_Lane] = []
    wires: list[Wire] = []
    labels: list[tuple[_Flowing, _Lane, str]] = []
    for one in chosen:
        label = fit(", ".join(one.values), LABEL, SIZE)
        lane = _lane(lanes, _reach(one, places), max(width_of(label, SIZE) + 16.0, 34.0), right)
        wires += _wires(one, places, walls, lane.x)
        labels.append((one, lane, label))
    words = [
        Words(lane.x + 6, _label_y(_reach(one, places), lane, wires), label, "data", title=", ".join(one.values))
        for one, lane, label in labels
    ]
    end = lanes[-1].x + lanes[-1].room if lanes else right
    return [*_joined(wires), *words], end, len(found) - len(chosen)


def _joined(wires: Sequence[Wire]) -> list[Wire]:
    """Wires that come into one card at one height meet at the next lane, so that no line lies on another."""
    arriving: dict[tuple[Point, float], list[tuple[float, int]]] = {}
    bends = []
    for number, wire in enumerate(wires):
        lane = max(x for x, _ in wire.points)
        bend = max(n for n, (x, _) in enumerate(wire.points) if x == lane)
        bends.append(bend)
        arriving.setdefault((wire.points[-1], wire.points[bend][1]), []).append((lane, number))
    joined = list(wires)
    for (_, y), coming in arriving.items():
        for (inner, _), (_, number) in pairwise(sorted(coming)):
            points = (*wires[number].points[: bends[number] + 1], (inner, y))
            joined[number] = replace(wires[number], points=points, arrow=False)
    return joined


def _told_aloud(shape: Shape) -> TypeGuard[Frame]:
    return isinstance(shape, Frame) and shape.kind is FrameKind.EXCEPT


def _lane(lanes: list[_Lane], reach: Point, room: float, right: float) -> _Lane:
    """The first lane that is free at this height, else a new one."""
    top, bottom = reach
    for lane in lanes:
        if all(below < top - 6 or above > bottom + 6 for above, below in lane.taken):
            lane.taken.append(reach)
            lane.room = max(lane.room, room)
            break
    else:
        start = lanes[-1].x + lanes[-1].room if lanes else right + 22.0
        lane = _Lane(start, room, [reach])
        lanes.append(lane)
    return lane


def _flowing(edges: Sequence[Edge], order: Mapping[str, int]) -> list[_Flowing]:
    """Sources with a target further away than the next step; values in memory first, then the farthest."""
    gathered: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.kind is EdgeKind.DATA and order.get(edge.target, 0) > order.get(edge.source, len(order)) + 1:
            gathered.setdefault(edge.source, []).append(edge)
    found = []
    for source, leaving in gathered.items():
        targets = tuple(dict.fromkeys(e.target for e in leaving))
        values = tuple(dict.fromkeys(v for e in leaving for v in e.values))
        in_memory = any(e.held in (Held.MEMORY, None) for e in leaving)
        span = max(order[t] for t in targets) - order[source] + (1000 if in_memory else 0)
        found.append(_Flowing(source, targets, values, span))
    return sorted(found, key=lambda one: (-one.span, order[one.source]))


def _reach(one: _Flowing, places: Mapping[str, Card]) -> tuple[float, float]:
    ys = [places[visit].y for visit in (one.source, *one.targets)]
    return min(ys), max(ys) + CARD_HEIGHT


def _label_y(reach: Point, lane: _Lane, wires: Sequence[Wire]) -> float:
    """Near the middle of the lane, where no level part of a wire runs through the words."""
    crossing = [
        a[1] for wire in wires for a, b in pairwise(wire.points) if a[1] == b[1] and max(a[0], b[0]) > lane.x + 2
    ]
    middle = sum(reach) / 2
    room = (reach[1] - reach[0]) / 2 - 20
    for shift in range(0, max(8, int(room)), 8):
        for y in (middle + shift, middle - shift):
            if all(abs(y - other) > 9 for other in crossing):
                return y + 4
    return middle + 4


def _wires(one: _Flowing, places: Mapping[str, Card], walls: Sequence[Box], lane: float) -> list[Wire]:
    title = f"{', '.join(one.values)}: made by {places[one.source].text.name}, used by " + ", ".join(
        places[t].text.name for t in one.targets
    )
    out = _way(places[one.source], CARD_HEIGHT * 0.36, walls, lane)
    # One trunk to the farthest target; the others leave it, so that no line is drawn over itself.
    ways = sorted((_way(places[t], CARD_HEIGHT * 0.64, walls, lane) for t in one.targets), key=lambda way: -way[-1][1])
    trunk = Wire((*out, *reversed(ways[0])), WireKind.DATA, arrow=True, title=title)
    return [trunk, *(Wire(tuple(reversed(way)), WireKind.DATA, arrow=True, title=title) for way in ways[1:])]


def _way(card: Card, dy: float, walls: Sequence[Box], lane: float) -> tuple[Point, ...]:
    """From the card's right side to the lane, past what stands in between."""
    x, y = card.x + CARD_WIDTH, card.y + dy
    free = _free(x + STUB, y, walls, lane)
    if free == y:
        return ((x, y), (lane, y))
    return ((x, y), (x + STUB, y), (x + STUB, free), (lane, free))


def _free(x: float, y: float, walls: Sequence[Box], lane: float) -> float:
    """The nearest height at which a line from x to the lane meets nothing; the same height if there is none near."""
    blocking = [wall for wall in walls if wall[0] < lane and wall[2] > x]
    for shift in range(0, 160, 8):
        for height in (y + shift, y - shift):
            if all(not wall[1] - 5 < height < wall[3] + 5 for wall in blocking):
                return height
    return y
