"""A proof, read as plain values: the verdict, the kills as a grid of steps and moments, the points, the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.view.compared import compared_sentence, compared_tables
from reports.view.given import Given, Spec, numbers_of, rows_of, tables_of
from reports.words import count

_MOMENTS = {
    "start": "before",
    "mid": "inside",
    "end": "unreported",
    "boundary": "recorded",
    "waiting": "waiting",
    "decided": "decided",
    "continued": "continued",
    "server": "server",
}
_GOOD = ("completed", "needs a person")
_BROKEN = ("finished_repeated", "keyed_off", "doubled", "asked_again")
_TONES = {"pass": "yes", "fail": "no", "not applicable": "unknown"}
_TABLES: tuple[Spec, ...] = (
    (
        "original",
        "The code as it is, killed at the same places and started again",
        (
            ("Killed in", "step"),
            ("Repeated", "repeated"),
            ("Done twice outside", "doubled"),
            ("Asked again", "asked_again"),
            ("Model calls repeated", "model_calls_repeated"),
        ),
    ),
    (
        "rows",
        "Every kill of the workflow",
        (
            ("Killed in", "kill.activity"),
            ("Moment", "kill.point"),
            ("Kind of run", "kill.case"),
            ("Outcome", "outcome"),
            ("Finished steps repeated", "finished_repeated"),
            ("Step in flight repeated", "in_flight_repeated"),
            ("Done twice outside", "doubled"),
            ("Keyed writes off", "keyed_off"),
            ("Seconds to the next step", "recovered"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of the kills at one moment of one step; `tone` is a verdict's, empty where there was no kill."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Kills:
    """The grid: a row a step, a column a moment."""

    moments: tuple[str, ...]
    steps: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class PointShown:
    """One of the forty points."""

    number: str
    title: str
    verdict: str
    tone: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """What the page shows of a proof. `counted` says how many points passed, failed and did not apply."""

    given: Given
    kills: Kills | None
    points: tuple[PointShown, ...]
    counted: str

    @property
    def open(self) -> bool:
        """Whether the points are unfolded: there is one that is not shown."""
        return any(point.verdict == "fail" for point in self.points)


def proof_view(proof: Mapping[str, Any]) -> Proved:
    """The proof's verdict, its sums, its kills, its points and what the original did at the same places."""
    rows = rows_of(proof.get("rows"))
    points = tuple(_point(row) for row in rows_of(proof.get("checklist")))
    holds = proof.get("holds")
    verdict = "" if not isinstance(holds, bool) else "The proof holds." if holds else "The proof does not hold."
    said = (verdict, compared_sentence(proof), _compared(rows_of(proof.get("original"))))
    sentence = " ".join(part for part in said if part)
    return Proved(
        Given(sentence, numbers_of(proof.get("totals")), (*compared_tables(proof), *tables_of(proof, _TABLES))),
        _kills(rows),
        points,
        _counted(points),
    )


def _compared(original: Sequence[Mapping[str, Any]]) -> str:
    """What the same kills cost the code as it is."""
    if not original:
        return ""

    def total(name: str) -> int:
        return sum(len(row[name]) for row in original if isinstance(row.get(name), list | tuple))

    return (
        f"The code as it is, killed in {count(len(original), 'place')} and started again: "
        f"{count(total('repeated'), 'step')} repeated, {count(total('doubled'), 'write')} done twice, "
        f"{count(total('asked_again'), 'question')} asked again."
    )


def _kills(rows: Sequence[Mapping[str, Any]]) -> Kills | None:
    """Of a step that is killed at several calls, or in several kinds of run, one cell says what the worst was."""
    met: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        kill = row.get("kill")
        if isinstance(kill, Mapping) and kill.get("point") in _MOMENTS:
            met.setdefault(str(kill.get("activity", "")), {}).setdefault(str(kill["point"]), []).append(row)
    moments = tuple(m for m in _MOMENTS if any(m in of for of in met.values()))
    if not moments:
        return None
    steps = tuple((name, tuple(_cell(of.get(m, [])) for m in moments)) for name, of in met.items())
    return Kills(tuple(_MOMENTS[m] for m in moments), steps)


def _cell(rows: Sequence[Mapping[str, Any]]) -> Cell:
    if not rows:
        return Cell("")
    times = f" ({len(rows)})" if len(rows) > 1 else ""
    if any(row.get("outcome") not in _GOOD or any(row.get(name) for name in _BROKEN) for row in rows):
        return Cell(f"broken{times}", "no")
    if any(row.get("outcome") == "needs a person" for row in rows):
        return Cell(f"a person{times}", "partial")
    return Cell(f"{'again' if any(row.get('in_flight_repeated') for row in rows) else 'went on'}{times}", "yes")


def _point(row: Mapping[str, Any]) -> PointShown:
    verdict = str(row.get("verdict", ""))
    evidence = row.get("evidence")
    said = tuple(str(line) for line in evidence) if isinstance(evidence, list | tuple) else ()
    return PointShown(
        str(row.get("number", "")), str(row.get("title", "")), verdict, _TONES.get(verdict, "unknown"), said
    )


def _counted(points: Sequence[PointShown]) -> str:
    numbers = {verdict: sum(p.verdict == verdict for p in points) for verdict in _TONES}
    words = {"pass": "shown", "fail": "not shown", "not applicable": "not applicable"}
    return ", ".join(f"{number} {words[verdict]}" for verdict, number in numbers.items() if number)
