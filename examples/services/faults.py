"""Orders to misbehave: which route, for which run, how often, and how."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .arguments import holds


class Do(StrEnum):
    """How a route misbehaves."""

    FAIL = "fail"
    REFUSE = "refuse"
    RATE_LIMIT = "rate_limit"
    HANG = "hang"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Fault:
    """One order.

    `times`: for so many calls, None: until the next reset. `run`: only for calls of this run; `where`: only for calls
    whose arguments have these values, by path (`{"body.order": 7}`). `fail` is an error that may pass (`status`, else 500
    and 451), `refuse` one that will not: each service says so in its own words. `retry_after` (seconds) is for
    rate_limit, `seconds` for slow. `applied`: the work is done before the fault shows, as
    when an answer gets lost on its way; not said, it is so for hang only.
    """

    route: str
    do: Do
    times: int | None = 1
    run: str | None = None
    where: Mapping[str, Any] | None = None
    status: int | None = None
    retry_after: int = 1
    seconds: float = 1.0
    applied: bool | None = None

    @property
    def after_work(self) -> bool:
        """Whether the work is done before the fault shows."""
        return self.do is Do.HANG if self.applied is None else self.applied

    @property
    def refuses(self) -> bool:
        """Whether the call is answered with an error."""
        return self.do in (Do.FAIL, Do.REFUSE, Do.RATE_LIMIT)


class Faults:
    """The orders that stand, and the calls that are held back by them."""

    def __init__(self, routes: Collection[str]) -> None:
        self._routes = routes
        self._orders: list[Fault] = []
        self._gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._closed = False

    def order(self, fault: Fault) -> None:
        """Add an order; older ones for the same route come first. Raises ValueError on a route that is not there."""
        if fault.route not in self._routes:
            raise ValueError(f"no route {fault.route!r}; there are {', '.join(sorted(self._routes))}")
        with self._lock:
            self._orders.append(fault)

    def take(self, route: str, run: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The order for this call, used up by one."""
        with self._lock:
            for index, fault in enumerate(self._orders):
                if fault.route == route and fault.run in (None, run) and holds(arguments, fault.where or {}):
                    if fault.times is not None:
                        left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                        self._orders[index : index + 1] = left
                    return fault
        return None

    def gate(self, route: str) -> threading.Event:
        """What a held call of this route waits for; it opens at the next release."""
        with self._lock:
            if self._closed:
                opened = threading.Event()
                opened.set()
                return opened
            return self._gates.setdefault(route, threading.Event())

    def release(self, route: str | None = None) -> None:
        """Let the calls go on that are held now, of one route or of all; orders stay."""
        with self._lock:
            for name in [route] if route else list(self._gates):
                if name in self._gates:
                    self._gates.pop(name).set()

    def reset(self) -> None:
        """Forget all orders and let everything go on."""
        with self._lock:
            self._orders.clear()
        self.release()

    def close(self) -> None:
        """Let everything go on, now and from now on."""
        with self._lock:
            self._closed = True
        self.release()
