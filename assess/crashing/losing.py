"""Which values a crash loses: those that only memory held, on the way from what ran to what comes later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assess.crashing.bits import Bits, Numbering, each
from assess.crashing.gains import State
from assess.model.graph import Edge, EdgeKind, Held

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Values that only memory holds: the visits that use some, those that they come from, and the values' names.

    `ways` are for each visit that uses values: the visits that may have run before it, and its sources among them.
    """

    ways: Mapping[int, tuple[Bits, Bits]]
    names: Mapping[tuple[int, int], frozenset[str]]

    @classmethod
    def of(cls, edges: Iterable[Edge], numbering: Numbering, before: Mapping[str, State]) -> Values:
        """From the data edges, and what has run before each visit."""
        sources: dict[str, Bits] = {}
        names: dict[tuple[int, int], frozenset[str]] = {}
        for edge in edges:
            if edge.kind is not EdgeKind.DATA or edge.held is not Held.MEMORY:
                continue
            if edge.source in numbering.numbers and edge.target in before:
                ends = numbering.numbers[edge.source], numbering.numbers[edge.target]
                sources[edge.target] = sources.get(edge.target, 0) | numbering.bit(edge.source)
                names[ends] = names.get(ends, frozenset()).union(edge.values)
        return cls({numbering.numbers[v]: (before[v].may, bits) for v, bits in sources.items()}, names)

    def lost(self, ran: State, visit: int, *, waiting: bool) -> tuple[Names, Names]:
        """Names lost for certain and perhaps in a crash at this visit, of what these visits had given.

        `waiting`: it has no answer yet, so it still needs its own values.
        """
        must: set[str] = set()
        may: set[str] = set()
        done = ran.may & ~(1 << visit) if waiting else ran.may
        for target, (earlier, sources) in self.ways.items():
            if not earlier >> visit & 1 and not (waiting and target == visit):
                continue
            for source in each(sources & ran.may):
                certain = ran.must >> source & 1 and not done >> target & 1
                (must if certain else may).update(self.names[source, target])
        return tuple(sorted(must)), tuple(sorted(may - must))
