"""A comparison by itself, without the kills of a whole proof."""

from __future__ import annotations

import sys
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.campaign import at_once
from migrate.proving.description import load_description
from migrate.proving.equivalence.judged import Equivalence
from migrate.proving.equivalence.work import Comparison
from migrate.proving.equivalence.workflow import NAMESPACES
from migrate.proving.household import Household
from migrate.proving.project import load_project
from migrate.proving.server import TemporalServer


def compared(directory: Path, logs: Path) -> Equivalence:
    """Run the project and its original in every kind of run that its description knows."""
    project = load_project(directory)
    description = load_description(project.legacy_folders)
    with TemporalServer(logs / "server", namespaces=NAMESPACES) as server, Household() as household:
        scene = Scene(project, description, server, Path(sys.executable).absolute(), logs, household)
        comparison = Comparison(scene, lambda _: None)
        at_once(comparison.jobs, household)
        return comparison.judged()
