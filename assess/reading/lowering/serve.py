"""The child process: reads a text, writes what it is lowered to, until nobody asks any more.

Each message is its length in eight bytes and then its bytes: UTF-8 on the way in, JSON on the way out.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import threading
import warnings

from assess.reading.lowering.lower import lower
from assess.reading.lowering.marks import to_wire

STACK = 16 * 1024**2
DEEPEST = 20_000
HEADER = 8


def serve(memory: int) -> None:
    """Answer until the pipe is closed, in so many bytes of memory."""
    for kind, limit in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(DEEPEST)
    threading.stack_size(STACK)
    thread = threading.Thread(target=_answer_all)
    thread.start()
    thread.join()


def _answer_all() -> None:
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while len(header := asked.read(HEADER)) == HEADER:
        answer = _answer(asked.read(int.from_bytes(header, "big")))
        answered.write(len(answer).to_bytes(HEADER, "big") + answer)
        answered.flush()


def _answer(data: bytes) -> bytes:
    try:
        return json.dumps(to_wire(lower(data.decode()))).encode()
    except Exception:  # noqa: BLE001 - whatever libcst raises on what it cannot read, the answer is the same
        return b"null"
