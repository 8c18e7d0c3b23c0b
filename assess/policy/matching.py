"""Which finding of an old list is which finding of a new one.

First by fingerprint. What is left over is matched by check, pipeline, function and callee, in order, so that a
statement that was written anew stays the same finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar


class Known(Protocol):
    """A finding, or what a baseline keeps of one."""

    @property
    def fingerprint(self) -> str:
        """What it is recognised by."""


Old = TypeVar("Old", bound=Known)
New = TypeVar("New", bound=Known)
Kin = tuple[str, str, str, str]


def matched(
    old: Sequence[Old], new: Sequence[New], kin_of_old: Callable[[Old], Kin], kin_of_new: Callable[[New], Kin]
) -> list[tuple[Old, New]]:
    """Pairs that are the same finding; each finding is in one pair at most."""
    pairs = _paired(old, new, lambda one: one.fingerprint, lambda one: one.fingerprint)
    taken_old, taken_new = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
    left_old = [one for one in old if id(one) not in taken_old]
    left_new = [one for one in new if id(one) not in taken_new]
    return [*pairs, *_paired(left_old, left_new, kin_of_old, kin_of_new)]


def _paired(
    old: Iterable[Old], new: Iterable[New], key_of_old: Callable[[Old], object], key_of_new: Callable[[New], object]
) -> list[tuple[Old, New]]:
    waiting: dict[object, list[Old]] = {}
    for one in old:
        waiting.setdefault(key_of_old(one), []).append(one)
    pairs = []
    for other in new:
        same = waiting.get(key_of_new(other))
        if same:
            pairs.append((same.pop(0), other))
    return pairs
