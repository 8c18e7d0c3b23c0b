"""All child processes of one proof: started here, so that all of them are stopped, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from migrate.proving.errors import ProofError
from migrate.proving.processes import Child, wait_until


class Household:
    """Starts children and ends them; waiting threads are woken with an exception when it closes."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def start(self, name: str, command: Sequence[str], *, folder: Path, log: Path, env: Mapping[str, str]) -> Child:
        """Start a command in its own process group."""
        with self._lock:
            self._check()
            try:
                child = Child(name, command, folder=folder, log=log, env=env)
            except OSError as problem:
                raise ProofError(f"{name} cannot be started ({problem.strerror}: {command[0]}).") from None
            self._children = [c for c in self._children if c.running]
            self._children.append(child)
            return child

    def wait(self, ready: Callable[[], bool], *, seconds: float, pause: float = 0.1) -> bool:
        """Ask until it is true; False when the time is over. Raises when the household closes meanwhile."""
        end = time.monotonic() + seconds
        while not ready():
            self._check()
            if time.monotonic() > end:
                return False
            self._closed.wait(pause)
        return True

    def pause(self, seconds: float) -> None:
        """Sleep; wakes with an exception when the household closes."""
        self._closed.wait(seconds)
        self._check()

    def close(self) -> None:
        """End every child: all are asked at once, and what is left after a second is killed, the youngest first."""
        self._closed.set()
        with self._lock:
            for child in self._children:
                child.ask_to_stop()
            wait_until(lambda: not any(child.running for child in self._children), seconds=1.0)
            for child in reversed(self._children):
                child.kill()
            self._children.clear()

    def _check(self) -> None:
        if self._closed.is_set():
            raise ProofError("The proof was stopped.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
