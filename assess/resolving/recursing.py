"""A function that calls itself: its calls outside are those of the first call, made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assess.resolving.running import Arguments, Frame, Run
from assess.resolving.trace import Again, Event, Logged, Trace
from assess.resolving.values import Bound, Class, Coroutine, Function, Instance


def frame_of(run: Run, function: Function, arguments: Arguments) -> Frame | None:
    """The call of the same function, on the same object, that this one is made inside of.

    A helper that is handed something to call does something else each time; that is no recursion.
    """
    if any(isinstance(v, Function | Bound | Class | Coroutine) for v in arguments.all()):
        return None
    for frame in reversed(run.frames):
        if frame.info is function.info:
            same = frame.bound is function.bound or not isinstance(function.bound, Instance)
            return frame if same else None
    return None


@contextmanager
def inside_again(run: Run, frame: Frame) -> Iterator[None]:
    """Inside, calls outside count as reached on the way that leads to the frame."""
    via, sites, run.via, run.sites = run.via, run.sites, run.via[: frame.calls], run.sites[: frame.calls]
    try:
        with run.counting("loops"):
            yield
    finally:
        run.via, run.sites = via, sites


def settle(frame: Frame) -> None:
    """The frame is followed to its end: of what its further calls did, only what it does not do itself is kept."""
    if not frame.recursed:
        return
    shown = {event.number for event in frame.trace.events()}
    for node in frame.recursed:
        fresh = {event.number for event in node.inner.events()} - shown
        if fresh:
            _point_back(node.inner, shown)
        else:
            node.inner = Trace()


def _point_back(trace: Trace, shown: set[int]) -> None:
    """Let the visits of the first call stand for its calls outside that are made again here."""
    for number, node in enumerate(trace.nodes):
        if isinstance(node, Event):
            trace.nodes[number] = Again(node.spot, Trace([node])) if node.number in shown else node
        elif not isinstance(node, Logged):
            for part in node.parts():
                _point_back(part, shown)
