"""What a picture of a flow is made of before it is painted: cards, frames, wires and words, with their places.

Knows geometry only; what a card says comes from the caller, how it looks from the painter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

CARD_WIDTH = 248.0
CARD_HEIGHT = 48.0
GAP = 26.0
PADDING = 16.0
HEAD = 26.0
"""The strip at the top of a frame that holds its label."""

Point: TypeAlias = tuple[float, float]


class WireKind(StrEnum):
    """What a wire means."""

    NEXT = "next"
    REPEAT = "repeat"
    ERROR = "error"
    DATA = "data"


class FrameKind(StrEnum):
    """What a frame holds."""

    BRANCH = "branch"
    LOOP = "loop"
    PARALLEL = "parallel"
    EACH = "each"
    TRY = "try"
    EXCEPT = "except"
    FINALLY = "finally"
    CALL = "call"
    GRAPH = "graph"


class Risk(StrEnum):
    """The highest severity found at a step."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CardText:
    """What one card says; `title` is all of it, `link` where a click leads (without #), None in a file of its own."""

    visit: str
    name: str
    place: str
    icon: str
    risk: Risk
    mark: str
    title: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One visit."""

    x: float
    y: float
    text: CardText

    def moved(self, dx: float, dy: float) -> Card:
        """The card at another place."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Frame:
    """A box around parts of the flow; `note` stands at its right end (a bound, what an error leaves)."""

    x: float
    y: float
    width: float
    height: float
    kind: FrameKind
    label: str
    note: str = ""
    alarm: bool = False

    def moved(self, dx: float, dy: float) -> Frame:
        """The frame at another place."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Wire:
    """A line through points; `curved` bends it between its ends, else its corners are rounded."""

    points: tuple[Point, ...]
    kind: WireKind = WireKind.NEXT
    arrow: bool = False
    curved: bool = False
    title: str = ""

    def moved(self, dx: float, dy: float) -> Wire:
        """The wire at another place."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Words:
    """A word or two on the picture; `kind` is a wire's kind or `lane`."""

    x: float
    y: float
    text: str
    kind: str
    anchor: str = "start"
    title: str = ""

    def moved(self, dx: float, dy: float) -> Words:
        """The words at another place."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a run starts (`start`), ends (`end`) or leaves with an error (`raise`)."""

    x: float
    y: float
    kind: str

    def moved(self, dx: float, dy: float) -> Terminal:
        """The terminal at another place."""
        return replace(self, x=self.x + dx, y=self.y + dy)


Shape: TypeAlias = Card | Frame | Wire | Words | Terminal


@dataclass(frozen=True, slots=True)
class Block:
    """A measured part: control enters at (axis, 0) and leaves at (axis, height).

    `first` and `last` say whether a card stands there, on the axis, so that a wire may touch its side.
    """

    width: float
    height: float
    axis: float
    shapes: tuple[Shape, ...]
    first: bool = False
    last: bool = False

    def at(self, x: float, y: float) -> tuple[Shape, ...]:
        """Its shapes with the block's corner at x, y."""
        return tuple(shape.moved(x, y) for shape in self.shapes)
