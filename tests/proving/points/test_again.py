"""The code is migrated again beside the project, and its tools look at it: what differs, or is not clean, is said."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.proving.household import Household
from migrate.proving.points.again import Again
from migrate.proving.project import Project, load_project
from migrate.usecases import migrate

SHAPE = Path(__file__).parents[2] / "migrate/shapes/sequence"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    migrate(assess(SHAPE), SHAPE, pipeline=None, engine="temporal", output=tmp_path / "durable")
    return load_project(tmp_path / "durable")


def looked_at(project: Project, folder: Path) -> list[tuple[bool, str]]:
    with Household() as household:
        again = Again(project, Path(sys.executable), folder, household)
        again.work()
    return [(e.holds, e.says) for e in again.evidence]


def test_a_project_as_it_was_made_and_one_that_was_spoiled(project: Project, tmp_path: Path) -> None:
    good = looked_at(project, tmp_path / "first")
    assert [holds for holds, _ in good] == [True] * 4, good
    assert "files with the same bytes" in good[0][1]
    assert [says for _, says in good[1:]] == ["ruff check is clean", "ruff format is clean", "mypy --strict is clean"]

    spoiled = project.folder / project.package / "shared.py"
    spoiled.write_text(spoiled.read_text("utf-8") + "import os\nlimit: int = 'ten'  \n", "utf-8")
    of_other_code = replace(project, files={**project.files, "README.md": "0" * 64})
    bad = looked_at(of_other_code, tmp_path / "second")
    assert [holds for holds, _ in bad] == [False] * 4, bad
    assert bad[0][1] == "made again, README.md would differ: migrate again"


def test_code_that_is_not_here_any_more(project: Project, tmp_path: Path) -> None:
    gone = replace(project, source=tmp_path / "nowhere")
    assert looked_at(gone, tmp_path / "again")[0] == (
        False,
        "the code that the project was made from is not here, so nothing is compared",
    )
