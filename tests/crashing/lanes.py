"""A lane starts one watched application after the other and can kill it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

FORKING = Path(__file__).with_name("forking.py")


class Lane:
    """A forking process (see there) and the application that runs in it now."""

    def __init__(self) -> None:
        self._forking = subprocess.Popen(
            [sys.executable, str(FORKING)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._running = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._forking.kill()
        self._forking.communicate()

    def start(self, plan: Path, env: Mapping[str, str], answers: Path, errors: Path) -> None:
        """Run what the plan says in the plan's folder; `answers` is its standard input, `errors` gets what it says."""
        streams = [
            (str(answers), os.O_RDONLY),
            (os.devnull, os.O_WRONLY),
            (str(errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ]
        job = {"plan": str(plan), "folder": str(plan.parent), "env": dict(env), "streams": streams}
        assert self._forking.stdin is not None
        self._forking.stdin.write(json.dumps(job).encode() + b"\n")
        self._running = self._answer()

    def ended(self) -> int | None:
        """How the application ended, as subprocess tells it; None as long as it runs."""
        assert self._forking.stdout is not None
        if not select.select([self._forking.stdout], [], [], 0)[0]:
            return None
        self._running = 0
        return self._answer()

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._running:
            # It may have ended this moment.
            with suppress(ProcessLookupError):
                os.kill(self._running, signal.SIGKILL)

    def _answer(self) -> int:
        assert self._forking.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            part = self._forking.stdout.read(1)
            if not part:
                raise RuntimeError("the forking process died")
            line += part
        return int(line)
