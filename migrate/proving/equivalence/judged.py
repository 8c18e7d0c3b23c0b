"""What a comparison of the two has to say: a row for each pair of runs, and what could not be compared."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.proving.equivalence.comparing import Difference


@dataclass(frozen=True, slots=True)
class Compared:
    """One run of the workflow against the original's. `case` is the kind of run.

    `fault` says what failed, and of it `trouble` how; both are empty where nothing did.

    `against` says which run of the original it equals, or was held against: the one with the same fault, or the one
    with none, because the engine tries again where the original gives up.
    """

    case: str
    fault: str
    trouble: str
    step: str
    against: str
    original: str
    workflow: str
    calls: int
    differences: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the two are equivalent."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Reads by which the original found out what a person had decided: the workflow is told instead."""

    case: str
    route: str
    calls: int
    wait: str
    polls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """All of it. `walked` are the activities and waits that the runs came by, `unseen` those that none of them did.

    `silent` are steps that no service sees, so nothing of them was compared but what later steps made of them, and
    nothing could be made to fail in them. `made_anew` are values that the original itself makes anew in every run.
    """

    rows: tuple[Compared, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    walked: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    made_anew: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every run of the workflow was equivalent to the original's."""
        return bool(self.rows) and all(row.same for row in self.rows)
