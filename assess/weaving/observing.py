"""What checks need besides steps: handlers, log lines, status writes, detached work, polling loops."""

from __future__ import annotations

import re

from assess.model.observed import Detached, Handler, LogKind, LogLine, Observed, Poll, StatusWrite
from assess.model.step import Effect, Kind
from assess.resolving.beginning import first_event
from assess.resolving.trace import (
    Called,
    Caught,
    Event,
    Logged,
    Loop,
    Node,
    Parallel,
    Spot,
    Started,
    Trace,
    Try,
    Worked,
)

STATES = frozenset(
    """accepted active approved cancelled canceled complete completed created dlq done draft error errored expired
    failed failure finished in_progress new ok open paused pending processed processing queued ready rejected retry
    retrying running scheduled started status state succeeded success timeout uploaded waiting""".split()
)
_STATE_NAMES = frozenset({"status", "state", "stage", "phase"})
# What a person or a rule decides; another system that is told of it is told a result, not how far the run is.
_DECISIONS = frozenset({"accepted", "approved", "pending", "rejected"})
_DATED = re.compile(r"(?:_at|_on|_time|_date|timestamp|since|heartbeat|lease|expires\w*)$")
_STORES = frozenset({Kind.DATABASE, Kind.OBJECT_STORE, Kind.QUEUE, Kind.SAAS, Kind.HTTP})


class Observer:
    """Walks the traces of one pipeline in order."""

    def __init__(self, visit_of: dict[int, str]) -> None:
        self._visit_of = visit_of
        self._handlers: dict[object, Handler] = {}
        self._logs: dict[object, LogLine] = {}
        self._status: dict[str, StatusWrite] = {}
        self._detached: dict[object, Detached] = {}
        self._polls: dict[object, Poll] = {}
        self._last: str | None = None

    def observe(self, trace: Trace) -> Observed:
        """Everything in the trace that is neither step nor flow."""
        self._walk(trace, failing=False)
        return Observed(
            tuple(self._handlers.values()), tuple(self._logs.values()), tuple(self._status.values()),
            tuple(self._detached.values()), tuple(self._polls.values()),
        )  # fmt: skip

    def _visits(self, trace: Trace) -> tuple[str, ...]:
        numbers = [event.number for event in trace.events()]
        numbers += [work.number for work in _work_in(trace) if work.number is not None]
        found = (self._visit_of.get(number) for number in numbers)
        return tuple(dict.fromkeys(v for v in found if v is not None))

    def _walk(self, trace: Trace, *, failing: bool) -> None:
        for node in trace.nodes:
            self._node(node, failing=failing)

    def _node(self, node: Node, *, failing: bool) -> None:
        match node:
            case Event():
                self._event(node, failing=failing)
            case Worked():
                pass
            case Logged(kind=kind, spot=spot, keyed=keyed):
                key = (spot.file, spot.cell, spot.line, self._last)
                line = LogLine(kind, spot.file, spot.line, spot.cell, spot.function, self._last, keyed)
                self._logs.setdefault(key, line)
            case Try():
                self._try(node, failing=failing)
            case Loop():
                self._loop(node)
                self._walk(node.body, failing=failing)
            case Started():
                if not node.waited and node.body.nodes:
                    self._detach(node.spot, node.how, node.body)
                if not node.waited or node.in_place:
                    self._walk(node.body, failing=failing)
            case Called() | Parallel() | _:
                for part in node.parts():
                    self._walk(part, failing=failing)

    def _event(self, event: Event, *, failing: bool) -> None:
        visit = self._visit_of.get(event.number)
        if visit is None:
            return
        self._last = visit
        fact = event.fact
        if fact.effect is Effect.READ or fact.kind not in _STORES:
            return
        words = {w.lower().strip() for text in event.words for w in _words_of(text)}
        states = (words & STATES) - _STATE_NAMES
        told = fact.kind in (Kind.HTTP, Kind.SAAS) and states <= _DECISIONS
        if words & _STATE_NAMES and states and not told:
            spot = event.spot
            found = tuple(sorted(states))
            dated = any(_DATED.search(word) for word in words)
            self._status[visit] = StatusWrite(visit, spot.file, spot.line, found, failing, dated)

    def _try(self, node: Try, *, failing: bool) -> None:
        self._walk(node.body, failing=failing)
        guards = self._visits(node.body)
        works = tuple(dict.fromkeys(work.what for work in _work_in(node.body) if work.number is None))
        first = first_event(node.body)
        begun = (self._visit_of[first.number],) if first is not None and first.number in self._visit_of else ()
        for caught in node.handlers:
            if guards or works:
                self._handler(caught, guards, works, begun)
            self._walk(caught.trace, failing=True)
        self._walk(node.last, failing=failing)

    def _handler(self, caught: Caught, guards: tuple[str, ...], works: tuple[str, ...], begun: tuple[str, ...]) -> None:
        spot = caught.spot
        runs = self._visits(caught.trace)
        records = any(e.fact.effect in (Effect.WRITE, Effect.IDEMPOTENT_WRITE) for e in caught.trace.events())
        key = (spot.file, spot.cell, spot.line, guards)
        logs = caught.logs or _logs_in(caught.trace)
        self._handlers[key] = Handler(
            caught.kind, spot.file, spot.line, spot.end_line, spot.cell, spot.function, caught.catches,
            caught.raises, caught.stops, logs, records, caught.leaves, guards, runs, works, begun,
            caught.trace.exits in ("return", "continue", "break"),
        )  # fmt: skip

    def _detach(self, spot: Spot, how: str, body: Trace) -> None:
        visits = self._visits(body)
        if visits:
            key = (spot.file, spot.cell, spot.line)
            self._detached[key] = Detached(spot.file, spot.line, spot.cell, spot.function, how, visits)

    def _loop(self, node: Loop) -> None:
        events = list(node.body.events())
        waits = [e for e in events if e.fact.kind is Kind.WAIT]
        asks = [
            e for e in events if e.fact.kind is not Kind.WAIT and e.fact.effect is Effect.READ and not e.fact.billed
        ]
        over_items = node.bound is not None and not node.label.startswith("while")
        if not waits or not asks or over_items or len(asks) != len(events) - len(waits):
            return
        spot = node.spot
        key = (spot.file, spot.cell, spot.line)
        bounded = node.bound is not None or any(
            word in node.label.lower() for word in ("time", "deadline", "attempt", "tries", "count", "<", ">")
        )
        self._polls[key] = Poll(
            spot.file, spot.line, spot.end_line, spot.cell, spot.function, asks[0].spot.function.rpartition(".")[2],
            bounded, self._visits(node.body),
        )  # fmt: skip


def _work_in(trace: Trace) -> list[Worked]:
    found: list[Worked] = []
    for node in trace.nodes:
        if isinstance(node, Worked):
            found.append(node)
        elif not isinstance(node, Event | Logged):
            found += [work for part in node.parts() for work in _work_in(part)]
    return found


def _words_of(text: str) -> list[str]:
    return text.replace("'", " ").replace('"', " ").replace(",", " ").replace("=", " ").replace("(", " ").split()[:60]


def _logs_in(trace: Trace) -> bool:
    for node in trace.nodes:
        if isinstance(node, Logged):
            if node.kind in (LogKind.LOG, LogKind.PRINT):
                return True
        elif not isinstance(node, Event) and any(_logs_in(part) for part in node.parts()):
            return True
    return False
