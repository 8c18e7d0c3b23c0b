"""What the command line asks of this house: a plan for a pipeline, a project on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assess.model.assessment import Assessment, Pipeline
from assess.model.collecting import uncollected
from assess.model.woven import WovenPipeline
from migrate.choosing import chosen, files_of, refuse_changed, refuse_odd_names
from migrate.cutover.usecases import cut_over
from migrate.engines.offers import ENGINES, looked_at
from migrate.engines.temporal.capability import ENGINE, VOCABULARY
from migrate.engines.temporal.emitter import emit
from migrate.engines.temporal.manifest import manifest
from migrate.errors import MigrationError
from migrate.plan import Outcome, Plan
from migrate.planning import make_plan
from migrate.regenerating import news
from migrate.rewriting.draft import Draft
from migrate.rewriting.orchestrating import orchestrate
from migrate.rewriting.pieces import UnreadableError
from migrate.rewriting.sites import NoEntryError
from migrate.writing import MANIFEST, Difference, differences, generated_before, told_before, write


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What was made: the project's folder, its plan, and the files that are new or changed."""

    output: Path
    engine: str
    plan: Plan
    written: tuple[str, ...]

    @property
    def moved(self) -> int:
        """Steps that the workflow makes now."""
        return sum(a.outcome is Outcome.MOVED for a in self.plan.ledger)

    @property
    def need_a_person(self) -> int:
        """Steps that a person has to look at."""
        return sum(a.outcome is Outcome.PERSON for a in self.plan.ledger)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project that is made and not yet written. `news`: what changed in its steps since it was made before."""

    output: Path
    engine: str
    plan: Plan
    files: Mapping[str, str]
    news: tuple[str, ...]

    def differences(self) -> list[Difference]:
        """What writing it would change, file by file. Raises MigrationError."""
        return differences(self.files, self.output.resolve())

    def write(self) -> MigrationResult:
        """Write it. Raises MigrationError, and its kind EditedFilesError with a diff; then nothing is written."""
        return MigrationResult(self.output, self.engine, self.plan, write(self.files, self.output.resolve()))


def plan(pipeline: WovenPipeline, root: Path) -> Plan:
    """What would become of each step of a pipeline whose source stands under root. Nothing is written or run."""
    return _drafted(pipeline, root)[0]


def plan_for(assessment: Assessment, root: Path, *, pipeline: str | None, engine: str) -> Plan:
    """The plan for one pipeline, and what of it an engine does not have. Raises as `migrate` does."""
    found = chosen(assessment, pipeline)
    made, _ = _fresh(assessment, root, found)
    return replace(made, target=looked_at(made, engine))


@uncollected()
def prepare(assessment: Assessment, root: Path, *, pipeline: str | None, engine: str, output: Path) -> Prepared:
    """A durable project for one pipeline, the recommended one if none is named; nothing is written.

    Raises NothingToMigrateError, MigrationError.
    """
    if engine != ENGINE:
        told = f"'lastgood plan --engine {engine}' tells what of a plan is lost there" if engine in ENGINES else ""
        raise MigrationError(f"lastgood writes projects for {ENGINE}, not for {engine}{told and '; ' + told}.")
    found = chosen(assessment, pipeline)
    made, draft = _fresh(assessment, root, found)
    made = replace(made, target=looked_at(made, engine))
    target = output.resolve()
    generated_before(target)
    if target.is_relative_to(draft.legacy.import_root) and (target / "__init__.py").exists():
        raise MigrationError(f"{output} holds code of the pipeline: name another folder.")
    before = told_before(target) if target.is_dir() else {}
    there = before.get("pipeline", made.pipeline)
    if there != made.pipeline:
        # A second pipeline would leave the first one's package behind, half of it.
        raise MigrationError(f"{target.name} holds the project of another pipeline, {there}: name another folder.")
    change = cut_over(made, draft)
    files = dict(emit(made, draft, change))
    beside = frozenset(visit for work in found.observed.detached for visit in work.visits)
    files[MANIFEST] = manifest(made, draft, change, files, target, beside)
    return Prepared(output, engine, made, files, news(before, made))


def migrate(assessment: Assessment, root: Path, *, pipeline: str | None, engine: str, output: Path) -> MigrationResult:
    """Prepare and write. Raises NothingToMigrateError, MigrationError, and its kind EditedFilesError with a diff."""
    return prepare(assessment, root, pipeline=pipeline, engine=engine, output=output).write()


def _fresh(assessment: Assessment, root: Path, found: Pipeline) -> tuple[Plan, Draft]:
    """Plan and draft, of code that is the same before and after it was read."""
    refuse_odd_names(files_of(found))
    refuse_changed(assessment, root, files_of(found))
    made, draft = _drafted(found, root)
    read = {module.file for module in draft.legacy.read()}
    refuse_odd_names(read)
    refuse_changed(assessment, root, read)
    return made, draft


def _drafted(pipeline: WovenPipeline, root: Path) -> tuple[Plan, Draft]:
    try:
        draft = orchestrate(pipeline, root.resolve(), VOCABULARY)
    except (NoEntryError, UnreadableError) as problem:
        raise MigrationError(f"{problem}.") from None
    except RecursionError:
        raise MigrationError(f"{pipeline.entry.file} is nested too deeply to be rewritten.") from None
    return make_plan(pipeline, draft), draft
