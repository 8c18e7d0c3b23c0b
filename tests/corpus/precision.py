"""Draws findings to be read by a person, and counts where each check was seen: `make precision [OUT=DIR] [SEED=N]`.

OUT is the folder of a corpus run: `assessments` holds what was said of each code base, `code` the code. The draw is the
same for the same seed and findings. It goes over places, not over findings, so that a line that many pipelines reach
is one candidate; and it takes the code bases in turn, so that one large one does not fill the sample. What a reader
says of each stands in `docs/precision.md`, whose table of sightings is written by `--sightings`.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
PAGE = HOME / "docs" / "precision.md"
BEGIN, END = "<!-- sightings: made by `make precision` -->", "<!-- sightings: end -->"
AROUND = 6
"""Lines shown before and after a place."""


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """One finding at one place of one code base; the first of those that say the same there."""

    base: str
    file: str
    cell: int | None
    line: int
    check: str
    severity: str
    confidence: str
    message: str

    def place(self) -> str:
        """The place as it stands in the page."""
        cell = "" if self.cell is None else f"[{self.cell}]"
        return f"{self.base}/{self.file}{cell}:{self.line}"


def candidates(assessments: Path) -> list[Drawn]:
    """Every place of every check, sorted."""
    found: dict[tuple[object, ...], Drawn] = {}
    for file in sorted(assessments.glob("*.json")):
        for one in json.loads(file.read_text(encoding="utf-8"))["findings"]:
            drawn = Drawn(
                file.stem, one["file"], one["cell"], one["line"], one["check"], one["severity"], one["confidence"],
                one["message"],
            )  # fmt: skip
            found.setdefault((drawn.base, drawn.file, drawn.cell or 0, drawn.line, drawn.check), drawn)
    return [found[key] for key in sorted(found, key=str)]


def draw(everything: Sequence[Drawn], count: int, seed: int) -> list[Drawn]:
    """`count` of them at random, from the code bases in turn."""
    chance = random.Random(seed)  # noqa: S311 - a sample that can be drawn again, no secret
    by_base: dict[str, dict[str, list[Drawn]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for one in everything:
        by_base[one.base][one.check].append(one)
    turns = {base: _turns(checks, chance) for base, checks in sorted(by_base.items())}
    drawn: list[Drawn] = []
    while len(drawn) < count and turns:
        for base in chance.sample(sorted(turns), len(turns)):
            one = next(turns[base], None)
            if one is None:
                del turns[base]
            elif len(drawn) < count:
                drawn.append(one)
    return drawn


def _turns(checks: dict[str, list[Drawn]], chance: random.Random) -> Iterator[Drawn]:
    """The places of one code base at random, so that a check comes as often as it is reported."""
    left = [one for _, found in sorted(checks.items()) for one in found]
    chance.shuffle(left)
    yield from left


def sightings(everything: Sequence[Drawn], checks: Sequence[str]) -> str:
    """The table of where each check was seen."""
    places = collections.Counter(one.check for one in everything)
    bases = {check: {one.base for one in everything if one.check == check} for check in checks}
    rows = [f"| [{check}](checks/{check}.md) | {places[check]} | {len(bases[check])} |" for check in checks]
    return "\n".join(["| check | places | code bases |", "| --- | ---: | ---: |", *rows])


def excerpt(code: Path, one: Drawn) -> str:
    """The lines around a place."""
    text = (code / one.base / one.file).read_text(encoding="utf-8", errors="replace")
    if one.cell is not None:
        text = "".join(json.loads(text)["cells"][one.cell]["source"])
    lines = text.splitlines()
    first = max(0, one.line - 1 - AROUND)
    return "\n".join(f"{n + 1:6d} {lines[n]}" for n in range(first, min(len(lines), one.line + AROUND)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sample, or write the table."""
    from assess.checks.registry import all_checks  # noqa: PLC0415 - not needed by those who only draw

    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--out", type=Path, default=HOME / "build" / "corpus")
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sightings", action="store_true", help="write the table into docs/precision.md and stop")
    given = options.parse_args(arguments)
    everything = candidates(given.out / "assessments")
    if not everything:
        print(f"no assessments under {given.out}: run `make corpus` first", file=sys.stderr)
        return 3
    if given.sightings:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        table = sightings(everything, [check.id for check in all_checks()])
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
        return 0
    for number, one in enumerate(draw(everything, given.count, given.seed), 1):
        print(f"{number:2d}. {one.place()}  {one.check} {one.severity}/{one.confidence}\n    {one.message}")
        print(f"{excerpt(given.out / 'code', one)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
