"""What arrived, in which order, and what it did. The ledger counts; it decides nothing."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

NO_RUN = "-"
"""The run of a call that names none, or more than one."""


class Counted(StrEnum):
    """What is counted of a route."""

    HITS = "hits"
    EFFECTS = "effects"
    BILLED = "billed"
    HELD = "held"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    `payload` is the first 16 digits of its sha256; `key` the idempotency key or Message-ID it carried. `effect`: it
    changed something here; `billed`: a model worked for it. `held`: its answer was held back on command; `refused`: it
    was answered with an error on command. `status` is what it was answered with, None as long as no answer left, and
    `until` the number of the newest call when it was about to leave. `arguments`: what was asked, without credentials.
    """

    number: int
    route: str
    run: str
    payload: str
    key: str | None = None
    effect: bool = False
    billed: bool = False
    held: bool = False
    refused: bool = False
    status: int | None = None
    until: int | None = None
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a route was called, and what came of it."""

    hits: int = 0
    effects: int = 0
    billed: int = 0
    held: int = 0
    answered: int = 0

    def plus(self, call: Call) -> Tally:
        """The tally with one more call in it."""
        return Tally(
            hits=self.hits + 1,
            effects=self.effects + call.effect,
            billed=self.billed + call.billed,
            held=self.held + call.held,
            answered=self.answered + (call.status is not None),
        )


class Ledger:
    """All calls since the last reset. Any thread may write and wait."""

    def __init__(self) -> None:
        self._calls: dict[int, Call] = {}
        self._number = 0
        self._changed = threading.Condition()

    def arrive(
        self, route: str, run: str, payload: bytes, key: str | None, arguments: Mapping[str, Any] | None = None
    ) -> int:
        """Note a request before anything is done for it; returns its number."""
        digest = hashlib.sha256(payload).hexdigest()[:16]
        with self._changed:
            self._number += 1
            self._calls[self._number] = Call(self._number, route, run, digest, key, arguments=arguments or {})
            self._changed.notify_all()
            return self._number

    def work_done(self, number: int, *, effect: bool, billed: bool) -> None:
        """Note what the request did."""
        self._amend(number, lambda call: replace(call, effect=effect, billed=billed))

    def held(self, number: int) -> None:
        """Note that its answer is held back."""
        self._amend(number, lambda call: replace(call, held=True))

    def refused(self, number: int) -> None:
        """Note that it is answered with an error on command."""
        self._amend(number, lambda call: replace(call, refused=True))

    def leaves(self, number: int) -> None:
        """Note that its answer is about to leave: what arrives from now on came later."""
        self._amend(number, lambda call: replace(call, until=self._number))

    def answered(self, number: int, status: int) -> None:
        """Note that an answer was handed to the network."""
        self._amend(number, lambda call: replace(call, status=status))

    def log(self, run: str | None = None) -> list[Call]:
        """The calls of a run, or all of them, in order of arrival."""
        with self._changed:
            return [call for call in self._calls.values() if run in (None, call.run)]

    def tallies(self) -> dict[str, dict[str, Tally]]:
        """Tallies by run and route."""
        runs: dict[str, dict[str, Tally]] = defaultdict(dict)
        for call in self.log():
            runs[call.run][call.route] = runs[call.run].get(call.route, Tally()).plus(call)
        return dict(runs)

    def wait(self, route: str, run: str | None, counted: Counted, count: int, seconds: float) -> bool:
        """Wait until a route has counted so many; False if the time was over first."""

        def reached() -> bool:
            tally = Tally()
            for call in self._calls.values():
                if call.route == route and run in (None, call.run):
                    tally = tally.plus(call)
            return int(getattr(tally, counted)) >= count

        with self._changed:
            return self._changed.wait_for(reached, seconds)

    def reset(self) -> None:
        """Forget all calls. Calls that are under way no longer count; numbers go on, so none is taken for another."""
        with self._changed:
            self._calls.clear()

    def _amend(self, number: int, change: Callable[[Call], Call]) -> None:
        with self._changed:
            if number in self._calls:
                self._calls[number] = change(self._calls[number])
                self._changed.notify_all()
