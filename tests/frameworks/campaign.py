"""Generated projects with real LangGraph and OpenAI Agents, proved: `make frameworks`.

Runs outside of `make test`, because the frameworks and their plugins are heavy to install. Each shape of
`tests/migrate/shapes` that runs a framework is migrated and proved as a user would, in the world that `worlds/`
describes and `outside/` plays.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

HOME = Path(__file__).resolve().parent.parent.parent
SHAPES = HOME / "tests" / "migrate" / "shapes"
BESIDE = (HOME / "examples" / "services", HOME / "tests" / "frameworks" / "outside")
WORLDS = HOME / "tests" / "frameworks" / "worlds"


@dataclass(frozen=True)
class Case:
    """One shape: which pipeline of it, and which of the forty points it cannot show, with the reason."""

    name: str
    pipeline: str
    not_shown: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


CASES = (
    Case("refunds", "support.answer"),
    Case(
        "graph",
        "api.review",
        {4: "the original goes on without an answer where its graph stops for a person, the workflow waits for it"},
    ),
)


def proved(case: Case, folder: Path, python: str) -> Iterator[str]:
    """What does not hold of a case."""
    source, project, proof = folder / case.name, folder / f"{case.name}_durable", folder / f"{case.name}.json"
    shutil.copytree(SHAPES / case.name, source)
    for part in BESIDE:
        shutil.copytree(part, source / part.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(WORLDS / f"{case.name}.toml", source / "lastgood-proof.toml")
    lastgood("migrate", source, "--pipeline", case.pipeline, "--output", project)
    lastgood("prove", project, "--python", python, "-o", proof)
    if not proof.exists():
        yield "no proof could be made"
        return
    told = json.loads(proof.read_text("utf-8"))
    yield from (f"killed at {_place(row['kill'])}: {row['outcome']}" for row in told["rows"] if not _good(row))
    for point in told["checklist"]:
        if point["verdict"] == "fail" and point["number"] not in case.not_shown:
            yield f"point {point['number']}, {point['title']}: {point['evidence']}"
    print(
        f"{case.name}: {told['totals']['kills']} kills",
        *(f"point {n}: {w}" for n, w in case.not_shown.items()),
        sep="\n  ",
    )


def _good(row: Mapping[str, Any]) -> bool:
    return row["outcome"] in ("completed", "needs_person") and not row["finished_repeated"] and not row["doubled"]


def _place(kill: Mapping[str, Any]) -> str:
    return f"{kill['activity']} ({kill['point']}, call {kill['visit']})"


def lastgood(*words: object) -> None:
    """The command, which says on the terminal what it does."""
    subprocess.run([sys.executable, "-P", "-m", "lastgood", *map(str, words)], check=False)


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", required=True, help="an interpreter that has the frameworks and their plugins")
    asked = options.parse_args()
    failed = 0
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            problems = list(proved(case, Path(folder), asked.python))
        failed += len(problems)
        print(*(f"{case.name}: {problem}" for problem in problems), sep="\n")
    print(f"{failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
