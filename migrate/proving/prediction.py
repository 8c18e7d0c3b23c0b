"""What the crash table of an assessment said of the original, held against what was counted.

The table names visits, the services know routes; both are folded to activities: the manifest says which visits an
activity holds, the clean run which routes it calls. What no activity of the workflow stands for is not compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assess.model.assessment import Pipeline
from assess.model.score import CrashEngine, CrashRow
from assess.model.wire import WireError, loads_assessment
from migrate.proving.errors import ProofError
from migrate.proving.project import Project
from migrate.proving.proof import Foretold, OriginalRow, Predicted

Visits = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The crash table of the pipeline that the project was made from."""

    project: Project
    rows: tuple[CrashRow, ...]

    def judged(self, row: OriginalRow, countable: frozenset[str]) -> OriginalRow:
        """The row with what the table said of it.

        The kill comes after the call's effect and before its answer, which is the end of `during` and the beginning of
        `after`. Both rows of the visit have to allow what was counted: what either says must happen, and what both
        say can.
        """
        activity = self.project.activity(row.step)
        said = [r for r in self.rows if activity is not None and r.visit in activity.visits]
        if not said:
            return row
        predicted = Predicted(
            repeated=self._foretold([(r.repeated, r.may.repeated) for r in said], row.repeated, countable),
            doubled=self._foretold(
                [(r.duplicated, r.may.duplicated) for r in said], (*row.doubled, *row.asked_again), countable
            ),
            asked_again=self._foretold([(r.asked_again, r.may.asked_again) for r in said], row.asked_again, countable),
        )
        return replace(row, predicted=predicted)

    def _foretold(
        self, said: Sequence[tuple[Visits, Visits]], seen: Iterable[str], countable: frozenset[str]
    ) -> Foretold:
        must = set().union(*(self._activities(certain) for certain, _ in said)) & countable
        can = set.intersection(*(self._activities([*certain, *perhaps]) for certain, perhaps in said)) & countable
        return Foretold(self._in_order(must), self._in_order(can - must), self._in_order(countable.intersection(seen)))

    def _in_order(self, names: Collection[str]) -> tuple[str, ...]:
        return tuple(a.name for a in self.project.activities if a.name in names)

    def _activities(self, visits: Iterable[str]) -> set[str]:
        wanted = set(visits)
        return {a.name for a in self.project.activities if wanted.intersection(a.visits)}


def load_prediction(file: Path, project: Project) -> Prediction:
    """The crash table for this project's pipeline, from an assessment's JSON."""
    try:
        assessment = loads_assessment(file.read_text("utf-8"))
    except OSError as problem:
        raise ProofError(f"{file} cannot be read: {problem.strerror}.") from None
    except WireError as problem:
        raise ProofError(f"{file} is no assessment: {problem}.") from None
    pipeline: Pipeline | None = assessment.pipeline(project.pipeline)
    if pipeline is None:
        raise ProofError(f"{file} knows no pipeline {project.pipeline!r}: assess the code that was migrated.")
    return Prediction(project, tuple(r for r in pipeline.crash_table if r.engine is CrashEngine.NONE))
