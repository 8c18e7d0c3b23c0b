"""What the command line asks of this house: a plan for a pipeline, a project on disk."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from assess.model.assessment import Assessment, Pipeline
from assess.model.woven import WovenPipeline
from migrate.engines.temporal.capability import ENGINE, VOCABULARY
from migrate.engines.temporal.emitter import emit
from migrate.engines.temporal.manifest import manifest
from migrate.errors import MigrationError, NothingToMigrateError
from migrate.plan import Outcome, Plan
from migrate.planning import make_plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.orchestrating import orchestrate
from migrate.rewriting.sites import NoEntryError
from migrate.rewriting.source import UnreadableError
from migrate.writing import MANIFEST, write


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


def plan(pipeline: WovenPipeline, root: Path) -> Plan:
    """What would become of each step of a pipeline whose source stands under root. Nothing is written or run."""
    return _drafted(pipeline, root)[0]


def migrate(assessment: Assessment, root: Path, *, pipeline: str | None, engine: str, output: Path) -> MigrationResult:
    """Write a durable project for one pipeline; the recommended one if none is named.

    Raises NothingToMigrateError, MigrationError, and its kind EditedFilesError with a diff.
    """
    if engine != ENGINE:
        raise MigrationError(f"{engine} is no engine that lastgood writes projects for: use {ENGINE}.")
    chosen = _chosen(assessment, pipeline)
    _refuse_changed(assessment, root, chosen)
    made, draft = _drafted(chosen, root)
    target = output.resolve()
    files = dict(emit(made, draft))
    files[MANIFEST] = manifest(made, draft, files, target)
    if target.is_relative_to(draft.legacy.import_root) and (target / "__init__.py").exists():
        raise MigrationError(f"{output} holds code of the pipeline: name another folder.")
    _refuse_another(target, made)
    return MigrationResult(output, engine, made, write(files, target))


def _refuse_another(target: Path, plan: Plan) -> None:
    """A folder holds one pipeline: a second one would leave the first one's package behind, half of it."""
    try:
        told = json.loads((target / MANIFEST).read_text("utf-8"))
        there = str(told["pipeline"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if there != plan.pipeline:
        raise MigrationError(f"{target.name} holds the project of another pipeline, {there}: name another folder.")


def _chosen(assessment: Assessment, wanted: str | None) -> Pipeline:
    if wanted is None:
        wanted = assessment.recommendation.pipeline
        if wanted is None:
            because = " ".join(assessment.recommendation.because) or "There is no AI chain that is not durable yet."
            raise NothingToMigrateError(because)
    found = assessment.pipeline(wanted)
    if found is None:
        known = ", ".join(p.id for p in assessment.pipelines[:5]) or "none"
        raise MigrationError(f"no pipeline is called {wanted!r}; the first ones are: {known}.")
    if found.durable_engine != "none":
        raise NothingToMigrateError(
            f"{found.id} is run by {found.durable_engine} already, so there is nothing to move."
        )
    if not found.steps:
        raise NothingToMigrateError(f"{found.id} has no step that leaves the process, so there is nothing to move.")
    return found


def _refuse_changed(assessment: Assessment, root: Path, chosen: Pipeline) -> None:
    files = {
        chosen.entry.file,
        *(s.file for s in chosen.steps),
        *(v.file for s in chosen.steps for x in s.visits for v in x.via),
    }
    for file in sorted(files):
        told = assessment.target.digests.get(file)
        path = root / file
        if not path.is_file():
            raise MigrationError(f"{file} is not under {root}: give the folder that was assessed.")
        if told is not None and hashlib.sha256(path.read_bytes()).hexdigest() != told:
            raise MigrationError(f"{file} has changed since the assessment: assess again.")


def _drafted(pipeline: WovenPipeline, root: Path) -> tuple[Plan, Draft]:
    try:
        draft = orchestrate(pipeline, root.resolve(), VOCABULARY)
    except (NoEntryError, UnreadableError) as problem:
        raise MigrationError(f"{problem}.") from None
    except RecursionError:
        raise MigrationError(f"{pipeline.entry.file} is nested too deeply to be rewritten.") from None
    return make_plan(pipeline, draft), draft
