"""The tour of a generated project names every file of it."""

from __future__ import annotations

from pathlib import Path

from migrate.usecases import migrate
from tests.migrate.conftest import SHAPES, assessed

HOME = SHAPES.parents[2]


def test_every_file_of_the_example_is_on_the_tour(tmp_path: Path) -> None:
    root = HOME / "examples" / "claims_triage"
    migrate(assessed(root), root, pipeline=None, engine="temporal", output=tmp_path / "durable")
    tour = (HOME / "docs" / "generated-project.md").read_text("utf-8")
    files = [p.relative_to(tmp_path / "durable") for p in (tmp_path / "durable").rglob("*") if p.is_file()]
    left_out = sorted(
        file.as_posix()
        for file in files
        if file.name != "__init__.py" and file.parts[0] != "cutover" and f"{file.name}`" not in tour
    )
    assert left_out == []
