"""Measures what generating a project costs: `make generation [ROUNDS=N]`, which writes `docs/generation.md`.

The example of claims, and pipelines of ever more steps that are made up here, are assessed and then migrated from their
assessment, each by a process of its own, one after the other in the same round. Needs no network.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
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
"""
ASKING = """

def ask_{n}(prompt: str) -> str:
    return client.responses.create(model="m{n}", input=prompt).output_text
"""
TELLING = """

def tell_{n}(text: str) -> None:
    httpx.post("http://localhost:9/notes/{n}", json={{"text": text}})
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one pipeline: its name, how many steps were found in it, its assessment, its migration from that."""

    name: str
    steps: int
    assessing: Spent
    generating: Spent


def made_up(steps: int) -> tuple[str, str]:
    """Two files with a pipeline of this many steps, each a function of its own that is called in one place.

    The first has the functions, half of which ask a model and half of which post what it said; the second calls them.
    """
    pairs = range(steps // 2)
    names = [name for n in pairs for name in (f"ask_{n}", f"tell_{n}")]
    lines = ["from clients import (", *(f"    {name}," for name in names), ")", "", ""]
    lines += ["def run(topic: str) -> str:", "    said = topic"]
    for n in pairs:
        lines += [f"    said = ask_{n}(f'part {n} of {{said}}')", "    if said:", f"        tell_{n}(said)"]
    lines += ["    return said", "", "", 'if __name__ == "__main__":', '    run("durable")', ""]
    return CLIENTS + "".join((ASKING + TELLING).format(n=n) for n in pairs), "\n".join(lines)


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
            for file, text in zip(("clients.py", "pipeline.py"), made_up(steps), strict=True):
                (root / file).write_text(text, encoding="utf-8")
            roots[f"{steps} steps"] = (root, "pipeline.run")
        for name, (root, pipeline) in roots.items():
            found.append(_one(name, root, pipeline, Path(scratch)))
            if name.endswith(" steps") and found[-1].steps != int(name.split()[0]):
                raise SystemExit(f"{found[-1].steps} steps were found in the pipeline of {name}")
            print(f"round {number + 1}, {name}: {found[-1].generating.cpu / found[-1].assessing.cpu:.2f} times")
    return found


def _one(name: str, root: Path, pipeline: str, scratch: Path) -> Measured:
    cache, assessment = scratch / "cache", scratch / f"{root.name}.json"
    assessing = spent([*LASTGOOD, "assess", str(root), "--no-cache", "--report", f"json={assessment}"], cache)
    command = ["migrate", str(assessment), "--source", str(root), "--pipeline", pipeline]
    generating = spent([*LASTGOOD, *command, "--output", str(scratch / f"{root.name}-durable")], cache)
    if generating.code != 0:
        raise SystemExit(f"{name} was not migrated:\n{generating.said}")
    pipelines = json.loads(assessment.read_text(encoding="utf-8"))["pipelines"]
    steps = next(len(p["steps"]) for p in pipelines if p["entry"]["symbol"] == pipeline.rpartition(".")[2])
    return Measured(name, steps, assessing, generating)


def _page(rounds: Sequence[Sequence[Measured]]) -> str:
    rows = []
    for same in zip(*rounds, strict=True):
        ratios = [m.generating.cpu / m.assessing.cpu for m in same]
        seconds = statistics.median(m.generating.cpu for m in same)
        peak = max(m.generating.peak for m in same) // MEGABYTE
        rows.append(
            f"| {same[0].name} | {same[0].steps} | {statistics.median(ratios):.2f} "
            f"| {min(ratios):.2f} to {max(ratios):.2f} | {seconds:.2f} | {_growth(rounds, same[0].name)} | {peak} |"
        )
    return TEXT.format(
        day=dt.datetime.now(tz=dt.UTC).date(), python=platform.python_version(), count=len(rounds),
        table="\n".join(rows), smallest=STEPS[0], largest=STEPS[-1], more=STEPS[-1] // STEPS[0],
        growth=_times(rounds, STEPS[0], STEPS[-1]), cores=os.cpu_count(),
    )  # fmt: skip


def _growth(rounds: Sequence[Sequence[Measured]], name: str) -> str:
    """What a made-up pipeline takes, as a multiple of the one with half as many steps."""
    twice = next((n for n in STEPS[1:] if name == f"{n} steps"), None)
    return f"{_times(rounds, twice // 2, twice):.2f}" if twice is not None else ""


def _times(rounds: Sequence[Sequence[Measured]], few: int, many: int) -> float:
    smaller, larger = ([m.generating.cpu for m in _of(rounds, f"{n} steps")] for n in (few, many))
    return statistics.median(b / a for a, b in zip(smaller, larger, strict=True))


def _of(rounds: Sequence[Sequence[Measured]], name: str) -> list[Measured]:
    return [m for one in rounds for m in one if m.name == name]


TEXT = """# What generating a project costs

Measured on {day} with Python {python} on {cores} cores by `make generation`, which writes this page.

`lastgood migrate` from a stored assessment, the whole process with its start, beside `lastgood assess` of the same code
with nothing known before. Processor time; median of {count} rounds. The ratios say more than the seconds do on somebody
else's machine.

| pipeline | steps | times its assessment | range | seconds | times half the steps | MB at peak |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{table}

The made-up pipelines have each step in a function of its own, called in one place. {largest} steps are {more} times as
many as {smallest} and take {growth:.1f} times as long, the start of the process included. Of a file only
the functions and classes that are asked for are read in full, and where their parts stand is worked out only for those.
"""


if __name__ == "__main__":
    main()
