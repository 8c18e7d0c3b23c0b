"""A comparison as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from migrate.proving.equivalence.comparing import Difference
from migrate.proving.equivalence.faults import Trouble
from migrate.proving.equivalence.judged import Compared, Equivalence
from migrate.proving.words import clean_text, grid

_LEGEND = (
    "same: the same calls with the same arguments, the same result or the same error. tried again: the run is the "
    "same as one in which nothing fails, because the engine tries the step again. Each step fails once for each way "
    "that leads to it."
)


def render_equivalence(told: Equivalence, width: int) -> str:
    """A table of what was compared, the first difference of each run that has one, and what was not compared."""
    same = sum(1 for row in told.rows if row.same)
    title = f"The original and the workflow on the same outside world: {len(told.rows)} runs compared, {same} the same"
    parts = [textwrap.fill(title, width), _table(told.rows), textwrap.fill(_LEGEND, width)]
    wrong = [row for row in told.rows if not row.same]
    if wrong:
        parts.append("Not the same:\n" + "\n".join(_apart(row, width) for row in wrong))
    notes = list(_notes(told))
    if notes:
        parts.append("\n".join(_item(note, width) for note in notes))
    return "\n\n".join(parts)


def _table(rows: Sequence[Compared]) -> str:
    named = any(row.case for row in rows)
    lines: list[list[str]] = [[*(["kind of run"] if named else []), "step", "as it is", *Trouble]]
    for case, step in dict.fromkeys((row.case, row.step) for row in rows):
        cells = [_cell([r for r in rows if (r.case, r.step, r.trouble) == (case, step, t)]) for t in ("", *Trouble)]
        lines.append([*([case] if named else []), step or "(the whole run)", *cells])
    return grid(lines)


def _cell(rows: Sequence[Compared]) -> str:
    if not rows:
        return "-"
    if not all(row.same for row in rows):
        return "DIFFERENT"
    return "same, tried again" if any(row.trouble and row.against == "no fault" for row in rows) else "same"


def _apart(row: Compared, width: int) -> str:
    where = f" of the kind {row.case!r}" if row.case else ""
    fault = f", where {row.fault}" if row.fault else ""
    lines = [_item(f"a run{where}{fault}, held against the original's with {row.against}:", width)]
    for difference in row.differences[:1]:
        lines += [
            textwrap.fill(clean_text(line), width, initial_indent="      ", subsequent_indent="        ")
            for line in _difference(difference)
        ]
    more = len(row.differences) - 1
    return "\n".join([*lines, *([f"      and {more} more"] if more > 0 else [])])


def _difference(told: Difference) -> Iterator[str]:
    at = ", ".join(part for part in (told.step, told.place) if part)
    name = f"{told.route or 'its end'}{f' ({at})' if at else ''}"
    yield f"{name}: {told.what.value}{f', at {told.path}' if told.path else ''}"
    if told.original:
        yield f"original: {told.original}"
    if told.workflow:
        yield f"workflow: {told.workflow}"


def _notes(told: Equivalence) -> Iterator[str]:
    for left in told.left_out:
        places = ", ".join(left.polls)
        kind = f" of the kind {left.case!r}" if left.case else ""
        yield f"left out of a run{kind}: {left.calls} calls of {left.route} ({places}), for which {left.wait} waits now"
    if told.unseen:
        yield f"no run came by: {', '.join(told.unseen)}"
    if told.silent:
        yield f"no service sees these steps, so none was made to fail: {', '.join(told.silent)}"
    if told.made_anew:
        yield f"made anew in every run of the original, so only their form is compared: {', '.join(told.made_anew)}"


def _item(text: str, width: int) -> str:
    return textwrap.fill(clean_text(text), width, initial_indent="  - ", subsequent_indent="    ")
