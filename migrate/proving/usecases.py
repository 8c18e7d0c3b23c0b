"""The one use case of the room: prove a generated project."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.description import load_description
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.kills import Kill, Point, chosen, possible
from migrate.proving.lane import Lane
from migrate.proving.matrix import Matrix
from migrate.proving.original import Original
from migrate.proving.prediction import load_prediction
from migrate.proving.processes import ends_on_sigterm
from migrate.proving.project import Project, load_project
from migrate.proving.proof import Proof, totals
from migrate.proving.server import TemporalServer

ALL_POINTS = tuple(Point)
_LANES = 6


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
        first = Lane(scene, namespaces[0])
        report(f"runs of {project.package} with no kill, to see what each step calls")
        cleans = {case.name: first.clean_run(case) for case in description.cases}
        taken = chosen(_offered(project, cleans, points, step), kills)
        matrix = Matrix([k for k in taken if k.point is not Point.SERVER], cleans, report)
        lanes = [first, *(Lane(scene, name) for name in namespaces[1 : len(taken)])]
        report(
            "one kill of the worker" if len(taken) == 1 else f"{len(taken)} kills of the worker, {len(lanes)} at a time"
        )
        baseline = Original(scene, cleans, prediction, step, report) if original and description.original else None
        at_once([*(partial(matrix.work, lane) for lane in lanes), *([baseline.work] if baseline else [])], household)
        # The server is shared by all, so it is killed when nothing else runs.
        alone = Matrix([k for k in taken if k.point is Point.SERVER], cleans, report)
        alone.work(first)
    rows = (*matrix.rows, *alone.rows)
    if logs is None:
        shutil.rmtree(folder, ignore_errors=True)
    return Proof(
        project=project.package,
        engine=project.engine,
        pipeline=project.pipeline,
        points=tuple(p.value for p in Point if p in points),
        totals=totals(rows),
        rows=rows,
        original=baseline.rows if baseline else (),
        date=date,
    )


def at_once(jobs: Sequence[Callable[[], None]], household: Household) -> None:
    """Run all jobs; the first that fails, or Ctrl-C, ends every process, and with them the other jobs."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            running = [pool.submit(job) for job in jobs]
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            for job in done:
                job.result()
        except BaseException:
            household.close()
            raise


def _offered(
    project: Project, cleans: Mapping[str, CleanRun], points: Collection[Point], step: str | None
) -> tuple[Kill, ...]:
    """The kills that the kinds of run offer; of those of the server the first, because one is enough."""
    offered = [kill for case, clean in cleans.items() for kill in possible(clean, case, points, step)]
    if not offered:
        where = f"at {step}" if step else f"in {project.package}"
        words = ", ".join(p.value for p in Point if p in points)
        raise ProofError(f"A run with no kill comes by no place {where} to kill at; the points asked for: {words}.")
    server = [kill for kill in offered if kill.point is Point.SERVER]
    return tuple(kill for kill in offered if kill not in server[1:])


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
