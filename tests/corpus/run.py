"""Measures the analyser against hand labels: `make corpus [CORPUS=DIR] [GIT=FOLDER] [OUT=DIR] [ONLY=NAME,NAME]`.

CORPUS holds folders of labels (NAME.yaml), `sources.py`, which lays the labelled code bases out, and `score.py`, which
compares assessments with labels. Each code base is assessed by our own command line in a process of its own, under a
limit of time and memory; nothing of it is installed or run. What cannot be had is named and left out of the figures; a
code base that could not be assessed counts as found nothing. A run over everything writes `docs/accuracy.md`.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime as dt
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
TOOL = (sys.executable, "-P", "-m", "lastgood", "assess", "--no-cache", "--format", "json")
# Libraries and applications are judged apart: users have applications, libraries hide more behind configuration.
LIBRARIES = ("labels",)
PAGE = """# Accuracy

Measured on {day} with `make corpus`, which writes this page.

{count} code bases with hand labels were assessed: {applications} applications and {libraries} libraries. Each was
assessed from its source alone, in a process of its own; nothing of it was installed or run. The labels, and the
program that compares them with the assessments, stand outside this repository. A labelled place that was not found
stays in the denominator, and so does a code base that could not be assessed.

{table}

How to read it: *steps found* are labelled calls that the analyser found in the right pipeline; *steps found mean* is
the mean over code bases, so that a large one does not decide. *Step precision* is the share of right steps in the
compared pipelines, *places right* the share over everything reported. *Next* and *data edges* say what follows what,
and what uses what. *Positives f1* is the F1 measure of "true", so that saying "no" everywhere scores 0. Of the answers,
*unknown* is the share that the analyser left open. *Clean code left alone* counts code bases without AI in which none
was seen.

## What was not measured

{missing}

## What could not be assessed

{failed}

{disputed}"""
DISPUTED = Path(__file__).with_name("disputed.md")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one code base may use."""

    seconds: float
    megabytes: int


@dataclass(frozen=True, slots=True)
class Run:
    """How assessing one code base went; `problem` is None if it went well."""

    name: str
    seconds: float
    problem: str | None
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labels that could be laid out, by group, and what was missing, by name."""

    labels: dict[str, list[Path]]
    missing: dict[str, str]

    @property
    def names(self) -> list[str]:
        return [label.stem for group in self.labels.values() for label in group]


def lay_out(corpus: Path, clones: Path | None, out: Path, only: set[str]) -> Corpus:
    """Have `sources.py` lay out what can be had."""
    folders = sorted({label.parent for label in corpus.glob("*/*.yaml")})
    code = out / "code"
    git = ["--git", str(clones)] if clones else []
    command = [sys.executable, str(corpus / "sources.py"), str(code), *map(str, folders), *git]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode:
        print(f"sources.py stopped: {said.stderr.strip().splitlines()[-1:]}")
    missing = dict(line.split(": ", 1) for line in said.stdout.splitlines() if ": " in line)
    groups: dict[str, list[Path]] = {"applications": [], "libraries": []}
    for label in sorted(label for folder in folders for label in folder.glob("*.yaml")):
        if (code / label.stem / ".complete").exists() and (not only or label.stem in only):
            groups["libraries" if label.parent.name in LIBRARIES else "applications"].append(label)
    return Corpus(groups, missing)


def assess_one(name: str, out: Path, limits: Limits, tool: tuple[str, ...]) -> Run:
    """Assess one code base; the assessment stands in `assessments`, what was said meanwhile in `logs`."""
    wanted = out / "assessments" / f"{name}.json"
    log = out / "logs" / f"{name}.txt"
    wanted.unlink(missing_ok=True)
    part = wanted.with_suffix(f".{os.getpid()}.part")  # two of these programs may be at work in one folder
    start = time.monotonic()
    with part.open("wb") as result, log.open("wb") as said:
        process = subprocess.Popen(
            [*tool, str(out / "code" / name)],
            stdout=result,
            stderr=said,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: _limit(limits),  # noqa: PLW1509 - sets two limits and nothing else
        )
        try:
            code: int | None = process.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
    seconds = time.monotonic() - start
    if code != 0:
        part.unlink()
    if code is None:
        return Run(name, seconds, f"stopped after {limits.seconds:g} s")
    if code:
        last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["no word"]
        return Run(name, seconds, f"exit {code}: {last[0][:300]}")
    part.replace(wanted)
    return Run(name, seconds, None, _counts(wanted))


def _limit(limits: Limits) -> None:
    size = limits.megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _counts(assessment: Path) -> str:
    try:
        got = json.loads(assessment.read_text())
        chains = sum(bool(p["chain"]) for p in got["pipelines"])
        return f"{len(got['pipelines'])} pipelines, {chains} chains, {len(got['findings'])} findings"
    except (ValueError, KeyError, TypeError) as problem:
        return f"not an assessment: {problem}"


def score(corpus: Path, found: Corpus, out: Path) -> dict[str, dict[str, dict[str, float]]]:
    """What `score.py` says of each group and of all; the details go to `detail.txt`."""
    figures = {}
    everything = [label for group in found.labels.values() for label in group]
    for group, labels in {**found.labels, "all": everything}.items():
        if not labels:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for label in labels:
                shutil.copy(label, folder)
            command = [sys.executable, str(corpus / "score.py"), folder, str(out / "assessments")]
            said = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
            detail = subprocess.run([*command, "--detail"], capture_output=True, text=True, check=False)
        (out / f"detail-{group}.txt").write_text(detail.stdout + detail.stderr)
        if said.returncode:
            print(f"score.py stopped on {group}: {''.join(said.stderr.strip().splitlines()[-1:])}")
        else:
            figures[group] = json.loads(said.stdout)
    return figures


def table(figures: dict[str, dict[str, dict[str, float]]]) -> list[list[str]]:
    """One row a metric: its name, then per group the share and what it counts."""
    metrics = sorted({metric for group in figures.values() for metric in group})
    rows = [["metric", *figures]]
    for metric in metrics:
        cells = []
        for group in figures.values():
            got = group.get(metric) or {}
            percent = got.get("percent")
            cells.append("-" if percent is None else f"{percent:.1f} % ({got['hit']:g}/{got['of']:g})")
        rows.append([metric.replace("_", " "), *cells])
    return rows


def in_columns(rows: list[list[str]]) -> str:
    """The rows for a terminal."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def page(rows: list[list[str]], found: Corpus, runs: list[Run], day: dt.date) -> str:
    """The page `docs/accuracy.md`."""
    marks = ["| " + " | ".join(row) + " |" for row in rows]
    marks.insert(1, "|" + "|".join([" --- "] + [" ---: "] * (len(rows[0]) - 1)) + "|")
    missing = [f"- {name}: {why}" for name, why in sorted(found.missing.items())]
    failed = [f"- {run.name}: {run.problem}" for run in runs if run.problem]
    return PAGE.format(
        day=day.isoformat(),
        count=len(runs),
        applications=len(found.labels["applications"]),
        libraries=len(found.labels["libraries"]),
        table="\n".join(marks),
        missing="\n".join(missing) or "Nothing: every labelled code base was there.",
        failed="\n".join(failed) or "Nothing: no code base ended in an error or ran out of its limits.",
        disputed=DISPUTED.read_text(encoding="utf-8"),
    )


