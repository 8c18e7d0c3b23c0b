"""A whole picture: the flow between its start and its end, the data at its side, and how large all of it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assess.model.flow import Flow, FlowType
from assess.model.graph import Edge
from reports.drawing import gutter
from reports.drawing.shapes import GAP, Card, Frame, Shape, Terminal, Wire, Words
from reports.drawing.structured import Sheet, measured

MARGIN = 16.0
DOT = 7.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Placed shapes and their bounds; `left_out` counts sources of data that were not drawn."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    left_out: int

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards in the order they were placed."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Card))

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames, outer before inner."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Frame))


NOTHING = Picture(0.0, 0.0, (), 0)


def arranged(flow: Flow, sheet: Sheet, edges: Sequence[Edge] = ()) -> Picture:
    """Place everything. The picture of a flow without steps has no shapes."""
    # The outermost call is the entry itself: a frame around everything tells nothing.
    inner = Flow(FlowType.SEQUENCE, flow.file, flow.line, flow.end_line, children=flow.children)
    block = measured(inner if flow.type is FlowType.CALL else flow, sheet)
    if not block.shapes:
        return NOTHING
    top = MARGIN + 2 * DOT + GAP
    axis, bottom = MARGIN + block.axis, top + block.height
    shapes = [
        Terminal(axis, MARGIN + DOT, "start"),
        Wire(((axis, MARGIN + 2 * DOT), (axis, top)), arrow=True),
        *block.at(MARGIN, top),
        Wire(((axis, bottom), (axis, bottom + GAP)), arrow=True),
        Terminal(axis, bottom + GAP + DOT, "end"),
    ]
    data, right, left_out = gutter.drawn(shapes, edges, MARGIN + block.width)
    right = max([right, *(shape.x + 110.0 for shape in shapes if isinstance(shape, Words) and shape.kind != "data")])
    return Picture(right + MARGIN, bottom + GAP + 2 * DOT + MARGIN, (*shapes, *data), left_out)
