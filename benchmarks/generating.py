"""Measures what generating a project costs: `make generation [ROUNDS=N]`, which writes `docs/generation.md`.

The example of claims, and pipelines of ever more steps that are made up here, are assessed and then migrated from their
assessment, each by a process of its own, one after the other in the same round. Needs no network.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from run import HOME, MEGABYTE, Spent, spent

LASTGOOD = (sys.executable, "-P", "-m", "lastgood")
STEPS = (10, 20, 40, 80)
CLIENTS = """import httpx
from openai import OpenAI

client = OpenAI()


def ask(prompt: str) -> str:
    return client.responses.create(model="m", input=prompt).output_text


def tell(text: str) -> None:
    httpx.post("http://localhost:9/notes", json={"text": text})
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one pipeline: its name, its assessment, and its migration from that."""

    name: str
    assessing: Spent
    generating: Spent


def made_up(steps: int) -> str:
    """A pipeline of this many steps: half of them ask a model, half of them post what it said."""
    lines = ["from clients import ask, tell", "", "", "def run(topic: str) -> str:", "    said = topic"]
    for n in range(steps // 2):
        lines += [f"    said = ask(f'part {n} of {{said}}')", "    if said:", "        tell(said)"]
    return "\n".join([*lines, "    return said", "", "", 'if __name__ == "__main__":', '    run("durable")', ""])


def main() -> None:
    """Measure, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--page", type=Path, default=HOME / "docs" / "generation.md")
    chosen = options.parse_args()
    rounds = [_round(number) for number in range(chosen.rounds)]
    chosen.page.write_text(_page(rounds), encoding="utf-8")
    print(f"wrote {chosen.page}")


def _round(number: int) -> list[Measured]:
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        roots = {"the example of claims": (HOME / "examples", "claims_triage.pipeline.triage_claim")}
        for steps in STEPS:
            root = Path(scratch) / f"steps{steps}"
            root.mkdir()
            (root / "clients.py").write_text(CLIENTS, encoding="utf-8")
            (root / "pipeline.py").write_text(made_up(steps), encoding="utf-8")
            roots[f"{steps} steps"] = (root, "pipeline.run")
        for name, (root, pipeline) in roots.items():
            found.append(_one(name, root, pipeline, Path(scratch)))
            print(f"round {number + 1}, {name}: {found[-1].generating.cpu / found[-1].assessing.cpu:.2f} times")
    return found


def _one(name: str, root: Path, pipeline: str, scratch: Path) -> Measured:
    cache, assessment = scratch / "cache", scratch / f"{root.name}.json"
    assessing = spent([*LASTGOOD, "assess", str(root), "--no-cache", "--report", f"json={assessment}"], cache)
    command = ["migrate", str(assessment), "--source", str(root), "--pipeline", pipeline]
    generating = spent([*LASTGOOD, *command, "--output", str(scratch / f"{root.name}-durable")], cache)
    if generating.code != 0:
        raise SystemExit(f"{name} was not migrated:\n{generating.said}")
    return Measured(name, assessing, generating)


def _page(rounds: Sequence[Sequence[Measured]]) -> str:
    rows = []
    for same in zip(*rounds, strict=True):
        ratios = [m.generating.cpu / m.assessing.cpu for m in same]
        seconds = statistics.median(m.generating.cpu for m in same)
        peak = max(m.generating.peak for m in same) // MEGABYTE
        rows.append(
            f"| {same[0].name} | {statistics.median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} "
            f"| {seconds:.2f} | {peak} |"
        )
    smaller, larger = ([m.generating.cpu for m in _of(rounds, f"{n} steps")] for n in STEPS[-2:])
    growth = statistics.median(b / a for a, b in zip(smaller, larger, strict=True))
    return TEXT.format(
        day=dt.datetime.now(tz=dt.UTC).date(), python=platform.python_version(), count=len(rounds),
        table="\n".join(rows), smaller=STEPS[-2], larger=STEPS[-1], growth=growth, cores=os.cpu_count(),
    )  # fmt: skip


def _of(rounds: Sequence[Sequence[Measured]], name: str) -> list[Measured]:
    return [m for one in rounds for m in one if m.name == name]


TEXT = """# What generating a project costs

Measured on {day} with Python {python} on {cores} cores by `make generation`, which writes this page.

`lastgood migrate` from a stored assessment, the whole process with its start, beside `lastgood assess` of the same code
with nothing known before. Processor time; median of {count} rounds. The ratios say more than the seconds do on somebody
else's machine.

| pipeline | times its assessment | range | seconds | MB at peak |
| --- | ---: | ---: | ---: | ---: |
{table}

A pipeline of {larger} steps takes {growth:.1f} times what one of {smaller} steps takes. Files are read
once, and where the parts of a file stand is worked out only for the functions that a run goes through.
"""


if __name__ == "__main__":
    main()
