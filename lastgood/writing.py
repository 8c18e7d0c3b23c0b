"""Writes result files: whole or not at all, and never with a traceback."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from lastgood.problems import Problem


def check_place(path: Path) -> None:
    """Say before the work begins that its result could not be written. Raises Problem."""
    if path.is_dir():
        raise Problem(f"'{path}' is a folder: name a file in it.")
    folder = path.parent
    if not folder.is_dir():
        raise Problem(f"The folder '{folder}' does not exist: make it first, or name another file than '{path}'.")
    place = path if path.exists() and not path.is_file() else folder
    if not os.access(place, os.W_OK):
        raise Problem(f"'{place}' cannot be written: name another file than '{path}', or change its permissions.")


def write_file(path: Path, text: str) -> None:
    """Write the file so that it is the old one or the new one at every moment. Raises Problem."""
    check_place(path)
    data = text.encode("utf-8", "backslashreplace")
    real = path.resolve()
    try:
        if real.exists() and not real.is_file():  # a pipe or a device is written to, not replaced
            real.write_bytes(data)
            return
        _replace(real, data)
    except OSError as problem:
        raise Problem(f"'{path}' cannot be written: {problem.strerror}.") from None


def _replace(path: Path, data: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        part.chmod(_mode(path))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
