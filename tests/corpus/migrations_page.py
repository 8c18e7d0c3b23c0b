"""What became of the labelled chains, as lines for a terminal and as the page `docs/migration.md`."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

PAGE = """# Migration

Measured on {day} with `make migrations`, which writes this page.

Every AI chain that the hand labels name and the assessment finds was given to `lastgood migrate`. Each project was then
imported, type-checked with mypy by the settings that it brings (strict for what is generated; of text that stays the
original's, names and attributes), linted with ruff (the form of the original's lines is left to it), and put through
its own tests on a real server, as it came out: nobody edited anything, and the original was neither installed nor run.
The adapter, which imports the original, is type-checked and not imported.

{totals}

## By code base

{table}

How to read it: a *step* is one visit of a place whose call leaves the process, as the assessment counts them. *Moved*:
the workflow makes it, as an activity, a durable wait or a timer. *Together* are those of the moved ones that share an
activity with other steps because they stand in one function that is called unchanged; the ledger of the project says
what a crash in it repeats. Steps of a chain for which no project was written count as not moved.

## Why the others were not moved

{reasons}

## Chains that are durable already

{durable}

## What did not hold

{wrong}
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One chain and what became of it. Of each check: empty if all is well, what was said if not, None if not made."""

    base: str
    name: str
    file: str
    steps: int
    seconds: float
    moved: int = 0
    left: int = 0
    person: int = 0
    shared: int = 0
    single: int = 0
    activities: int = 0
    waits: int = 0
    accounted: bool = True
    reasons: tuple[str, ...] = ()
    durable: str = ""
    refused: bool = False
    crashed: bool = False
    imports: str | None = None
    types: str | None = None
    form: str | None = None
    tests: str | None = None

    @property
    def wrong(self) -> list[str]:
        """What does not hold of it."""
        told = [("import", self.imports), ("types", self.types), ("form", self.form), ("tests", self.tests)]
        found = [f"{what}: {said}" for what, said in told if said]
        if self.crashed:
            found.append(f"migrate failed: {self.reasons[0]}")
        if not self.accounted:
            found.append("the ledger does not name every step")
        return found

    def line(self) -> str:
        """For the terminal."""
        head = f"{self.base:22.22s} {self.name:34.34s} {self.seconds:5.1f} s "
        if self.durable:
            return f"{head} durable already: {self.durable}"
        if self.refused:
            return f"{head} {self.steps:3d} steps refused: {self.reasons[0]}"
        counted = f"{self.steps:3d} steps, {self.moved:3d} moved ({self.shared} together), {self.person} person"
        why = "; ".join(dict.fromkeys(grouped(r) for r in self.reasons))
        return f"{head} {counted} {'| ' + why if why else ''} {'!! ' + '; '.join(self.wrong) if self.wrong else ''}"


def grouped(reason: str) -> str:
    """A reason without the names and places of one code base."""
    reason = re.sub(r"`[^`]*`", "…", reason)
    reason = re.sub(r"[\w./\[\] -]*\.(py|ipynb):\d+", "a place", reason)
    reason = re.sub(r"\b[\w.]*(_|\.)\w[\w.]*(?=\s)", "…", reason)
    return re.sub(r"\d+", "n", reason)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def _all_in_one(chains: list[Migration]) -> str:
    names = ", ".join(m.name for m in chains if m.single)
    return f"{sum(m.single for m in chains)}" + (f" ({names})" if names else "")


def summary(done: list[Migration]) -> str:
    """The totals."""
    chains = [m for m in done if not m.durable]
    made = [m for m in chains if not m.refused]
    lines = [
        f"{len(done)} AI chains, {len(done) - len(chains)} of them durable already",
        f"projects written: {_share(len(made), len(chains))}",
        f"steps moved: {_share(sum(m.moved for m in chains), sum(m.steps for m in chains))}",
        f"moved together with others, in one unchanged function: {sum(m.shared for m in chains)}",
        f"of these in a project of a single activity, which keeps nothing of a run that fails: {_all_in_one(chains)}",
        f"steps that need a person or stay: {sum(m.left + m.person for m in chains)}",
    ]
    for what, told in (
        ("import", "imports"),
        ("type-check", "types"),
        ("are clean to ruff", "form"),
        ("pass their tests", "tests"),
    ):
        checked = [m for m in made if getattr(m, told) is not None]
        if checked:
            left_out = f"; {len(made) - len(checked)} not checked" if len(checked) < len(made) else ""
            held = _share(sum(not getattr(m, told) for m in checked), len(checked))
            lines.append(f"projects that {what}: {held}{left_out}")
    lines += [
        f"ledgers that name every step: {_share(sum(m.accounted for m in made), len(made))}",
        f"crashes: {sum(m.crashed for m in done)}",
    ]
    reasons = Counter(grouped(r) for m in chains for r in m.reasons)
    return "\n".join([*lines, "", *(f"{n:5d}  {why}" for why, n in reasons.most_common())])


def page(done: list[Migration], missing: dict[str, str], day: dt.date) -> str:
    """The page `docs/migration.md`."""
    chains = [m for m in done if not m.durable]
    head, _, _ = summary(done).partition("\n\n")
    rows = ["| code base | chains | written | steps | moved | together | not moved | own tests |", "|" + " --- |" * 8]
    for base in sorted({m.base for m in chains}):
        of = [m for m in chains if m.base == base]
        made = [m for m in of if not m.refused]
        passed, run = sum(m.tests == "" for m in made), sum(m.tests is not None for m in made)
        steps, moved = sum(m.steps for m in of), sum(m.moved for m in of)
        tests = f"{passed} of {run}" + (f", {len(made) - run} not run" if run < len(made) else "")
        cells = (base, len(of), len(made), steps, f"{moved} ({100 * moved / steps:.0f} %)", sum(m.shared for m in of),
                 sum(m.left + m.person for m in of), tests)  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    reasons = Counter(grouped(r) for m in chains for r in m.reasons)
    durable = Counter((m.base, m.durable) for m in done if m.durable)
    wrong = [f"- {m.base}, {m.name}: {what}" for m in done for what in m.wrong]
    wrong += [f"- {name} was not measured: {why}" for name, why in sorted(missing.items())]
    return PAGE.format(
        day=day.isoformat(),
        totals="\n".join(f"- {line}" for line in head.splitlines()),
        table="\n".join(rows),
        reasons="\n".join(f"- {n} step{'s' if n > 1 else ''}: {why}" for why, n in reasons.most_common()) or "None.",
        durable="\n".join(f"- {base}: {n} on {engine}" for (base, engine), n in sorted(durable.items())) or "None.",
        wrong="\n".join(wrong) or "Everything held.",
    )