def measure(options: argparse.Namespace) -> None:
    """Lay out, assess, score, print, and write the page if nothing was left out on purpose."""
    out: Path = options.out.resolve()
    for folder in ("code", "assessments", "logs"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    only = {name for name in options.only.split(",") if name}
    found = lay_out(options.corpus.resolve(), options.git and options.git.resolve(), out, only)
    limits = Limits(options.seconds, options.megabytes)
    tool = tuple(options.tool.split()) if options.tool else TOOL
    runs = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for run in pool.map(lambda name: assess_one(name, out, limits, tool), found.names):
            print(f"{run.name:24s} {run.seconds:6.1f} s  {run.problem or run.counts}", flush=True)
            runs.append(run)
    rows = table(score(options.corpus.resolve(), found, out))
    print(f"\n{in_columns(rows)}\n")
    for name, why in sorted(found.missing.items()):
        if not only or name in only:
            print(f"missing  {name}: {why}")
    failed = sum(bool(run.problem) for run in runs)
    print(f"{len(runs)} assessed, {failed} of them failed, {len(found.missing)} missing")
    print(f"details in {options.out}/detail-all.txt")
    if not only and runs:
        options.page.write_text(page(rows, found, runs, dt.datetime.now().astimezone().date()))
        print(f"wrote {options.page}")


def main() -> None:
    """Read the options; a corpus that is not there is said and is no failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--git", type=Path, help="a folder with clones of the public repositories")
    parser.add_argument("--out", type=Path, default=Path("build/corpus"))
    parser.add_argument("--only", default="", help="names of code bases, with commas")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--seconds", type=float, default=300, help="limit for one code base")
    parser.add_argument("--megabytes", type=int, default=4096, help="limit for one code base")
    parser.add_argument("--page", type=Path, default=HOME / "docs" / "accuracy.md")
    parser.add_argument("--tool", help="another command that prints an assessment of the folder it is given")
    options = parser.parse_args()
    if not (options.corpus / "score.py").exists() or not (options.corpus / "sources.py").exists():
        print(
            f"No corpus in {options.corpus} (no score.py and sources.py there). Say where it is: make corpus CORPUS=DIR"
        )
        return
    measure(options)


if __name__ == "__main__":
    main()
