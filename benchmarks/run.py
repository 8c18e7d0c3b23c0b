"""Measures what an assessment costs: `make benchmarks [OUT=DIR] [ROUNDS=N]`, which writes `docs/performance.md`.

Every figure is a ratio to a bare `ast.parse` of the same files by the same Python in the same round, whole processes
with their start, so that a slow or busy machine changes both sides. Wheels are downloaded and unpacked; nothing of them
is installed or run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fetching import lay_out, packages

HOME = Path(__file__).resolve().parent.parent
TOOL = (sys.executable, "-P", "-m", "lastgood", "assess")
BARE = (sys.executable, str(Path(__file__).with_name("bare_parse.py")))
MEGABYTE = 1_000_000
LIMIT = 900.0
"""Seconds on the clock after which one assessment counts as hung."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process used: seconds of the processor, bytes at its peak, how it ended (None: it was stopped)."""

    cpu: float
    peak: int
    code: int | None
    said: str


def spent(command: Sequence[str], cache: Path) -> Spent:
    """Run a command to its end and tell what it used, its own children included."""
    environment = {**os.environ, "LASTGOOD_CACHE_DIR": str(cache), "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)
        stopper = threading.Timer(LIMIT, process.kill)
        stopper.start()
        _, status, used = os.wait4(process.pid, 0)
        in_time = stopper.is_alive()
        stopper.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    code = process.returncode if in_time else None
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, code, text)


Alone = tuple[str, str, Spent, Spent]
"""A package alone: its name, its files and lines, the bare parse and the assessment."""


def main() -> None:
    """Fetch, measure, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=HOME / "build" / "benchmarks")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--page", type=Path, default=HOME / "docs" / "performance.md")
    chosen = options.parse_args()
    out: Path = chosen.out
    (out / "wheels").mkdir(parents=True, exist_ok=True)
    large = _laid_out("large", out, lambda _: out / "large")
    further = _laid_out("further", out, lambda name: out / "further" / name)
    rounds = [_round(large[0], out / "cache", n) for n in range(chosen.rounds)]
    alone: list[Alone] = []
    for folder in [*further, *_packages_in(large[0])]:
        alone.append(_alone(folder, out / "cache"))
        # Written after each package: whoever stops it keeps what was measured.
        chosen.page.write_text(_page(rounds, alone), encoding="utf-8")
    print(f"wrote {chosen.page}")


def _laid_out(name: str, out: Path, place: Callable[[str], Path]) -> list[Path]:
    folders: dict[Path, None] = {}
    for package in packages(name):
        folder = place(package.name)
        if lay_out(package, out / "wheels", folder):
            folders[folder] = None
    return list(folders)


def _packages_in(folder: Path) -> list[Path]:
    return [inner for inner in sorted(folder.iterdir()) if (inner / "__init__.py").exists()]


@dataclass(frozen=True, slots=True)
class Round:
    """One round over the large tree."""

    size: str
    bare: Spent
    cold: Spent
    warm: Spent


def _round(folder: Path, cache: Path, number: int) -> Round:
    shutil.rmtree(cache, ignore_errors=True)
    bare = spent([*BARE, str(folder)], cache)
    cold = spent([*TOOL, str(folder)], cache)
    warm = spent([*TOOL, str(folder)], cache)
    print(f"round {number + 1}: bare {bare.cpu:.1f} s, cold {cold.cpu / bare.cpu:.2f}, "
          f"warm {warm.cpu / bare.cpu:.2f}, peak {cold.peak // MEGABYTE} MB", flush=True)  # fmt: skip
    return Round(bare.said.strip(), bare, cold, warm)


def _alone(folder: Path, cache: Path) -> Alone:
    shutil.rmtree(cache, ignore_errors=True)
    bare = spent([*BARE, str(folder)], cache)
    cold = spent([*TOOL, str(folder)], cache)
    print(f"{folder.name}: {cold.cpu / bare.cpu:.1f} times, ended with {cold.code}", flush=True)
    return folder.name, bare.said.strip(), bare, cold


def _page(rounds: Sequence[Round], alone: Sequence[Alone]) -> str:
    files, lines = rounds[0].size.split()
    rows = [
        ("nothing known before (cold)", [r.cold.cpu / r.bare.cpu for r in rounds], "times"),
        ("the same again (warm)", [r.warm.cpu / r.bare.cpu for r in rounds], "times"),
        ("memory at its peak, cold", [r.cold.peak / MEGABYTE for r in rounds], "MB"),
        ("memory at its peak, warm", [r.warm.peak / MEGABYTE for r in rounds], "MB"),
    ]
    table = "\n".join(
        f"| {what} | {statistics.median(v):.2f} {unit} | {min(v):.2f} to {max(v):.2f} |"
        if unit == "times" else f"| {what} | {statistics.median(v):.0f} {unit} | {min(v):.0f} to {max(v):.0f} |"
        for what, v, unit in rows
    )  # fmt: skip
    each = "\n".join(
        f"| {name} | {int(size.split()[1]):,} | {cold.cpu / bare.cpu:.1f} | {cold.peak // MEGABYTE} | {_ended(cold)} |"
        for name, size, bare, cold in alone
    )
    return TEXT.format(
        day=dt.datetime.now(tz=dt.UTC).date(), python=platform.python_version(), files=int(files), lines=int(lines),
        count=len(rounds), table=table, each=each,
    )  # fmt: skip


def _ended(cold: Spent) -> str:
    return {0: "done", None: "stopped after 15 minutes"}.get(cold.code, f"failed ({cold.code})")


TEXT = """# What an assessment costs

Measured on {day} with Python {python} by `make benchmarks`, which writes this page.

Figures are ratios of processor time to a bare `ast.parse` of the same files, by the same Python, one process after
another in the same round, start of the process included: they say more than seconds do on somebody else's machine.

## A very large tree

{files:,} files with {lines:,} lines: the wheels under `large` in `benchmarks/sets.toml`, as one tree. One process;
median of {count} rounds.

| what | median | range |
| --- | ---: | ---: |
{table}

Of a tree as large as this not everything is followed. Every file is looked at by its bytes; the six megabytes that
promise most (files that name models first, then those that import them, then those that name something else outside)
are read, imports lead to more, and 15,000 function bodies are followed. What is left out is named under `skipped`;
`--thorough` leaves nothing out and costs what it costs. A tree of up to 150,000 lines is always read whole.

The second time nothing that was read before is read again: readings are kept in the user's cache folder, keyed by the
bytes of every file, the catalogue, and this tool. Any change reads anew.

## Packages alone

Each is assessed alone, cold. They are libraries, so every public function is an entry: the dearest kind of code.

| package | lines | times `ast.parse` | MB at peak | ended |
| --- | ---: | ---: | ---: | --- |
{each}
"""


if __name__ == "__main__":
    main()
