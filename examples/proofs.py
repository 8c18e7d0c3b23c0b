"""What `make proofs` does: every example is migrated and proved, and what came of it is written into docs/proof.md."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from migrate.proving.description import DESCRIPTION
from migrate.proving.errors import ProofError
from migrate.proving.points.evidence import Verdict
from migrate.proving.proof import Proof, to_json
from migrate.proving.rendering import kills_table
from migrate.proving.usecases import prove

HOME = Path(__file__).resolve().parent.parent
EXAMPLES = Path("examples")
BUILD = Path("build/proofs")
PAGE = Path("docs/proof.md")
BEGIN, END = "<!-- figures: written by make proofs -->", "<!-- end of the figures -->"
COLUMNS = (
    "example",
    "kills",
    "finished steps repeated",
    "runs lost",
    "writes off",
    "for a person",
    "pairs of runs compared",
    "the same",
    "points shown",
    "not shown",
    "not applicable",
    "minutes",
)


@dataclass(frozen=True, slots=True)
class Proved:
    """An example, its proof, and how long that took in seconds."""

    name: str
    proof: Proof
    seconds: float


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="examples, with commas between")
    options.add_argument("--page", action="store_true", help="write docs/proof.md")
    asked = options.parse_args()
    os.chdir(HOME)
    described = sorted(file.parent.name for file in EXAMPLES.glob(f"*/{DESCRIPTION}"))
    wanted = asked.only.split(",") if asked.only else described
    proved = []
    for name in wanted:
        try:
            proved.append(proved_example(name))
        except (ProofError, subprocess.CalledProcessError) as problem:
            print(f"{name}: no proof could be made: {problem}", file=sys.stderr)
            return 2
    figures = "\n".join(paragraphs(proved))
    print(figures)
    if asked.page:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n{END}{after}", "utf-8")
    return max(one.proof.exit_code for one in proved)


def proved_example(name: str) -> Proved:
    """Assess, migrate and prove one example, as a user would."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    assessment, durable = folder / "assessment.json", folder / "durable"
    lastgood = [sys.executable, "-m", "lastgood"]
    subprocess.run([*lastgood, "assess", str(EXAMPLES / name), "--report", f"json={assessment}"], check=True)
    subprocess.run([*lastgood, "migrate", str(EXAMPLES / name), "--output", str(durable)], check=True)
    began = time.monotonic()
    proof = prove(
        durable,
        assessment=assessment,
        report=lambda line: print(f"{name}: {line}", flush=True),
        logs=folder / "logs",
        date=datetime.now(UTC).date().isoformat(),
    )
    seconds = time.monotonic() - began
    (folder / "proof.json").write_text(to_json(proof), "utf-8")
    report = ["report", str(assessment), "--proof", str(folder / "proof.json"), "--output", str(folder / "report.html")]
    subprocess.run([*lastgood, *report], check=True)
    return Proved(name, proof, seconds)


def paragraphs(proved: Sequence[Proved]) -> Iterator[str]:
    """The figures as Markdown."""
    kills = sum(one.proof.totals.kills for one in proved)
    repeated = sum(one.proof.totals.finished_steps_repeated for one in proved)
    lost = sum(one.proof.totals.lost for one in proved)
    off = sum(one.proof.totals.keyed_writes_off + one.proof.totals.unkeyed_writes_doubled for one in proved)
    yield f"Measured on {proved[0].proof.date} on two cores that others used too, remade by `make proofs`:"
    yield f"{kills} kills in {len(proved)} examples, {repeated} finished steps repeated, {lost} runs lost, {off} writes off."
    yield ""
    yield from table([COLUMNS, *(row(one) for one in proved)])
    yield ""
    yield "The forty points; what each rests on stands in the proof's JSON and in the report."
    yield ""
    yield from table([("", "point", *(one.name for one in proved)), *points(proved)])
    for one in proved:
        failed = [shown for shown in one.proof.checklist if shown.verdict is Verdict.FAIL]
        if failed:
            yield f"\nNot shown by {one.name}:\n"
            yield from (f"- {shown.number}, {shown.title}: {shown.evidence[0][:200]}" for shown in failed)
    for one in proved:
        yield f"\n{one.name}:\n\n```text\n{kills_table(one.proof.rows)}\n```"


def row(one: Proved) -> tuple[object, ...]:
    sums, pairs = one.proof.totals, one.proof.equivalence.rows if one.proof.equivalence else ()
    verdicts = [shown.verdict for shown in one.proof.checklist]
    return (
        one.name,
        sums.kills,
        sums.finished_steps_repeated,
        sums.lost,
        sums.keyed_writes_off + sums.unkeyed_writes_doubled,
        sums.needs_person,
        len(pairs),
        sum(pair.same for pair in pairs),
        *(verdicts.count(verdict) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.SPARED)),
        f"{one.seconds / 60:.1f}",
    )


def points(proved: Sequence[Proved]) -> Iterator[tuple[object, ...]]:
    for together in zip(*(one.proof.checklist for one in proved), strict=True):
        yield together[0].number, together[0].title, *(shown.verdict.value for shown in together)


def table(lines: Sequence[Sequence[object]]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"| {' | '.join(str(cell) for cell in line)} |"
        if number == 0:
            yield "|---" * len(line) + "|"


if __name__ == "__main__":
    sys.exit(main())
