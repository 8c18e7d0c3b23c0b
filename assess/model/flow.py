"""Flow: the tree that a function body already is, cut down to what leads to steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class FlowType(StrEnum):
    """What a node of the tree does with its children."""

    SEQUENCE = "sequence"
    BRANCH = "branch"
    LOOP = "loop"
    PARALLEL = "parallel"
    TRY = "try"
    CALL = "call"
    VISIT = "visit"
    GRAPH = "graph"


class Role(StrEnum):
    """Which part of its parent a child is (of a branch or a try)."""

    BODY = "body"
    THEN = "then"
    ELSE = "else"
    EXCEPT = "except"
    FINALLY = "finally"


@dataclass(frozen=True, slots=True)
class Flow:
    """One node of the tree.

    sequence: children one after another. branch: one of the children (roles then/else); if no `else` child stands
    there, the run may skip it. loop: children again and again; `bound` is what limits it, as written, or None.
    parallel: children at once; a single child stands for many of its kind (a fan-out over items). try: a `body` child,
    then `except` children of which at most one runs, then `finally`. call: the body of a called function, `label` its
    name. visit: one visit of a step, by id. graph: children with `arrows` (source, target, label) of their indices, -1
    standing for start and -2 for end. `label` is the condition, the iterated expression or the exception, as written.
    """

    type: FlowType
    file: str
    line: int
    end_line: int
    role: Role | None = None
    label: str | None = None
    bound: str | None = None
    visit: str | None = None
    children: tuple[Flow, ...] = ()
    arrows: tuple[tuple[int, int, str | None], ...] = ()

    def walk(self) -> Iterator[Flow]:
        """The node itself and everything under it, in source order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def visits(self) -> Iterator[str]:
        """The ids of the visits under this node, in order."""
        return (node.visit for node in self.walk() if node.visit is not None)
