"""docs/crashes.md: the figures of a campaign, in words and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from assess.model.score import When

if TYPE_CHECKING:
    from tests.crashing.campaign import Act

HEAD = """\
# The crash table, verified

For every step of a pipeline the crash table says what a kill during and right after it repeats, writes twice, loses and
asks people again. This page holds it against what happened: the four examples ran, were killed with SIGKILL at every
step, and were run again as their supervisor would run them. Written by `make crashes`.
"""

HOW = """\
## How it is done

- **During** a call means: the other side has done its work, and the answer is not here yet. The service is told to do
  what it is asked and to hold its answer back; then the process is killed. Whoever asks a person is killed when the
  question is there, whoever waits when the waiting has begun. **After** means: the call came back, and nothing was done
  with what it gave. Whoever dies before a call reached the other side dies after the call before it, so these two
  moments are all there are.
- **Run again** is: the same command; for the worker on the queue the same command, and the same message if it was not
  acknowledged; for the notebook all its cells from the first.
- **Seen** is: each step leaves a mark in a journal that outlives the process, and the services count what arrived and
  what it changed. Which write adds something, and whom a call asks, is said for the services and not by the table.
- **Compared**: what the table says must happen has to be seen in every kill, and nothing may be seen that it does not
  say must or may happen. So for visits repeated, writes doubled, people asked again, values lost and work dropped for
  good. The calls and bills that it counts as thrown away are the least that may be seen.
- **Taken for granted**: loops over items have an item, and the second run decides as the first one did.

`make test` kills at a few places of each example, `make crashes` at all of them. The code is in `tests/crashing/`.
"""

OPEN = """\
## What the table leaves open

A row's `may` holds what the code alone does not decide. In {exact} of {kills} kills it was empty. Every entry of the
others has one of these reasons; an entry with none counts as a fault, so where nothing runs at the same time and the
code leaves no choice, `may` is empty.

| the visit | entries |
|---|---|
"""


def page(acts: Sequence[Act], date: str, python: str, minutes: float) -> str:
    """The page, from all acts of a campaign."""
    verdicts = [verdict for act in acts for verdict in act.verdicts]
    kills, wrong = len(verdicts), sum(bool(v.faults) for v in verdicts)
    said = "every prediction held" if not wrong else f"{wrong} of them were not as the table said"
    head = f"**{date}, {python}: {kills} kills, {said}.** It took {minutes:.0f} minutes.\n"
    reasons = Counter(reason for verdict in verdicts for reason in verdict.reasons)
    exact = sum(verdict.exact for verdict in verdicts)
    lines = [f"| {reason} | {count} |" for reason, count in sorted(reasons.items())]
    parts = [HEAD, head, *_table(acts), *_faults(acts), HOW, OPEN.format(exact=exact, kills=kills) + "\n".join(lines)]
    return "\n".join(parts) + "\n"


def _table(acts: Sequence[Act]) -> list[str]:
    rows = [
        "| example | run | steps met | kills during | kills after | as said | nothing left open |",
        "|---|---|---|---|---|---|---|",
    ]
    for example, of_example in groupby(acts, key=lambda act: act.world.example):
        for act in of_example:
            during = sum(v.death.when is When.DURING for v in act.verdicts)
            right = sum(not v.faults for v in act.verdicts)
            exact = sum(v.exact for v in act.verdicts)
            rows.append(
                f"| {example} | {act.world.name} | {len(set(act.clean.begun))} | {during} | "
                f"{len(act.verdicts) - during} | {right} | {exact} |"
            )
    return [*rows, ""]


def _faults(acts: Sequence[Act]) -> list[str]:
    wrong = [(act, verdict) for act in acts for verdict in act.verdicts if verdict.faults]
    if not wrong:
        return []
    lines = [f"- {a.world.name}, {v.death.when} {v.death.visit}: {'; '.join(v.faults)}" for a, v in wrong]
    return ["## Not as said\n", *lines, ""]
