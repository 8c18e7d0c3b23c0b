"""Data that is used later, drawn at the right side: one lane for each value's source, and few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assess.model.graph import Edge, EdgeKind, Held
from reports.drawing.fitting import fit, width_of
from reports.drawing.shapes import CARD_HEIGHT, CARD_WIDTH, Card, Point, Shape, Wire, WireKind, Words

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


def drawn(cards: Sequence[Card], edges: Sequence[Edge], right: float) -> tuple[list[Shape], float, int]:
    """The wires and words, the right end of all, and how many values' sources were left out."""
    places = {card.text.visit: card for card in cards}
    found = _flowing(edges, {card.text.visit: number for number, card in enumerate(cards)})
    chosen = sorted(found[:MOST], key=lambda one: _reach(one, places)[1] - _reach(one, places)[0])
    shapes: list[Shape] = []
    lanes: list[tuple[float, float, list[Point]]] = []
    for one in chosen:
        top, bottom = _reach(one, places)
        label = fit(", ".join(one.values), LABEL, SIZE)
        room = max(width_of(label, SIZE) + 16.0, 34.0)
        lane = next(
            (n for n, (_, _, used) in enumerate(lanes) if all(b < top - 6 or t > bottom + 6 for t, b in used)), None
        )
        if lane is None:
            start = lanes[-1][0] + lanes[-1][1] if lanes else right + 22.0
            lanes.append((start, room, []))
            lane = len(lanes) - 1
        x, width, used = lanes[lane]
        lanes[lane] = (x, max(width, room), [*used, (top, bottom)])
        shapes += _wires(one, places, cards, x)
        shapes.append(Words(x + 6, _label_y(top, bottom), label, "data", title=", ".join(one.values)))
    end = lanes[-1][0] + lanes[-1][1] if lanes else right
    return shapes, end, len(found) - len(chosen)


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


def _label_y(top: float, bottom: float) -> float:
    return (top + bottom) / 2 + 4


def _wires(one: _Flowing, places: Mapping[str, Card], cards: Sequence[Card], lane: float) -> list[Shape]:
    title = f"{', '.join(one.values)}: made by {places[one.source].text.name}, used by " + ", ".join(
        places[t].text.name for t in one.targets
    )
    out = _way(places[one.source], CARD_HEIGHT * 0.36, cards, lane)
    # One trunk to the farthest target; the others leave it, so that no line is drawn over itself.
    ways = sorted((_way(places[t], CARD_HEIGHT * 0.64, cards, lane) for t in one.targets), key=lambda way: -way[-1][1])
    trunk = Wire((*out, *reversed(ways[0])), WireKind.DATA, arrow=True, title=title)
    return [trunk, *(Wire(tuple(reversed(way)), WireKind.DATA, arrow=True, title=title) for way in ways[1:])]


def _way(card: Card, dy: float, cards: Sequence[Card], lane: float) -> tuple[Point, ...]:
    """From the card's right side to the lane, past the cards that stand in between."""
    x, y = card.x + CARD_WIDTH, card.y + dy
    free = _free(x + STUB, y, cards, lane)
    if free == y:
        return ((x, y), (lane, y))
    return ((x, y), (x + STUB, y), (x + STUB, free), (lane, free))


def _free(x: float, y: float, cards: Sequence[Card], lane: float) -> float:
    """The nearest height at which a line from x to the lane meets no card; the same height if there is none near."""
    blocking = [card for card in cards if card.x < lane and card.x + CARD_WIDTH > x]
    for shift in range(0, 160, 8):
        for height in (y + shift, y - shift):
            if all(not card.y - 5 < height < card.y + CARD_HEIGHT + 5 for card in blocking):
                return height
    return y
