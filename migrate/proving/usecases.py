"""The one use case of the room: prove a generated project."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.campaign import NAMESPACES, Campaign, Part, Wishes
from migrate.proving.description import load_description
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.kills import Point
from migrate.proving.prediction import load_prediction
from migrate.proving.processes import ends_on_sigterm
from migrate.proving.project import Project, load_project
from migrate.proving.proof import Proof
from migrate.proving.server import TemporalServer

ALL_POINTS = tuple(Point)


def prove(
    directory: Path,
    *,
    parts: Collection[Part] | None = None,
    python: Path | None = None,
    points: Collection[Point] = ALL_POINTS,
    kills: int | None = None,
    step: str | None = None,
    report: Callable[[str], None] = lambda _: None,
    assessment: Path | None = None,
    logs: Path | None = None,
    port: int | None = None,
    date: str | None = None,
) -> Proof:
    """Run the project and its original for real, kill them, count.

    This runs the user's code, in `python` (default: this interpreter), against the services that the TOML beside the
    legacy code describes. `logs` keeps what the processes said; else it is thrown away unless something stopped the
    proof. `parts` are all, if nothing is said; where kills are narrowed down, the killing. Raises ProofError
    with one sentence where no proof can be made.
    """
    project = load_project(directory)
    _check_step(project, step)
    description = load_description(project.legacy_folders)
    prediction = load_prediction(assessment, project) if assessment is not None else None
    interpreter = _interpreter(python)
    narrowed = kills is not None or step is not None or set(points) != set(ALL_POINTS)
    wishes = Wishes(_wanted(parts, narrowed=narrowed), points, step, kills)
    folder = _fresh(logs)
    with (
        _thrown_away(folder, named=logs is not None),
        _said_plainly(folder),
        ends_on_sigterm(),
        TemporalServer(folder / "server", namespaces=NAMESPACES, port=port) as server,
        Household() as household,
    ):
        scene = Scene(project, description, server, interpreter, folder, household)
        campaign = Campaign(scene, wishes, prediction, report)
        campaign.run()
        return campaign.proof(date)


@contextlib.contextmanager
def _thrown_away(folder: Path, *, named: bool) -> Iterator[None]:
    """The folder goes unless somebody named it, or something stopped the proof and what the processes said is in it."""
    keep = named
    try:
        yield
    except ProofError:
        keep = named or any(folder.glob("*/*.log"))
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    """A full disk, or a folder that went away, is a sentence too."""
    try:
        yield
    except OSError as problem:
        raise ProofError(f"The proof cannot go on in {folder}: {problem.strerror or problem}.") from None


def _wanted(parts: Collection[Part] | None, *, narrowed: bool) -> Collection[Part]:
    """All; where a few kills are asked for, only the killing. The points rest on all kills."""
    if parts is not None:
        return {*parts, Part.KILLS} if Part.POINTS in parts else parts
    return [Part.KILLS, Part.ORIGINAL] if narrowed else list(Part)


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
