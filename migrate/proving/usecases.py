"""The one use case of the room: prove a generated project."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.description import load_description
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.judging import Row
from migrate.proving.kills import Kill, Point, chosen, possible
from migrate.proving.lane import Lane
from migrate.proving.matrix import Matrix
from migrate.proving.original import Original
from migrate.proving.prediction import Prediction, load_prediction
from migrate.proving.processes import ends_on_sigterm
from migrate.proving.project import Project, load_project
from migrate.proving.proof import OriginalRow, Proof, totals
from migrate.proving.server import TemporalServer

ALL_POINTS = tuple(Point)
_LANES = 3
Originals = tuple[OriginalRow, ...]


def prove(
    directory: Path,
    *,
    python: Path | None = None,
    points: Collection[Point] = ALL_POINTS,
    kills: int | None = None,
    step: str | None = None,
    report: Callable[[str], None] = lambda _: None,
    assessment: Path | None = None,
    original: bool = True,
    logs: Path | None = None,
    port: int | None = None,
    date: str | None = None,
) -> Proof:
    """Run the project and its original for real, kill them, count.

    This runs the user's code, in `python` (default: this interpreter), against the services that the TOML beside the
    legacy code describes. `logs` keeps what the processes said; else it is thrown away unless something stopped the
    proof. Raises ProofError with one sentence where no proof can be made.
    """
    project = load_project(directory)
    _check_step(project, step)
    description = load_description(project.legacy_folders)
    prediction = load_prediction(assessment, project) if assessment is not None else None
    interpreter = _interpreter(python)
    folder = _fresh(logs)
    namespaces = [f"lane{n}" for n in range(1, _LANES + 1)]
    with (
        ends_on_sigterm(),
        TemporalServer(folder / "server", namespaces=namespaces, port=port) as server,
        Household() as household,
    ):
        scene = Scene(project, description, server, interpreter, folder, household)
        baseline = partial(_original, scene, prediction, step, report) if original and description.original else None
        rows, told = _killed(
            scene, namespaces, lambda clean: chosen(_offered(project, clean, points, step), kills), baseline, report
        )
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


def _killed(
    scene: Scene,
    namespaces: Sequence[str],
    choose: Callable[[CleanRun], tuple[Kill, ...]],
    baseline: Callable[[CleanRun], Originals] | None,
    report: Callable[[str], None],
) -> tuple[tuple[Row, ...], Originals]:
    """A run with no kill, then all kills, and beside them the original."""
    first = Lane(scene, namespaces[0])
    report(f"one run of {scene.project.package} with no kill, to see what each step calls")
    clean = first.clean_run()
    kills = choose(clean)
    lanes = [first, *(Lane(scene, name) for name in namespaces[1 : len(kills)])]
    report("one kill of the worker" if len(kills) == 1 else f"{len(kills)} kills of the worker, {len(lanes)} at a time")
    matrix = Matrix([k for k in kills if k.point is not Point.SERVER], clean, report)
    jobs: list[Callable[[], Originals]] = [partial(_worked, matrix, lane) for lane in lanes]
    if baseline is not None:
        jobs.append(partial(baseline, clean))
    told = _at_once(jobs, scene.household)
    # The server is shared by all, so it is killed when nothing else runs.
    alone = Matrix([k for k in kills if k.point is Point.SERVER], clean, report)
    alone.work(first)
    return (*matrix.rows, *alone.rows), told


def _worked(matrix: Matrix, lane: Lane) -> Originals:
    matrix.work(lane)
    return ()


def _original(
    scene: Scene, prediction: Prediction | None, step: str | None, report: Callable[[str], None], clean: CleanRun
) -> Originals:
    return Original(scene).rows(clean, prediction, step, report)


def _at_once(jobs: Sequence[Callable[[], Originals]], household: Household) -> Originals:
    """Run all jobs; the first that fails, or Ctrl-C, ends every process, and with them the other jobs."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            running = [pool.submit(job) for job in jobs]
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            for job in done:
                job.result()
            return tuple(row for job in running for row in job.result())
        except BaseException:
            household.close()
            raise


def _offered(project: Project, clean: CleanRun, points: Collection[Point], step: str | None) -> tuple[Kill, ...]:
    offered = possible(clean, [w.name for w in project.waits], points, step)
    if not offered:
        where = f"at {step}" if step else f"in {project.package}"
        words = ", ".join(p.value for p in Point if p in points)
        raise ProofError(f"A run with no kill comes by no place {where} to kill at; the points asked for: {words}.")
    return offered


def _check_step(project: Project, step: str | None) -> None:
    names = [a.name for a in project.activities] + [w.name for w in project.waits]
    if step is not None and step not in names:
        raise ProofError(f"{project.package} has no step {step!r}; it has {', '.join(names)}.")


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
