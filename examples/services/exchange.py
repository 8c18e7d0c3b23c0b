"""One request from its arrival to its answer, whatever the protocol: counted, disturbed on command, worked on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .faults import Do, Fault, Faults
from .ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON values, or bytes as they are. `effect`: the request changed something; `billed`: a model worked."""

    status: int
    body: Any
    effect: bool = False
    billed: bool = False
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a request before anything is done for it. `arguments` is what was asked, see `arguments.py`."""

    route: str
    run: str
    payload: bytes
    arguments: Mapping[str, Any]
    key: str | None = None


class Exchange:
    """Leads every request of every service through the same stations; each takes at least `pace` seconds."""

    def __init__(self, ledger: Ledger, faults: Faults) -> None:
        self.ledger = ledger
        self.faults = faults
        self.pace = 0.0

    def lead(
        self,
        arrival: Arrival,
        work: Callable[[], Reply],
        refuse: Callable[[Fault], Reply],
        send: Callable[[Reply], None],
    ) -> None:
        """Count, do what was ordered, work, send. An answer that nobody takes any more stays unanswered."""
        number = self.ledger.arrive(arrival.route, arrival.run, arrival.payload, arrival.key, arrival.arguments)
        fault = self.faults.take(arrival.route, arrival.run, arrival.arguments)
        if fault is None:
            reply = self._work(number, work)
        elif fault.after_work:
            reply = self._work(number, work)
            reply = self._disturb(number, fault, refuse) or reply
        else:
            reply = self._disturb(number, fault, refuse) or self._work(number, work)
        time.sleep(self.pace)
        self.ledger.leaves(number)
        try:
            send(reply)
        except OSError:
            return
        self.ledger.answered(number, reply.status)

    def _work(self, number: int, work: Callable[[], Reply]) -> Reply:
        reply = work()
        self.ledger.work_done(number, effect=reply.effect, billed=reply.billed)
        return reply

    def _disturb(self, number: int, fault: Fault, refuse: Callable[[Fault], Reply]) -> Reply | None:
        if fault.refuses:
            self.ledger.refused(number)
            return refuse(fault)
        gate = self.faults.gate(fault.route)
        if fault.do is Do.HANG:
            self.ledger.held(number)
        gate.wait(None if fault.do is Do.HANG else fault.seconds)
        return None
