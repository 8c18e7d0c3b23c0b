"""What was followed only in part, or not at all, gets a line: nothing is cut in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from assess.model.source import Skipped, Unresolved
from assess.resolving.effort import MOST_CALLS, left_out
from assess.resolving.running import DEEPEST_CALL, Session
from assess.resolving.trace import Event, Trace

T = TypeVar("T")


def guarded(session: Session, file: str, what: str, work: Callable[[], T], otherwise: T) -> T:
    """What the work gives; if the code is nested too deeply to be followed, a line under `skipped` and `otherwise`."""
    try:
        return work()
    except RecursionError:
        session.program.tree.skipped.append(Skipped(file, f"not followed from {what}: nested too deeply"))
        return otherwise


def note_left_out(session: Session, shown: Iterable[Trace], followed: Iterable[Trace]) -> None:
    """List calls outside that runs came by, but none of those that make pipelines."""
    places = {_place(event) for trace in shown for event in trace.events()}
    for event in (e for trace in followed for e in trace.events() if _place(e) not in places):
        spot = event.spot
        reason = "known, but in no pipeline: if something starts it, name that under `entries.add` in the configuration"
        key = (spot.file, spot.line, event.call)
        session.unresolved.setdefault(key, Unresolved(spot.file, spot.line, event.call, reason))


def _place(event: Event) -> tuple[str, int | None, int, int]:
    return event.spot.file, event.spot.cell, event.spot.line, event.spot.column


def note_cuts(session: Session) -> None:
    """A line for each file with an entry whose run was longer or deeper than its budget."""
    reason = (
        f"followed in part: a run from here calls more functions than are followed ({MOST_CALLS}, and {DEEPEST_CALL} "
        "inside each other; fewer in a very large tree)"
    )
    for file in sorted(session.cut):
        session.program.tree.skipped.append(Skipped(file, reason))
    calls = f"entries not followed: of a tree this large {session.effort.calls} function bodies are"
    session.program.tree.skipped += left_out(session.unfollowed, calls)
