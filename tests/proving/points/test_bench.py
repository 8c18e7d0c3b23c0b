"""What is measured on a running project holds for a good one, and not for one that was spoiled."""

from __future__ import annotations

import sys
from pathlib import Path

from migrate.proving.application import Scene
from migrate.proving.description import load_description
from migrate.proving.household import Household
from migrate.proving.lane import Lane
from migrate.proving.points.bench import Bench
from migrate.proving.points.evidence import Evidence
from migrate.proving.project import load_project
from migrate.proving.server import TemporalServer
from tests.proving.conftest import edit


def measured(directory: Path, logs: Path) -> dict[int, tuple[Evidence, ...]]:
    """All small measurements, as a whole proof makes them."""
    for module in ("shared", "policies"):
        (directory / f"intake_durable/{module}.py").touch()
    project = load_project(directory)
    description = load_description(project.legacy_folders)
    with TemporalServer(logs / "server", namespaces=["lane1", "bench"]) as server, Household() as household:
        scene = Scene(project, description, server, Path(sys.executable).absolute(), logs, household)
        lane = Lane(scene, "lane1")
        cleans = {case.name: lane.clean_run(case) for case in description.cases}
        lane.stop()
        bench = Bench(scene, "bench", cleans)
        bench.work()
        bench.alone()
        return bench.found


def holding(found: dict[int, tuple[Evidence, ...]]) -> set[int]:
    return {number for number, evidence in found.items() if all(e.holds for e in evidence)}


def test_a_good_project(project: Path, tmp_path: Path) -> None:
    found = measured(project, tmp_path / "logs")
    assert set(found) == {7, 15, 16, 21, 22, 32, 33}
    assert {7, 16, 21, 32, 33} <= holding(found), found
    assert 15 not in holding(found), "its activities hear nothing of Retry-After"
    assert 22 not in holding(found), "it has four threads for twenty steps"
    assert "20 steps of 0.5 s" in found[22][0].says
    assert found[16][0].says == "read failed once: 1 more attempt, 1 more request"


def test_a_project_with_every_fault(project: Path, tmp_path: Path) -> None:
    package = project / "intake_durable"
    edit(package / "worker.py", "asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)", "")
    edit(package / "starter.py", 'workflow_id = f"', 'import uuid\n\n    workflow_id = f"{uuid.uuid4()}')
    edit(package / "starter.py", "import argparse\n", "import argparse\nimport intake\n")
    edit(package / "connection.py", "**ClientConfig.load_client_connect_config()", "ADDRESS, namespace=NAMESPACE")
    places = 'import os\n\nADDRESS, NAMESPACE = os.environ["TEMPORAL_ADDRESS"], os.environ["TEMPORAL_NAMESPACE"]\n'
    edit(package / "connection.py", "TASK_QUEUE", f"{places}TASK_QUEUE")
    edit(
        project.parent / "legacy/intake.py",
        '    return call("model.read", {"run": ticket})["answer"]',
        '    try:\n        return call("model.read", {"run": ticket})["answer"]\n'
        '    except OSError:\n        return call("model.read", {"run": ticket})["answer"]',
    )
    found = measured(project, tmp_path / "logs")
    assert holding(found) == set(), found
    assert "0 more attempt, 1 more request" in found[16][0].says
    assert "it ran 2 times" in found[21][0].says
    assert "calls repeated" in found[33][0].says
