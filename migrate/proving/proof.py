"""A proof: every kill with what came of it, the original beside it, and the sums."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from migrate.proving.counts import StepCount
from migrate.proving.equivalence.judged import Equivalence
from migrate.proving.judging import Outcome, Row
from migrate.proving.points.evidence import Shown, Verdict

PROOF_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all kills of the workflow."""

    kills: int
    completed: int
    needs_person: int
    lost: int
    finished_steps_repeated: int
    steps_in_flight_repeated: int
    model_calls_repeated: int
    finished_model_calls_repeated: int
    writes_applied_twice: int
    keyed_writes_off: int
    unkeyed_writes_doubled: int
    asked_again: int


@dataclass(frozen=True, slots=True)
class Foretold:
    """One column of the crash table beside what was counted, of the steps that can be counted."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[str, ...]:
        """What had to happen and did not."""
        return tuple(name for name in self.must if name not in self.seen)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """What happened and was not said."""
        return tuple(name for name in self.seen if name not in self.must and name not in self.may)


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the crash table said of a kill right after a step's effect, and whether it held."""

    repeated: Foretold
    doubled: Foretold
    asked_again: Foretold

    @property
    def holds(self) -> bool:
        """What had to happen was seen, and nothing else than what may."""
        return not any(f.missed or f.unsaid for f in (self.repeated, self.doubled, self.asked_again))


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """The original, killed at one place and run again from the top. Names are activities, or routes that have none.

    `predicted` is what the crash table said of this place (None: no assessment, or the table has no row for it).
    """

    step: str
    run: str
    completed: bool
    repeated: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()
    model_calls_repeated: int = 0
    predicted: Predicted | None = None
    counted: tuple[StepCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof has to say. `points` are the moments of the kills, `checklist` the forty points.

    `date` only if one was given: same code, same bytes is the rule elsewhere.
    """

    project: str
    engine: str
    pipeline: str
    points: tuple[str, ...]
    totals: Totals
    rows: tuple[Row, ...]
    original: tuple[OriginalRow, ...]
    equivalence: Equivalence | None = None
    checklist: tuple[Shown, ...] = ()
    date: str | None = None
    proof_version: str = PROOF_VERSION

    @property
    def holds(self) -> bool:
        """Whether runs kept the promise and did what the original does, no point failed, the crash table was right."""
        return (
            bool(self.rows or self.original or self.equivalence or self.checklist)
            and all(r.good for r in self.rows)
            and (self.equivalence is None or self.equivalence.holds)
            and all(s.verdict is not Verdict.FAIL for s in self.checklist)
            and all(r.predicted is None or r.predicted.holds for r in self.original)
        )

    @property
    def exit_code(self) -> int:
        """0 if it holds, else 1."""
        return 0 if self.holds else 1


def totals(rows: Iterable[Row]) -> Totals:
    """The sums over rows."""
    listed = list(rows)
    ends = [r.outcome for r in listed]
    return Totals(
        kills=sum(1 for o in ends if o is not Outcome.MISSED),
        completed=ends.count(Outcome.COMPLETED),
        needs_person=ends.count(Outcome.NEEDS_PERSON),
        lost=ends.count(Outcome.LOST) + ends.count(Outcome.FAILED),
        finished_steps_repeated=sum(len(r.finished_repeated) for r in listed),
        steps_in_flight_repeated=sum(len(r.in_flight_repeated) for r in listed),
        model_calls_repeated=sum(r.model_calls_repeated for r in listed),
        finished_model_calls_repeated=sum(r.finished_model_calls_repeated for r in listed),
        writes_applied_twice=sum(len(r.applied_twice) for r in listed),
        keyed_writes_off=sum(len(r.keyed_off) for r in listed),
        unkeyed_writes_doubled=sum(len(r.doubled) for r in listed),
        asked_again=sum(len(r.asked_again) for r in listed),
    )


def to_json(proof: Proof) -> str:
    """The proof as JSON text; `holds` stands in it too."""
    return json.dumps(_plain(proof) | {"holds": proof.holds}, indent=1, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
