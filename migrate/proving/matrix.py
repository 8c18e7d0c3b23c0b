"""The kill matrix: every kill in its turn, shared out among the lanes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from queue import Empty, SimpleQueue

from migrate.proving.clean import CleanRun
from migrate.proving.judging import Row
from migrate.proving.kills import Kill
from migrate.proving.lane import Lane


class Matrix:
    """The kills that wait, and the rows that they gave. Each lane calls `work` in a thread of its own."""

    def __init__(self, kills: Iterable[Kill], clean: Mapping[str, CleanRun], report: Callable[[str], None]) -> None:
        self._clean = clean  # by the name of the case
        self._report = report
        listed = list(kills)
        self._all = len(listed)
        self._rows: dict[int, Row] = {}
        self._lock = threading.Lock()
        self._waiting: SimpleQueue[tuple[int, Kill]] = SimpleQueue()
        for numbered in enumerate(listed):
            self._waiting.put(numbered)

    @property
    def rows(self) -> tuple[Row, ...]:
        """In the order of the kills."""
        return tuple(self._rows[number] for number in sorted(self._rows))

    def work(self, lane: Lane) -> None:
        """Take one kill after the other until none is left."""
        while True:
            try:
                number, kill = self._waiting.get_nowait()
            except Empty:
                return
            row = lane.killed_run(kill, self._clean[kill.case])
            with self._lock:
                self._rows[number] = row
                done = len(self._rows)
                self._report(
                    f"{done}/{self._all} killed at {kill}: {'' if row.good else 'BROKEN, '}{row.outcome.value}"
                )
