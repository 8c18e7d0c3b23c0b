"""What was followed only in part, or not at all, gets a line: nothing is cut in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from assess.model.source import Skipped
from assess.resolving.effort import MOST_CALLS, left_out
from assess.resolving.running import DEEPEST_CALL, Session

T = TypeVar("T")


def guarded(session: Session, file: str, what: str, work: Callable[[], T], otherwise: T) -> T:
    """What the work gives; if the code is nested too deeply to be followed, a line under `skipped` and `otherwise`."""
    try:
        return work()
    except RecursionError:
        session.program.tree.skipped.append(Skipped(file, f"not followed from {what}: nested too deeply"))
        return otherwise


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
