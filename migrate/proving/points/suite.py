"""The project's own tests, run once in the user's interpreter, without a network and without keys."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.proving.household import Household
from migrate.proving.points.evidence import Evidence
from migrate.proving.processes import outer_environment
from migrate.proving.project import Project
from migrate.proving.server import find_temporal

_SECONDS = 300.0
_PLUGIN = "lastgood_collecting"
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tested:
    """One test: what came of it, which points it shows, and why it failed or was left out."""

    name: str
    outcome: str
    points: tuple[int, ...] = ()
    says: str = ""


class Suite:
    """Runs the tests; afterwards `tests` and `trouble` (why there is no result) are known.

    `seconds` went by meanwhile, `processor` seconds were worked.
    """

    def __init__(self, project: Project, python: Path, folder: Path, household: Household) -> None:
        self._project = project
        self._python = python
        self._folder = folder / "suite"
        self._household = household
        self.tests: tuple[Tested, ...] = ()
        self.seconds = 0.0
        self.processor = 0.0
        self.trouble = ""

    def work(self) -> None:
        """Run them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).with_name("collecting.py"), self._folder / f"{_PLUGIN}.py")
        collected = self._folder / "tests.jsonl"
        words = ["-m", "pytest", "-q", "-p", _PLUGIN, "-p", "no:cacheprovider"]
        began = time.monotonic()
        child = self._household.start(
            "pytest",
            [str(self._python), *words],
            folder=self._project.folder,
            log=self._folder / "pytest.log",
            env=_bare(self._folder, collected),
        )
        ended = self._household.wait(lambda: not child.running, seconds=_SECONDS)
        self.seconds = time.monotonic() - began
        child.stop()
        told = _read(collected)
        self.tests = tuple(
            Tested(t["name"], t["outcome"], tuple(t["points"]), t["says"]) for t in told if "outcome" in t
        )
        self.processor = sum(float(t.get("processor", 0)) for t in told)
        if not ended:
            self.trouble = f"the project's tests had not ended after {_SECONDS:.0f} s"
        elif not self.tests:
            self.trouble = f"the project's tests did not run: {child.last_words()}"

    def shows(self, number: int) -> tuple[Evidence, ...]:
        """What the tests of a point say. A test that was skipped shows nothing, and is named."""
        mine = [t for t in self.tests if number in t.points]
        passed = [t.name for t in mine if t.outcome == "passed"]
        failed = [Evidence(holds=False, says=f"{t.name} {t.outcome}: {t.says}") for t in mine if t.outcome == "failed"]
        skipped = [t for t in mine if t.outcome == "skipped"]
        if not passed and skipped and not failed:
            return (Evidence(holds=False, says=f"{skipped[0].name} was skipped: {skipped[0].says}"),)
        left_out = "".join(f"; {t.name} was skipped: {t.says}" for t in skipped)
        return (*failed, *([Evidence(holds=True, says=_passed(passed) + left_out)] if passed else []))


def _passed(names: list[str]) -> str:
    """The tests by function: a test with parameters is one."""
    functions = dict.fromkeys(name.partition("[")[0] for name in names)
    first = next(iter(functions))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{first}{more} passed"


def _bare(folder: Path, collected: Path) -> dict[str, str]:
    """Our own environment without anything that looks like a key, and nothing left behind in the project."""
    env = {name: value for name, value in outer_environment().items() if not _SECRET.search(name)}
    beside = os.pathsep.join(filter(None, [str(folder), env.get("PYTHONPATH")]))
    return env | {
        "LASTGOOD_COLLECTED": str(collected),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": beside,
        "TEMPORAL_CLI": str(find_temporal()),
    }


def _read(collected: Path) -> list[dict[str, Any]]:
    lines = collected.read_text("utf-8").splitlines() if collected.exists() else []
    return [json.loads(line) for line in lines]
