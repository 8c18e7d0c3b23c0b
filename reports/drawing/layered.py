"""A graph that was declared by arrows: break cycles in source order, layers by longest path, then few crossings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reports.drawing.frames import NOTHING
from reports.drawing.shapes import Block, Point, Shape, Wire, WireKind, Words

START, END = -1, -2
SPACE_ACROSS = 34.0
SPACE_DOWN = 46.0
BEND = 26.0
SWEEPS = 8

Arrow = tuple[int, int, str | None]


@dataclass(slots=True)
class _Node:
    """A part of the graph, or a bend of a long arrow; `x` is its left side."""

    key: int
    block: Block
    layer: int
    x: float = 0.0
    y: float = 0.0

    @property
    def axis(self) -> float:
        return self.x + self.block.axis


def layered(children: Sequence[Block], arrows: Iterable[Arrow]) -> Block:
    """The children laid out by their arrows; arrows to parts that are not there are left out."""
    known = {number for number, block in enumerate(children) if block.shapes}
    kept = [a for a in dict.fromkeys(arrows) if {a[0], a[1]} <= known | {START, END} and a[0] != END and a[1] != START]
    kept += _ends(known, kept)
    backward = _backward(sorted(known), kept)
    forward = [a for a in kept if a not in backward and a[0] != a[1]]
    layers = _layers(known, forward)
    nodes = {
        key: _Node(key, NOTHING if key < 0 else children[key], layers[key]) for key in [START, *sorted(known), END]
    }
    chains = _chains(nodes, forward)
    rows = _rows(nodes)
    pairs = [pair for chain in chains for pair in pairwise(chain)]
    _order(rows, pairs)
    width, height = _place(rows, pairs)
    nodes[END].x = nodes[START].axis
    shapes: list[Shape] = [shape for node in nodes.values() for shape in node.block.at(node.x, node.y)]
    for chain, arrow in zip(chains, forward, strict=True):
        shapes += _drawn(chain, arrow[2], ends=arrow[1] == END)
    back = [a for a in kept if a not in forward]
    shapes += _returns(back, nodes, width)
    width += 20.0 * len(back)
    return Block(width, height, nodes[START].axis, tuple(shapes))


def _ends(known: set[int], arrows: Sequence[Arrow]) -> list[Arrow]:
    """Arrows from start and to end where the declaration names none: a run has to begin and stop somewhere."""
    found: list[Arrow] = []
    if not any(source == START for source, _, _ in arrows):
        entered = {target for source, target, _ in arrows if source != target}
        found += [(START, key, None) for key in sorted(known - entered) or sorted(known)[:1]]
    if not any(target == END for _, target, _ in arrows):
        left = {source for source, target, _ in arrows if source != target}
        found += [(key, END, None) for key in sorted(known - left) or sorted(known)[-1:]]
    return found


def _backward(keys: Sequence[int], arrows: Sequence[Arrow]) -> set[Arrow]:
    """Arrows that close a cycle, walking in source order."""
    leaving: dict[int, list[Arrow]] = {}
    for one in arrows:
        leaving.setdefault(one[0], []).append(one)
    open_now: set[int] = set()
    done: set[int] = set()
    closing: set[Arrow] = set()
    for root in [START, *keys]:
        stack = [(root, iter(leaving.get(root, ())))] if root not in done else []
        open_now.update(key for key, _ in stack)
        while stack:
            key, rest = stack[-1]
            arrow = next(rest, None)
            if arrow is None:
                stack.pop()
                open_now.discard(key)
                done.add(key)
            elif arrow[1] in open_now:
                closing.add(arrow)
            elif arrow[1] not in done:
                open_now.add(arrow[1])
                stack.append((arrow[1], iter(leaving.get(arrow[1], ()))))
    return closing


def _layers(known: set[int], forward: Sequence[Arrow]) -> dict[int, int]:
    """The longest way from start to each part; what nothing leads to stands in the first row."""
    layer = dict.fromkeys([START, *sorted(known), END], 0)
    for key in known:
        layer[key] = 1
    for _ in range(len(layer)):
        changed = False
        for source, target, _label in forward:
            if layer[target] < layer[source] + 1:
                layer[target] = layer[source] + 1
                changed = True
        if not changed:
            break
    layer[END] = 1 + max(place for key, place in layer.items() if key != END)
    return layer


def _chains(nodes: dict[int, _Node], forward: Sequence[Arrow]) -> list[list[_Node]]:
    """Each arrow as a chain of nodes one layer apart; bends are added to the nodes with keys of their own."""
    chains = []
    key = END - 1
    for source, target, _ in forward:
        chain = [nodes[source]]
        for layer in range(nodes[source].layer + 1, nodes[target].layer):
            nodes[key] = _Node(key, Block(BEND, 0.0, BEND / 2, ()), layer)
            chain.append(nodes[key])
            key -= 1
        chains.append([*chain, nodes[target]])
    return chains


def _rows(nodes: dict[int, _Node]) -> list[list[_Node]]:
    rows: list[list[_Node]] = [[] for _ in range(max(node.layer for node in nodes.values()) + 1)]
    for node in nodes.values():
        rows[node.layer].append(node)
    return rows


def _order(rows: list[list[_Node]], pairs: Sequence[tuple[_Node, _Node]]) -> None:
    """Barycentre sweeps, down and up: each part goes to the middle of what it is tied to."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for upper, lower in pairs:
        above.setdefault(lower.key, []).append(upper.key)
        below.setdefault(upper.key, []).append(lower.key)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            rank = {node.key: number for other in rows for number, node in enumerate(other)}
            ties = above if down else below
            middle = {n.key: _mean([rank[k] for k in ties.get(n.key, ())], rank[n.key]) for n in row}
            row.sort(key=lambda node: middle[node.key])


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _place(rows: list[list[_Node]], pairs: Sequence[tuple[_Node, _Node]]) -> Point:
    """Rows from top to bottom; in a row each part as near to its neighbours' middle as the others let it."""
    ties: dict[int, list[_Node]] = {}
    for upper, lower in pairs:
        ties.setdefault(lower.key, []).append(upper)
        ties.setdefault(upper.key, []).append(lower)
    y = 0.0
    for row in rows:
        tall = max(node.block.height for node in row)
        x = 0.0
        for node in row:
            node.x, node.y = x, y
            if node.key < END:
                node.block = replace(node.block, height=tall)
            x += node.block.width + SPACE_ACROSS
        y += tall + SPACE_DOWN
    for _ in range(SWEEPS):
        for row in [*rows, *reversed(rows)]:
            _settle(row, ties)
    left = min(node.x for row in rows for node in row)
    for row in rows:
        for node in row:
            node.x -= left
    return max(node.x + node.block.width for row in rows for node in row), y - SPACE_DOWN


