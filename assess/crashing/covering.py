"""Which visits the table has rows for: all of them, unless they are more than anybody reads.

Each row names what ran before it, so a full table grows with the square of the visits: of 1,500 steps it would fill
most of an assessment of a hundred megabytes. Such a pipeline keeps the rows where most is at stake.
"""

from __future__ import annotations

from assess.model.step import Kind, Step

NAMES = 90_000
"""Visits times covered visits: up to 300 visits the table is full, and no table gets longer than that one."""


def covered(order: tuple[str, ...], steps: dict[str, Step]) -> tuple[str, ...]:
    """The visits that get rows, in order: people and writes that double first, then what is paid for, then the rest.

    Where a group is cut, visits are taken at equal distances, its last one among them.
    """
    room = max(1, NAMES // max(1, len(order)))
    if len(order) <= room:
        return order
    groups: list[list[str]] = [[], [], []]
    for visit in order:
        groups[_rank(steps[visit])].append(visit)
    chosen: set[str] = set()
    for group in groups:
        left = min(room - len(chosen), len(group))
        chosen.update(group[(n + 1) * len(group) // left - 1] for n in range(left))
    return tuple(visit for visit in order if visit in chosen)


def _rank(step: Step) -> int:
    if step.kind is Kind.HUMAN or (step.writes and step.idempotency_key is not True):
        return 0
    return 1 if step.billed else 2
