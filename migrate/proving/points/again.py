"""The same code, assessed and migrated again, beside the project: what its tools say, and whether the bytes agree."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from assess.usecases import assess
from migrate.errors import MigrationError, NothingToMigrateError
from migrate.proving.household import Household
from migrate.proving.points.evidence import Evidence
from migrate.proving.points.ground import Original
from migrate.proving.processes import outer_environment
from migrate.proving.project import MANIFEST, Project
from migrate.usecases import migrate

_SECONDS = 240.0


class Again:
    """Point 38. Afterwards `original` is what the assessment says of the code, and `evidence` what was found."""

    def __init__(self, project: Project, python: Path, folder: Path, household: Household) -> None:
        self._project = project
        self._python = python
        self._folder = folder / "again"
        self._household = household
        self.original: Original | None = None
        self.evidence: tuple[Evidence, ...] = ()

    def work(self) -> None:
        """Migrate twice, then let the tools look."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.evidence = (
            *self._bytes(),
            *self._tool("ruff", ["check", "--quiet", "--no-cache", "."]),
            *self._tool("ruff", ["format", "--check", "--quiet", "--no-cache", "."]),
            *self._tool("mypy", ["--no-error-summary", "--cache-dir", str(self._folder / "mypy")]),
        )

    def _bytes(self) -> Iterator[Evidence]:
        root = self._project.source
        if root is None or not root.is_dir():
            yield Evidence(
                holds=False, says="the code that the project was made from is not here, so nothing is compared"
            )
            return
        assessment = assess(root)
        pipeline = assessment.pipeline(self._project.pipeline)
        if pipeline is None:
            yield Evidence(holds=False, says=f"{root.name} has no pipeline {self._project.pipeline} any more")
            return
        self.original = Original(root, pipeline)
        try:
            made = []
            for name in ("one", "two"):
                target = self._folder / name
                migrate(assessment, root, pipeline=pipeline.id, engine=self._project.engine, output=target)
                made.append(_digests(target))
        except (MigrationError, NothingToMigrateError) as problem:
            yield Evidence(holds=False, says=f"it cannot be made again: {problem}")
            return
        off = sorted(f for f in {*made[0], *self._project.files} if made[0].get(f) != self._project.files.get(f))
        if made[0] != made[1]:
            yield Evidence(holds=False, says="two migrations of the same code differ")
        elif off:
            yield Evidence(holds=False, says=f"made again, {', '.join(off[:3])} would differ: migrate again")
        else:
            yield Evidence(holds=True, says=f"migrated twice more: {len(made[0])} files with the same bytes")

    def _tool(self, name: str, words: list[str]) -> Iterator[Evidence]:
        """The user's interpreter may have the tool; if not, ours has."""
        for python in dict.fromkeys([self._python, Path(sys.executable)]):
            more = ["--python-executable", str(self._python)] if name == "mypy" and python != self._python else []
            code, said = self._run([str(python), "-m", name, *words, *more])
            if f"No module named {name}" in said:
                continue
            called = f"{name} {words[0]}" if name == "ruff" else f"{name} --strict"
            yield Evidence(holds=code == 0, says=f"{called} is clean" if code == 0 else f"{called}: {said}")
            return
        yield Evidence(holds=False, says=f"neither interpreter has {name}: pip install {name}")

    def _run(self, command: list[str]) -> tuple[int | None, str]:
        env = outer_environment()
        child = self._household.start(
            command[2], command, folder=self._project.folder, log=self._folder / "tools.log", env=env
        )
        self._household.wait(lambda: not child.running, seconds=_SECONDS)
        return child.code, child.last_words()


def _digests(project: Path) -> Mapping[str, str]:
    return dict(json.loads((project / MANIFEST).read_text("utf-8"))["files"])
