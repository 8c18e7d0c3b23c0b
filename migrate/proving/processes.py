"""Child processes that surely end: each in its own process group, each with a log file."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from migrate.proving.errors import ProofError
from migrate.proving.guard import Guard

LOOPBACK = "127.0.0.1"

_guard = Guard()


class Child:
    """One running command. `kill` is SIGKILL to the whole group; `stop` asks first."""

    def __init__(self, name: str, command: Sequence[str], *, folder: Path, log: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        self._swept = False
        log.parent.mkdir(parents=True, exist_ok=True)
        self._begins = log.stat().st_size if log.exists() else 0
        with log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - commands come from the user's own files
                list(command),
                cwd=folder,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _guard.watch(self.pid)

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group too."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal, None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL to the group, and wait until the process is gone."""
        if self._swept:  # the number may belong to somebody else by now
            return
        self._swept = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        _guard.forget(self.pid)

    def stop(self, grace: float = 3.0) -> None:
        """SIGTERM, then SIGKILL to whatever of the group is left after the grace period."""
        if self.running:
            self.ask_to_stop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        self.kill()

    def ask_to_stop(self) -> None:
        """SIGTERM, and no waiting."""
        if self.running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGTERM)

    def last_words(self) -> str:
        """The last line that it wrote and that says something, as a sentence can quote it."""
        said = self.last_line()[:300] or "it said nothing"
        missing = said.startswith("ModuleNotFoundError")
        return f"{said} (--python names the interpreter that has the application's packages)" if missing else said

    def last_line(self) -> str:
        """The last line that says something, whole; what others wrote to the log before is not its own."""
        written = self.log.read_bytes()[self._begins :] if self.log.exists() else b""
        lines = written.decode("utf-8", errors="replace").splitlines()
        said = [line.strip() for line in lines if line.strip()]
        return said[-1] if said else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def outer_environment() -> dict[str, str]:
    """The environment of this process without any word of Temporal: a proof must never reach a real cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_busy(port: int) -> bool:
    """Whether something holds this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def wait_until(ready: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask until it is true; False when the time is over."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


@contextlib.contextmanager
def ends_on_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind like Ctrl-C, so that every `finally` stops its children."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def unwind(_number: int, _frame: object) -> None:
        raise ProofError("stopped by SIGTERM; every process of the proof was stopped too")

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
