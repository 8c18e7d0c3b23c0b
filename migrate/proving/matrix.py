"""The kill matrix: every kill in its turn, several lanes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue

from migrate.proving.clean import CleanRun
from migrate.proving.judging import Row
from migrate.proving.kills import Kill
from migrate.proving.lane import Lane


def run_matrix(
    lanes: Sequence[Lane], kills: Sequence[Kill], clean: CleanRun, report: Callable[[str], None]
) -> tuple[Row, ...]:
    """Share the kills out among the lanes; the rows come back in the order of the kills."""
    waiting: SimpleQueue[tuple[int, Kill]] = SimpleQueue()
    for numbered in enumerate(kills):
        waiting.put(numbered)
    rows: dict[int, Row] = {}
    lock = threading.Lock()

    def work(lane: Lane) -> None:
        while True:
            try:
                number, kill = waiting.get_nowait()
            except Empty:
                return
            row = lane.killed_run(kill, clean)
            with lock:
                rows[number] = row
                report(f"{len(rows)}/{len(kills)}  killed at {kill}: {row.outcome.value}{_broken(row)}")

    with ThreadPoolExecutor(len(lanes)) as pool:
        all_done([pool.submit(work, lane) for lane in lanes])
    return tuple(rows[number] for number in sorted(rows))


def all_done(futures: Sequence[Future[None]]) -> None:
    """Wait for all; the first exception is raised as soon as it comes."""
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in done:
        future.result()


def _broken(row: Row) -> str:
    said = []
    if row.finished_repeated:
        said.append(f"finished steps repeated: {', '.join(row.finished_repeated)}")
    if row.keyed_off:
        said.append(f"keyed writes not applied once: {', '.join(row.keyed_off)}")
    if row.doubled:
        said.append(f"doubled: {', '.join(row.doubled)}")
    if row.asked_again:
        said.append(f"asked again: {', '.join(row.asked_again)}")
    return "".join(f"; {s}" for s in said)
