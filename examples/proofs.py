"""What `make proofs` does: examples are migrated and proved, and what came of it is written into docs/proof.md.

The page is made from the proofs under build/proofs, so that examples can be proved one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
EXAMPLES = Path("examples")
BUILD = Path("build/proofs")
PAGE = Path("docs/proof.md")
BEGIN, END = "<!-- figures: written by make proofs -->", "<!-- end of the figures -->"
VERDICTS = ("pass", "fail", "not applicable")
COLUMNS = (
    *("example", "kills", "finished steps repeated", "runs lost", "writes off", "for a person"),
    *("pairs of runs compared", "the same", "points shown", "not shown", "not applicable", "minutes", "of a processor"),
)


@dataclass(frozen=True)
class Proved:
    """An example and its proof as JSON; `text` is what the command printed.

    `minutes` is how long it took, `processor` how many minutes of a processor; `busy`: others used them when it began.
    """

    name: str
    proof: dict[str, Any]
    text: str
    minutes: float
    processor: float
    busy: bool
    date: str


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="examples, with commas between; none: the page only")
    asked = options.parse_args()
    os.chdir(HOME)
    described = sorted(file.parent.name for file in EXAMPLES.glob("*/lastgood-proof.toml"))
    wanted = described if not asked.only else [name for name in asked.only.split(",") if name != "none"]
    codes = [prove_example(name) for name in wanted]
    proved = [read(name) for name in described if (BUILD / name / "run.json").exists()]
    if proved:
        figures = "\n".join(paragraphs(proved))
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    return max(codes, default=0)


def prove_example(name: str) -> int:
    """Assess, migrate and prove one example, as a user would."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    assessment, durable, proof = folder / "assessment.json", folder / "durable", folder / "proof.json"
    lastgood("assess", EXAMPLES / name, "--report", f"json={assessment}")
    lastgood("migrate", EXAMPLES / name, "--output", durable)
    busy, used, began = os.getloadavg()[0] > 1, processor_seconds(), time.monotonic()
    ended = lastgood("prove", durable, "--assessment", assessment, "-o", proof, "--logs", folder / "logs")
    if not proof.exists():
        return ended.returncode
    (folder / "proof.txt").write_text(ended.stdout, "utf-8")
    took = {"minutes": (time.monotonic() - began) / 60, "processor": (processor_seconds() - used) / 60}
    run = {**took, "busy": busy, "date": datetime.now(UTC).date().isoformat()}
    (folder / "run.json").write_text(json.dumps(run), "utf-8")
    lastgood("report", assessment, "--proof", proof, "--output", folder / "report.html")
    return ended.returncode


def processor_seconds() -> float:
    """What all processes that have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lastgood(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lastgood", *map(str, words)]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    print(ended.stdout, flush=True)
    return ended


def read(name: str) -> Proved:
    folder = BUILD / name
    run = json.loads((folder / "run.json").read_text("utf-8"))
    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    return Proved(name, proof, (folder / "proof.txt").read_text("utf-8"), **run)


def paragraphs(proved: Sequence[Proved]) -> Iterator[str]:
    """The figures as Markdown."""

    def total(*names: str) -> int:
        return sum(one.proof["totals"][name] for one in proved for name in names)

    shared = " that others used too" if any(one.busy for one in proved) else ""
    cores = f"{os.cpu_count()} cores{shared}"
    yield f"Measured on {max(one.date for one in proved)} on {cores}, remade by `make proofs`:"
    yield (
        f"{total('kills')} kills in {len(proved)} examples, {total('finished_steps_repeated')} finished steps repeated, "
        f"{total('lost')} runs lost, {total('keyed_writes_off', 'unkeyed_writes_doubled')} writes off, "
        f"{total('model_calls_repeated')} model calls paid again, {total('finished_model_calls_repeated')} of them finished."
    )
    yield ""
    yield from table([COLUMNS, *(row(one) for one in proved)])
    shown = [one for one in proved if one.proof["checklist"]]
    if shown:
        yield ""
        yield "The forty points. What each rests on stands in the proof's JSON and in the report."
        yield ""
        yield from table([("", "point", *(one.name for one in shown)), *points(shown)])
    for one in proved:
        failed = [point for point in one.proof["checklist"] if point["verdict"] == "fail"]
        if failed:
            yield f"\nNot shown by {one.name}:\n"
            yield from (f"- {point['number']}, {point['title']}: {point['evidence'][0][:200]}" for point in failed)
    for one in proved:
        kills = one.text.partition("\n\n")[2].partition("\n\n")[0]
        yield f"\n{one.name}:\n\n```text\n{kills}\n```"


def row(one: Proved) -> tuple[object, ...]:
    sums, pairs = one.proof["totals"], (one.proof["equivalence"] or {"rows": []})["rows"]
    verdicts = [point["verdict"] for point in one.proof["checklist"]]
    return (
        *(one.name, sums["kills"], sums["finished_steps_repeated"], sums["lost"]),
        sums["keyed_writes_off"] + sums["unkeyed_writes_doubled"],
        *(sums["needs_person"], len(pairs), sum(not pair["differences"] for pair in pairs)),
        *(verdicts.count(verdict) for verdict in VERDICTS),
        *(f"{one.minutes:.1f}", f"{one.processor:.1f}"),
    )


def points(proved: Sequence[Proved]) -> Iterator[tuple[object, ...]]:
    for together in zip(*(one.proof["checklist"] for one in proved), strict=True):
        yield together[0]["number"], together[0]["title"], *(point["verdict"] for point in together)


def table(lines: Sequence[Sequence[object]]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"| {' | '.join(str(cell) for cell in line)} |"
        if number == 0:
            yield "|---" * len(line) + "|"


if __name__ == "__main__":
    sys.exit(main())
