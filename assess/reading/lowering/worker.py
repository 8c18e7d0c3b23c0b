"""Asks the child process that lowers code, and lives through its death.

A text that takes the child down, or too long, is not lowered; the next one gets a new child. After some in a row the
code is taken to be hostile, and nobody is asked any more.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import subprocess
import sys
import time

from assess.reading.lowering.marks import Lowered, from_wire

SECONDS = 20.0
"""The limit of one text, on a busy machine."""
LARGEST = 1_000_000
"""Bytes; libcst takes about two seconds for as many."""
MEMORY = 2 * 1024**3
"""Bytes of address space of the child."""
MOST_DEATHS = 5
HEADER = 8
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from assess.reading.lowering.serve import serve
serve(int(sys.argv[2]))
"""


class Worker:
    """One child at a time, started when it is first asked."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self.deaths = 0

    def ask(self, text: str) -> Lowered | None:
        """The text as the running Python reads it; None if it cannot be had."""
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > LARGEST or self.deaths >= MOST_DEATHS:
            return None
        try:
            answer = self._exchange(data)
            self.deaths = 0
            return None if answer is None else from_wire(answer)
        except (OSError, ValueError, TypeError):
            self.deaths += 1
            self.close()
            return None

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()

    def _exchange(self, data: bytes) -> object:
        """What the child answers. Raises OSError if it dies or takes too long, ValueError if it answers nonsense."""
        process = self._process
        if process is None or self._owner != os.getpid():  # a fork shares the pipes but not the child
            process = self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own code
                [sys.executable, "-P", "-c", _START, json.dumps(sys.path), str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._owner = os.getpid()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(len(data).to_bytes(HEADER, "big") + data)
        process.stdin.flush()
        limit = time.monotonic() + self._seconds
        size = int.from_bytes(_read(process.stdout.fileno(), HEADER, limit), "big")
        return json.loads(_read(process.stdout.fileno(), size, limit))


def _read(pipe: int, size: int, limit: float) -> bytes:
    """So many bytes of a pipe. Raises OSError if they do not come in time, or never."""
    found = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(found) < size:
            if not waiting.select(max(0.0, limit - time.monotonic())):
                raise TimeoutError("no answer in time")
            more = os.read(pipe, min(size - len(found), 1 << 20))
            if not more:
                raise BrokenPipeError("the child died")
            found += more
    return bytes(found)


WORKER = Worker()
"""The one of this process: a start costs more than an answer."""
atexit.register(WORKER.close)
