"""Small files of a tree that are not code: read whole, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_small(path: Path, most: int) -> bytes | None:
    """The content of a regular file of at most so many bytes, else None. Never waits, as a FIFO would have it."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            return file.read(most) if stat.S_ISREG(status.st_mode) and status.st_size <= most else None
    except (OSError, ValueError):
        return None


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
