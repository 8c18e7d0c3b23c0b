"""The person in a proof: decides what a run waits for, by the project's own command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from migrate.proving.household import Household
from migrate.proving.processes import Child

_DECIDE_SECONDS = 60.0


class Person:
    """Decides for one run. `known` are the waits that it comes by, in order; None: each of `waits` is tried in turn.

    `tell` starts the command that decides a wait. A wait that is not open refuses; then nothing is decided.
    """

    def __init__(
        self,
        tell: Callable[[str], Child],
        household: Household,
        waits: Sequence[str],
        known: Sequence[str] | None = None,
    ) -> None:
        self._tell = tell
        self._household = household
        self._waits = tuple(waits)
        self._known = None if known is None else tuple(known)
        self._tries = 0
        self.decided: list[str] = []

    def begin(self, nth: int) -> Child:
        """Start the command for the decision that follows `nth` others."""
        name = self._name(nth)
        if name is None:
            raise LookupError(f"the run needs no decision after {nth}")
        return self._tell(name)

    def decide(self, nth: int) -> bool:
        """Decide what the run waits for after `nth` decisions; whether it took the decision."""
        name = self._name(nth)
        if name is None:
            return False
        self._tries += 1
        child = self._tell(name)
        self._household.wait(lambda: not child.running, seconds=_DECIDE_SECONDS)
        if child.code != 0:
            return False
        self.decided.append(name)
        return True

    def _name(self, nth: int) -> str | None:
        if self._known is not None:
            return self._known[nth] if nth < len(self._known) else None
        return self._waits[self._tries % len(self._waits)] if self._waits else None
