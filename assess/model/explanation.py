"""Why a place of the code is or is not a step: what `lastgood assess --why` tells."""

from __future__ import annotations

from dataclasses import dataclass


class NoPlaceError(ValueError):
    """There is no such place in what was read; the message says why."""


@dataclass(frozen=True, slots=True)
class ExplainedCall:
    """One call on the line: what it is, in one sentence, and the sentences that say why."""

    line: int
    column: int
    call: str
    verdict: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A place with its calls, outermost first; `because` holds what is to be said of the place as a whole."""

    file: str
    line: int
    cell: int | None
    function: str | None
    calls: tuple[ExplainedCall, ...] = ()
    because: tuple[str, ...] = ()
