"""Which pipeline is meant, whether it can be moved, and whether its code is still what was assessed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from assess.model.assessment import Assessment, Pipeline
from assess.model.engine import takes_up
from migrate.errors import MigrationError, NothingToMigrateError

_FEW = 5


def chosen(assessment: Assessment, wanted: str | None) -> Pipeline:
    """The pipeline that is meant; the recommended one if none is named.

    Raises MigrationError, NothingToMigrateError.
    """
    if wanted is None:
        wanted = assessment.recommendation.pipeline
        if wanted is None:
            because = " ".join(assessment.recommendation.because) or "There is no AI chain that is not durable yet."
            raise NothingToMigrateError(f"There is nothing to move: {because}")
    found = _found(assessment, wanted)
    if takes_up(found.durable_engine):
        raise NothingToMigrateError(
            f"{found.id} ({found.entry.place}) is run by {found.durable_engine} already: "
            "lastgood moves plain code, and no pipeline from one engine to another."
        )
    if not found.steps:
        raise NothingToMigrateError(f"{found.id} has no step that leaves the process, so there is nothing to move.")
    return found


def _found(assessment: Assessment, wanted: str) -> Pipeline:
    found = assessment.pipeline(wanted)
    if found is not None:
        return found
    alike = [p for p in assessment.pipelines if wanted in (p.name, p.entry.symbol, p.entry.symbol.rpartition(".")[2])]
    place = re.fullmatch(r"(?:\./)?(.+):(\d{1,9})", wanted)
    if place is not None and not alike:
        alike = _at(assessment.pipelines, place[1], int(place[2]))
        if not alike:
            raise MigrationError(f"{wanted}: {_nearest(assessment.pipelines, place[1])}")
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise MigrationError(f"{wanted!r} can be {_listed(alike)}: name one by its id.")
    names = {n: p for p in reversed(assessment.pipelines) for n in (p.id, p.name, p.entry.symbol, p.entry.place)}
    close = get_close_matches(wanted, names, 1, 0.5)
    if close:
        raise MigrationError(f"no pipeline is called {wanted!r}; did you mean {_listed([names[close[0]]])}?")
    known = f"there are {_listed(assessment.pipelines)}" if assessment.pipelines else "there are none in this code"
    raise MigrationError(f"no pipeline is called {wanted!r}; {known}.")


def _at(pipelines: Iterable[Pipeline], file: str, line: int) -> list[Pipeline]:
    """Those whose entry is the function around this line."""
    here = [p for p in pipelines if p.entry.file == file]
    within = [p for p in here if p.entry.line <= line <= max(p.flow.end_line, p.entry.line)]
    last = max((p.entry.line for p in within), default=0)
    return [p for p in within if p.entry.line == last]


def _nearest(pipelines: Iterable[Pipeline], file: str) -> str:
    here = [p for p in pipelines if p.entry.file == file]
    if here:
        return f"no pipeline begins there; in {file} there are {_listed(here)}."
    return f"no pipeline begins in {file}: 'lastgood assess' lists those that there are."


def _listed(pipelines: Iterable[Pipeline]) -> str:
    told = [f"{p.id} ({p.entry.place})" for p in pipelines]
    return ", ".join(told[:_FEW]) + (f" and {len(told) - _FEW} more" if len(told) > _FEW else "")


def files_of(pipeline: Pipeline) -> set[str]:
    """The files that a run comes by."""
    on_the_way = {v.file for s in pipeline.steps for x in s.visits for v in x.via}
    return {pipeline.entry.file, *(s.file for s in pipeline.steps), *on_the_way}


def refuse_odd_names(files: Iterable[str]) -> None:
    """Raises MigrationError for a file whose name could not stand in a comment or a string of generated code."""
    for file in sorted(files):
        odd = next((c for c in file if not c.isprintable() or c in "\"'`\\{}"), None)
        if odd is not None:
            raise MigrationError(
                f"{file!r} has {odd!r} in its name, which cannot be written into a workflow: "
                "rename it, and assess again."
            )


def refuse_changed(assessment: Assessment, root: Path, files: Iterable[str]) -> None:
    """Raises MigrationError if one of these files is not what the assessment was made from."""
    changed = []
    for file in sorted(files):
        told = assessment.target.digests.get(file)
        try:
            there = hashlib.sha256((root / file).read_bytes()).hexdigest()
        except FileNotFoundError:
            raise MigrationError(f"{file} is not under {root}: give the folder that was assessed.") from None
        except OSError as problem:
            raise MigrationError(f"{root / file} cannot be read: {problem.strerror or problem}.") from None
        if told is not None and there != told:
            changed.append(file)
    if changed:
        names = ", ".join(changed[:_FEW]) + (f" and {len(changed) - _FEW} more" if len(changed) > _FEW else "")
        raise MigrationError(
            f"{names} {'has' if len(changed) == 1 else 'have'} changed since the assessment: assess again."
        )
