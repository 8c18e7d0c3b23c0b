"""The Temporal dev server of a proof: found, started with a database file, killed, started again, stopped."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from migrate.proving.errors import ProofError
from migrate.proving.loopback import NoAnswerError, ask
from migrate.proving.processes import LOOPBACK, Child, free_port, outer_environment, port_is_busy, wait_until

_START_SECONDS = 40


def find_temporal() -> Path:
    """The `temporal` command: beside this interpreter, `$TEMPORAL_CLI`, then PATH."""
    named = os.environ.get("TEMPORAL_CLI")
    for candidate in (str(Path(sys.executable).parent / "temporal"), named, shutil.which("temporal")):
        if candidate and os.access(candidate, os.X_OK) and Path(candidate).is_file():
            return Path(candidate)
    raise ProofError("The Temporal command line is not installed: pip install 'lastgood[prove]'")


class TemporalServer:
    """One dev server on the loopback interface. Its data outlives `kill`, because it stands in a file."""

    def __init__(self, folder: Path, *, namespaces: Sequence[str] = ("default",), port: int | None = None) -> None:
        if port is not None and port_is_busy(port):
            raise ProofError(f"Port {port} on {LOOPBACK} is in use: choose another one, or stop what listens there.")
        self._binary = find_temporal()
        self._folder = folder
        self._namespaces = tuple(namespaces)
        self._port = port or free_port()
        self._http_port = free_port()
        self._child: Child | None = None

    @property
    def address(self) -> str:
        """What workers and clients connect to."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def http(self) -> str:
        """The base address of the HTTP interface."""
        return f"http://{LOOPBACK}:{self._http_port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self._child is not None and self._child.running else None

    def start(self) -> None:
        """Start it and wait until every namespace answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._child = Child(
            "temporal", self._command(), folder=self._folder, log=self._folder / "temporal.log", env=outer_environment()
        )
        try:
            wait_until(lambda: self._ended() or self._answers(), seconds=_START_SECONDS)
            self._expect_ready(self._child)
        except BaseException:
            self.stop()
            raise

    def kill(self) -> None:
        """SIGKILL, as a host does that runs out of memory."""
        if self._child is not None:
            self._child.kill()

    def restart(self) -> None:
        """Start again on the same ports and the same data."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """End it; nothing is left behind."""
        if self._child is not None:
            self._child.stop()

    def _command(self) -> list[str]:
        asked = [f"--namespace={name}" for name in self._namespaces if name != "default"]
        return [
            *(str(self._binary), "server", "start-dev", "--headless", "--ip", LOOPBACK, "--port", str(self._port)),
            *("--http-port", str(self._http_port), "--db-filename", str(self._folder / "temporal.db")),
            *("--log-level", "error", *asked),
        ]

    def _expect_ready(self, child: Child) -> None:
        if not child.running or not self._answers():
            raise ProofError(f"The Temporal dev server did not start: {child.last_words()}")

    def _ended(self) -> bool:
        return self._child is None or not self._child.running

    def _answers(self) -> bool:
        try:
            for name in self._namespaces:
                ask(f"{self.http}/api/v1/namespaces/{name}")
        except NoAnswerError:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
