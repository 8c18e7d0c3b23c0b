"""Names of steps and counts, as a person would say them in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assess.model.step import Step

_SHOWN = 3


def name(step: Step) -> str:
    """A step in a sentence: its call as written, and where."""
    call = " ".join(step.call.split())
    cell = "" if step.cell is None else f"[{step.cell}]"
    return f"`{call if len(call) <= 48 else call[:45] + '...'}` ({step.file}{cell}:{step.line})"


def names(steps: Iterable[Step], shown: int = _SHOWN) -> str:
    """A few steps by name and the rest by number; each place once."""
    distinct = list({step.id: step for step in steps}.values())
    return listed([name(step) for step in distinct[:shown]], len(distinct) - shown)


def listed(words: Sequence[str], more: int = 0) -> str:
    """Words as a list in a sentence."""
    if more > 0:
        return f"{', '.join(words)} and {more} more"
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 write`, `3 writes`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
