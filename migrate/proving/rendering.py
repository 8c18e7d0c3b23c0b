"""A proof as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from migrate.proving.equivalence.showing import render_equivalence
from migrate.proving.judging import Outcome, Row
from migrate.proving.kills import Point
from migrate.proving.points.evidence import Shown, Verdict
from migrate.proving.proof import Foretold, OriginalRow, Proof
from migrate.proving.words import clean_text, grid

_COLUMNS = {
    Point.START: "before",
    Point.MID: "inside",
    Point.END: "unreported",
    Point.BOUNDARY: "recorded",
    Point.WAITING: "waiting",
    Point.DECIDED: "decided",
    Point.CONTINUED: "continued",
    Point.SERVER: "server",
}
PROMISE = (
    "A finished step never repeats. The step in flight does: its outside effect happens once only where the target "
    "honours the idempotency key that the call carries, and a model call that was interrupted is paid again."
)

_LEGEND = (
    "before, inside, unreported (done, its result not yet reported), recorded: the moments of a step. ok: the run went "
    "on from the last good step. again: only the interrupted step ran again. person: the step in flight carries no "
    "key, so it is tried only once, and the run says that a person has to look. "
    "continued: the run had continued as new just then. "
    "server: the engine's server was killed inside the step, not the worker."
)


def render_proof(proof: Proof, width: int = 100) -> str:
    """The table of kills, the sums beside those of the original, what broke, and what it means."""
    parts = [_fold(_title(proof), width)]
    if proof.rows:
        parts += [kills_table(proof.rows), _fold(_LEGEND, width), comparison(proof)]
    parts += _prediction(proof.original)
    if proof.equivalence is not None:
        parts.append(render_equivalence(proof.equivalence, width))
    if proof.checklist:
        parts.append(_checklist(proof.checklist, width))
    broken = [line for row in proof.rows if not row.good for line in _broken(row)]
    wrong = [line for row in proof.original for line in _wrong(row)]
    if broken:
        parts.append("Broken:\n" + _bullets(broken, width))
    if wrong:
        parts.append("The crash table was wrong:\n" + _bullets(wrong, width))
    parts += [*([_fold(PROMISE, width)] if proof.rows else []), _fold(_verdict(proof), width)]
    return "\n\n".join(parts) + "\n"


def _title(proof: Proof) -> str:
    kills = proof.totals.kills
    killed = f": {kills} kill{'' if kills == 1 else 's'} of its worker with SIGKILL" if proof.rows else ""
    return f"Proof of {clean_text(proof.project)}{killed}"


def comparison(proof: Proof) -> str:
    """The original and the workflow side by side."""
    sums, old = proof.totals, proof.original
    lines = [
        ("", "the original", "the workflow"),
        ("places killed at", len(old), sums.kills),
        ("finished steps repeated", sum(len(finished_again(r)) for r in old), sums.finished_steps_repeated),
        ("model calls repeated", sum(r.model_calls_repeated for r in old), sums.model_calls_repeated),
        ("writes applied twice", sum(len(r.doubled) for r in old), sums.writes_applied_twice),
        ("people asked again", sum(len(r.asked_again) for r in old), sums.asked_again),
        ("runs lost", f"{len(old)} until started again" if old else 0, sums.lost),
        ("runs stopped for a person", 0, sums.needs_person),
    ]
    if not old:
        lines = [(words, new) for words, _, new in lines]  # type: ignore[misc]
    return grid(lines)


def counts(proof: Proof) -> str:
    """The first kill, step by step: calls that arrived, and of them those that changed something."""
    once = {c.step: (c.calls_once, c.changes_once) for c in proof.rows[0].counted}
    new = {c.step: (c.calls, c.changes) for c in proof.rows[0].counted}
    old = {c.step: (c.calls, c.changes) for r in proof.original[:1] for c in r.counted}
    steps = [*once, *(step for step in old if step not in once)]
    changing = {step for step in steps for told in (once, new, old) if told.get(step, (0, 0))[1]}
    lines = [["", "not killed", *(["the original"] if old else []), "the workflow"]]
    for step in steps:
        told = [once, *([old] if old else []), new]
        lines.append([step, *(_arrived(counted.get(step), step in changing) for counted in told)])
    return grid(lines)


def _arrived(counted: tuple[int, int] | None, changing: bool) -> str:  # noqa: FBT001 - private
    if counted is None:
        return "-"
    calls, changes = counted
    said = f"{calls} call{'' if calls == 1 else 's'}"
    return f"{said}, {changes} applied" if changing else said


def finished_again(row: OriginalRow) -> tuple[str, ...]:
    """The steps of the original that had finished before the kill and ran again."""
    return tuple(name for name in row.repeated if name != row.step)


def kills_table(rows: Sequence[Row]) -> str:
    """A row a step, a column a moment: what came of the kills there."""
    used = [p for p in _COLUMNS if any(r.kill.point is p for r in rows)]
    names = dict.fromkeys(_name(r) for r in rows)
    lines = [["", *(_COLUMNS[p] for p in used)]]
    for name in names:
        cells = [[r for r in rows if _name(r) == name and r.kill.point is p] for p in used]
        lines.append([name, *(_cell(found) for found in cells)])
    return grid(lines)


def _name(row: Row) -> str:
    nth = "" if row.kill.visit == 1 else f", call {row.kill.visit}"
    return f"{row.kill.activity}{nth}"


def _cell(rows: Sequence[Row]) -> str:
    if not rows:
        return "-"
    if any(not r.good for r in rows):
        return "BROKEN"
    if any(r.outcome is Outcome.NEEDS_PERSON for r in rows):
        return "person"
    return "ok, again" if any(r.in_flight_repeated for r in rows) else "ok"


def _checklist(checklist: Sequence[Shown], width: int) -> str:
    """Each point with its verdict and the first of its evidence; of a failed one, all of it."""
    counted = {verdict: sum(s.verdict is verdict for s in checklist) for verdict in Verdict}
    head = "The forty points: " + ", ".join(f"{number} {verdict.value}" for verdict, number in counted.items())
    lines = [head]
    for point in checklist:
        lines.append(_hanging(f"{point.number:2}  {point.verdict.value:<14}  ", point.title, width))
        said = point.evidence if point.verdict is Verdict.FAIL else point.evidence[:1]
        lines += [_hanging(" " * 22, line, width) for line in said]
    return "\n".join(lines)


def _hanging(head: str, text: str, width: int) -> str:
    """The text beside its head, however long a word of it is."""
    beside = " " * len(head)
    folded = textwrap.wrap(
        clean_text(text),
        width,
        initial_indent=head,
        subsequent_indent=beside,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(folded)


def _broken(row: Row) -> Iterable[str]:
    said = {
        "finished steps repeated": row.finished_repeated,
        "keyed writes sent without their key, or not applied exactly once": row.keyed_off,
        "writes doubled": row.doubled,
        "people asked again": row.asked_again,
    }
    for words, names in said.items():
        if names:
            yield f"killed at {row.kill}: {words}: {', '.join(names)}"
    if row.outcome not in (Outcome.COMPLETED, Outcome.NEEDS_PERSON):
        yield f"killed at {row.kill}: the run was {row.outcome.value}. {row.failure[:300]}".rstrip()


def _prediction(rows: Sequence[OriginalRow]) -> Iterable[str]:
    """What the crash table had said of the original, beside what was counted."""
    told = [(row, row.predicted) for row in rows if row.predicted is not None]
    if told:
        lines: list[Sequence[object]] = [("", "repeats", "doubles", "asks again")]
        for row, said in told:
            lines.append((row.step, _foretold(said.repeated), _foretold(said.doubled), _foretold(said.asked_again)))
        yield f"The original, killed inside a step: what the crash table said, what was seen\n{grid(lines)}"


def _foretold(column: Foretold) -> str:
    most = f" to {len(column.must) + len(column.may)}" if column.may else ""
    return f"{len(column.must)}{most} said, {len(column.seen)} seen"


def _wrong(row: OriginalRow) -> Iterable[str]:
    if row.predicted is None:
        return
    columns = {
        "repeat": row.predicted.repeated,
        "double": row.predicted.doubled,
        "ask again": row.predicted.asked_again,
    }
    for word, column in columns.items():
        if column.missed:
            yield f"killed inside {row.step}, it was to {word} {', '.join(column.missed)}, and did not"
        if column.unsaid:
            yield f"killed inside {row.step}, it was not said to {word} {', '.join(column.unsaid)}, and did"


def _verdict(proof: Proof) -> str:
    judged = [r.predicted for r in proof.original if r.predicted is not None]
    right = sum(1 for said in judged if said.holds)
    held = f" The crash table of the original held at {right} of {len(judged)} places." if judged else ""
    return ("The proof holds." if proof.holds else "The proof failed.") + held


def _bullets(lines: Sequence[str], width: int) -> str:
    return "\n".join(
        textwrap.fill(clean_text(line), width, initial_indent="  - ", subsequent_indent="    ") for line in lines
    )


def _fold(text: str, width: int) -> str:
    return textwrap.fill(text, width)
