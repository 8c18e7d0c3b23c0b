"""The one use case of the room: prove a generated project."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.description import load_description
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.kills import Point, chosen, possible
from migrate.proving.lane import Lane
from migrate.proving.matrix import run_matrix
from migrate.proving.original import Original
from migrate.proving.prediction import Prediction, load_prediction
from migrate.proving.processes import ends_on_sigterm
from migrate.proving.project import load_project
from migrate.proving.proof import OriginalRow, Proof, totals
from migrate.proving.server import TemporalServer

ALL_POINTS = tuple(Point)
_LANES = 2


def prove(
    directory: Path,
    *,
    python: Path | None = None,
    points: Collection[Point] = ALL_POINTS,
    kills: int | None = None,
    report: Callable[[str], None] = lambda _: None,
    assessment: Path | None = None,
    original: bool = True,
    logs: Path | None = None,
    date: str | None = None,
) -> Proof:
    """Run the project and its original for real, kill them, count.

    This runs the user's code, in `python` (default: this interpreter), against the services that the TOML beside the
    legacy code describes. `logs` keeps what the processes said; else it is thrown away unless something stopped the
    proof. Raises ProofError with one sentence where no proof can be made.
    """
    project = load_project(directory)
    description = load_description(project.legacy_root)
    prediction = load_prediction(assessment, project) if assessment is not None else None
    with_original = original and description.original is not None
    interpreter = _interpreter(python)
    folder = _fresh(logs)
    names = [f"lane{n}" for n in range(1, _LANES + 1)]
    with ends_on_sigterm(), Household() as household:
        server = TemporalServer(folder / "server", namespaces=names)
        with server:
            scene = Scene(project, description, server, interpreter, folder, household)
            lanes = [Lane(scene, name) for name in names]
            report(f"one run with no kill, to see what {project.package} calls")
            clean = lanes[0].clean_run()
            offered = possible(clean, [w.name for w in project.waits], points)
            taken = chosen(offered, kills)
            report(f"{len(taken)} kills of the worker, {len(lanes)} at a time")
            with ThreadPoolExecutor(1) as beside:
                watched = beside.submit(_original, scene, clean, prediction, report) if with_original else None
                try:
                    rows = run_matrix(lanes, taken, clean, report)
                    told = watched.result() if watched is not None else ()
                except BaseException:
                    household.close()
                    raise
    if logs is None:
        shutil.rmtree(folder, ignore_errors=True)
    return Proof(
        project=project.package,
        engine=project.engine,
        pipeline=project.pipeline,
        points=tuple(p.value for p in Point if p in points),
        totals=totals(rows),
        rows=rows,
        original=told,
        date=date,
    )


def _original(
    scene: Scene, clean: CleanRun, prediction: Prediction | None, report: Callable[[str], None]
) -> tuple[OriginalRow, ...]:
    original = Original(scene)
    try:
        return original.rows(clean, prediction, report)
    finally:
        original.stop()


def _interpreter(python: Path | None) -> Path:
    found = Path(sys.executable) if python is None else python
    if not (found.is_file() and os.access(found, os.X_OK)):
        raise ProofError(f"{found} is no Python interpreter: name the one that runs the application with --python.")
    return found.absolute()  # not resolved: a virtual environment is known by its link


def _fresh(logs: Path | None) -> Path:
    """An empty folder; only one that an earlier proof has marked as its own is ever emptied."""
    if logs is None:
        return Path(tempfile.mkdtemp(prefix="lastgood-proof-"))
    mark = logs / ".lastgood-proof"
    try:
        if logs.exists() and not mark.exists() and any(logs.iterdir()):
            raise ProofError(f"{logs} holds other files: name an empty folder for the logs.")
        if mark.exists():
            shutil.rmtree(logs)
        logs.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as problem:
        raise ProofError(f"{logs} cannot be used for logs: {problem.strerror}.") from None
    return logs.resolve()
