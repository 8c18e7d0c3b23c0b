"""All that a proof has gathered when it comes to the points."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assess.model.assessment import Pipeline
from migrate.proving.clean import CleanRun
from migrate.proving.equivalence.judged import Equivalence
from migrate.proving.history import Scheduled
from migrate.proving.judging import Row
from migrate.proving.points.evidence import Evidence
from migrate.proving.points.suite import Suite
from migrate.proving.project import Project


@dataclass(frozen=True, slots=True)
class Original:
    """The assessed code that the project was made from."""

    root: Path
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Ground:
    """What the looks stand on.

    `measured` holds what small measurements found, by point; `logs` are those of the workers; `equivalence` is None
    where the original was not compared.
    """

    project: Project
    suite: Suite
    original: Original | None
    cleans: Mapping[str, CleanRun]
    rows: tuple[Row, ...]
    measured: Mapping[int, tuple[Evidence, ...]]
    logs: tuple[Path, ...]
    equivalence: Equivalence | None = None

    @property
    def scheduled(self) -> tuple[Scheduled, ...]:
        """The activities that the undisturbed runs asked for."""
        return tuple(s for clean in self.cleans.values() for s in clean.scheduled)

    @property
    def package(self) -> Path:
        """The folder of the project's package."""
        return self.project.folder / self.project.package

    def text(self, module: str) -> str:
        """The source of a module of the package; empty if there is none."""
        file = self.package / f"{module}.py"
        return file.read_text("utf-8") if file.is_file() else ""

    def sources(self) -> dict[str, str]:
        """The package's sources by file name."""
        return {file.name: file.read_text("utf-8") for file in sorted(self.package.glob("*.py"))}

    def tree(self, module: str) -> ast.Module:
        """The syntax of a module of the package."""
        return ast.parse(self.text(module))
