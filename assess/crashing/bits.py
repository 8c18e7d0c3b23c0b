"""Sets of visits as whole numbers: one bit a visit, so that union and intersection cost next to nothing.

Thousands of states of one pipeline share most of their visits. As sets of names they took more time and room than
all the rest of the assessment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress

Bits = int
"""A set of visits of one pipeline; 0 is the empty set."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The visits of one pipeline in order; the n-th is bit n."""

    order: tuple[str, ...]
    numbers: dict[str, int]
    _named: dict[Bits, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Sequence[str]) -> Numbering:
        """Number these visits, each of which stands there once."""
        return cls(tuple(order), {visit: n for n, visit in enumerate(order)})

    def bit(self, visit: str) -> Bits:
        """The set of this visit alone; empty if it is none of the pipeline's."""
        number = self.numbers.get(visit)
        return 0 if number is None else 1 << number

    def bits(self, visits: Iterable[str]) -> Bits:
        """The set of these visits."""
        found = 0
        for visit in visits:
            found |= self.bit(visit)
        return found

    def names(self, bits: Bits) -> tuple[str, ...]:
        """The visits of a set, in order; the same set gives the same tuple."""
        known = self._named.get(bits)
        if known is None:
            known = self._named[bits] = tuple(compress(self.order, map(int, reversed(f"{bits:b}"))))
        return known


def each(bits: Bits) -> Iterator[int]:
    """The numbers of the visits of a set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def union(sets: Iterable[Bits]) -> Bits:
    """All visits of some sets."""
    found = 0
    for bits in sets:
        found |= bits
    return found
