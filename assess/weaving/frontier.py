"""Frontiers: the visits that may come last before a point of a run, with what is known of the runs that come there."""

from __future__ import annotations

from dataclasses import dataclass, field

from assess.resolving.trace import Gives, Site

Known = frozenset[tuple[object, object]]
"""What a run that comes from a visit has chosen: the arm of a dispatch, or what a call gave, by its place."""
Mark = tuple[str | None, Known]
"""The label that the next edge gets, and what is known."""
Frontier = dict[str | None, Mark]
"""Visits that may come last before a point; None is the start of the run."""
NOTHING: Known = frozenset()
RETURNED = "returned"
"""What stands for the function that is being walked: what it returns becomes known of the place that calls it."""


@dataclass(slots=True)
class Out:
    """Where control may be after a part: at its end, or on its way out of something around it."""

    end: Frontier = field(default_factory=dict)
    returns: Frontier = field(default_factory=dict)
    raises: Frontier = field(default_factory=dict)
    continues: Frontier = field(default_factory=dict)
    breaks: Frontier = field(default_factory=dict)

    def leave(self, exits: str | None) -> None:
        """The end of this part is a return, raise, continue or break."""
        if exits is not None:
            target = {"return": self.returns, "raise": self.raises, "continue": self.continues, "break": self.breaks}
            into(target[exits], self.end)
            self.end = {}

    def stand_in(self, arm: tuple[int, int]) -> None:
        """All ways out lead out of this arm of a dispatch."""
        for frontier in (self.end, self.returns, self.raises, self.continues, self.breaks):
            for visit, (label, known) in frontier.items():
                frontier[visit] = label, known | {arm}

    def take_exits(self, other: Out) -> None:
        """The ways out of a part inside this one, its end aside."""
        into(self.returns, other.returns)
        into(self.raises, other.raises)
        into(self.continues, other.continues)
        into(self.breaks, other.breaks)


def joined(*frontiers: Frontier) -> Frontier:
    """Every visit of these."""
    result: Frontier = {}
    for frontier in frontiers:
        into(result, frontier)
    return result


def into(frontier: Frontier, more: Frontier) -> None:
    """Add visits; of one that is there, only what is known on both ways stays known."""
    for visit, mark in more.items():
        label, known = frontier.setdefault(visit, mark)
        if known != mark[1]:
            frontier[visit] = label, known & mark[1]


def forgetting(frontier: Frontier) -> Frontier:
    """The frontier without what calls gave: in the next turn they may give something else, or not be made."""
    return {v: (label, frozenset(k for k in known if isinstance(k[0], int))) for v, (label, known) in frontier.items()}


def knowing(frontier: Frontier, key: object, what: object) -> Frontier:
    """The frontier where this is known instead of what was known of the same before; None: nothing is."""
    fresh = frozenset() if what is None else frozenset({(key, what)})
    return {v: (label, frozenset(k for k in known if k[0] != key) | fresh) for v, (label, known) in frontier.items()}


def given_to(frontier: Frontier, site: Site) -> Frontier:
    """After a call: what it returned is known of its place."""
    found: Frontier = {}
    for visit, (label, known) in frontier.items():
        gave = {(site, what) for key, what in known if key == RETURNED}
        found[visit] = label, frozenset(k for k in known if k[0] not in (RETURNED, site)) | gave
    return found


def fitting(frontier: Frontier, site: Site, gives: frozenset[Gives]) -> Frontier:
    """The part of a frontier that may have been given one of these by a call."""
    return {v: m for v, m in frontier.items() if all(what in gives for key, what in m[1] if key == site)}


def labelled(frontier: Frontier, label: str) -> Frontier:
    """The frontier with this label on the edges that lead on."""
    return {visit: (label, arm) for visit, (_, arm) in frontier.items()}


def stood_in(mark: Mark, own: tuple[int, int], *, single: bool) -> bool:
    """Whether a run comes from another arm of the same dispatch, or from this one, if that makes more than one call."""
    return any(branch == own[0] and (arm != own[1] or not single) for branch, arm in mark[1])


@dataclass(slots=True)
class Frame:
    """A function on the way: where it is entered from by itself, and how it is left, as far as it was walked."""

    entering: Frontier = field(default_factory=dict)
    ends: Frontier = field(default_factory=dict)
    raises: Frontier = field(default_factory=dict)
