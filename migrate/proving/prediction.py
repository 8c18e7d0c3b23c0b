"""What the crash table of an assessment said of the original, held against what was counted.

The table names visits, the services know routes; both are folded to activities: the manifest says which visits an
activity holds, the clean run which routes it calls. What no activity of the workflow stands for is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from assess.model.assessment import Pipeline
from assess.model.score import CrashEngine, CrashRow, When
from assess.model.wire import WireError, loads_assessment
from migrate.proving.errors import ProofError
from migrate.proving.project import Project
from migrate.proving.proof import OriginalRow, Predicted


@dataclass(frozen=True, slots=True)
class Prediction:
    """The crash table of the pipeline that the project was made from."""

    project: Project
    rows: tuple[CrashRow, ...]

    def judged(self, row: OriginalRow, countable: frozenset[str]) -> OriginalRow:
        """The row with the table's verdict: what must happen was counted, and nothing else than what may.

        The kill comes after the call's effect and before its answer, which is the end of `during` and the beginning of
        `after`: both rows of the visit have to allow what was counted.
        """
        activity = self.project.activity(row.step)
        visits = () if activity is None else activity.visits
        said = [r for r in self.rows if r.visit in visits]
        if not said:
            return row
        after = next((r for r in said if r.when is When.AFTER), said[0])
        asked = self._known(after.asked_again, countable)
        predicted = Predicted(
            repeated=self._known(after.repeated, countable),
            doubled=tuple(name for name in self._known(after.duplicated, countable) if name not in asked),
            asked_again=asked,
            off=tuple(sorted({wrong for r in said for wrong in self._off(row, r, countable)})),
        )
        return replace(row, predicted=predicted)

    def _known(self, visits: Iterable[str], countable: frozenset[str]) -> tuple[str, ...]:
        named = self._activities(visits) & countable
        return tuple(a.name for a in self.project.activities if a.name in named)

    def _off(self, row: OriginalRow, said: CrashRow, countable: frozenset[str]) -> Iterable[str]:
        compared = {
            "repeated": (row.repeated, said.repeated, said.may.repeated),
            "doubled": ((*row.doubled, *row.asked_again), said.duplicated, said.may.duplicated),
            "asked again": (row.asked_again, said.asked_again, said.may.asked_again),
        }
        for word, (seen, must, may) in compared.items():
            counted = {name for name in seen if name in countable}
            certain = self._activities(must) & countable
            for name in sorted(certain - counted):
                yield f"{name} was to be {word} after a kill {said.when} the step, and was not"
            for name in sorted(counted - certain - self._activities(may)):
                yield f"{name} was {word} after a kill {said.when} the step, and that was not said"

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