def _settle(row: Sequence[_Node], ties: dict[int, list[_Node]]) -> None:
    wanted = [_mean([n.axis for n in ties.get(node.key, ())], node.axis) - node.block.axis for node in row]
    placed: list[float] = []
    for number, node in enumerate(row):
        room = placed[-1] + row[number - 1].block.width + SPACE_ACROSS if placed else wanted[0]
        placed.append(max(room, wanted[number]))
        node.x = placed[-1]
    drift = _mean([is_at - want for is_at, want in zip(placed, wanted, strict=True)], 0.0)
    for node in row:
        node.x -= drift


def _drawn(chain: Sequence[_Node], label: str | None, *, ends: bool) -> list[Shape]:
    shapes: list[Shape] = []
    for upper, lower in pairwise(chain):
        start = (upper.axis, upper.y + upper.block.height)
        end = (lower.axis, lower.y)
        shapes.append(Wire((start, end), arrow=lower is chain[-1] and not ends, curved=True))
        if lower is not chain[-1]:
            shapes.append(Wire((end, (lower.axis, lower.y + lower.block.height))))
    if label:
        upper, lower = chain[0], chain[1]
        y = upper.y + upper.block.height
        shapes.append(
            Words((upper.axis + 2 * lower.axis) / 3 + 5, y + (lower.y - y) * 0.62, label, "lane", title=label)
        )
    return shapes


def _returns(arrows: Sequence[Arrow], nodes: dict[int, _Node], width: float) -> list[Shape]:
    """Arrows that go back, each on a lane of its own at the right."""
    shapes: list[Shape] = []
    for number, (source, target, label) in enumerate(arrows):
        lane = width + 18.0 + 20.0 * number
        start, end = nodes[source], nodes[target]
        here = (start.x + start.block.width, start.y + start.block.height * 0.65)
        there = (end.x + end.block.width + 2, end.y + end.block.height * 0.35)
        shapes.append(
            Wire((here, (lane, here[1]), (lane, there[1]), there), WireKind.REPEAT, arrow=True, title=label or "")
        )
        if label:
            shapes.append(Words(here[0] + 8, here[1] - 5, label, "repeat", title=label))
    return shapes
