"""Legacy code of many shapes, migrated once for all tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from assess.model.assessment import Assessment
from assess.usecases import assess
from migrate.usecases import MigrationResult, migrate

SHAPES = Path(__file__).parent / "shapes"
FILES = [p for p in SHAPES.glob("*/**/*.*") if p.suffix in (".py", ".ipynb")]
NAMES = sorted({p.parent.relative_to(SHAPES).parts[0] for p in FILES})


@dataclass(frozen=True)
class Migrated:
    """One shape: its legacy root, its assessment, what was generated."""

    root: Path
    assessment: Assessment
    result: MigrationResult

    @property
    def folder(self) -> Path:
        """The generated project."""
        return self.result.output

    def text(self, name: str) -> str:
        """A file of the generated package."""
        return (self.folder / self.result.plan.package / f"{name}.py").read_text("utf-8")


@cache
def assessed(root: Path) -> Assessment:
    """An assessment, made once."""
    return assess(root)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Migrated]:
    """Every shape, and the example, migrated."""
    base = tmp_path_factory.mktemp("migrated")
    roots = {name: SHAPES / name for name in NAMES} | {"claims": SHAPES.parents[2] / "examples"}
    made = {}
    for name, root in roots.items():
        assessment = assessed(root)
        wanted = next((p.id for p in assessment.pipelines if p.entry.file.startswith("claims_triage/") and p.ai), None)
        result = migrate(assessment, root, pipeline=wanted, engine="temporal", output=base / name)
        made[name] = Migrated(root, assessment, result)
    return made
