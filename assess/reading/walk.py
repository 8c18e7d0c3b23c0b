"""Which files of a tree are read. Knows folders and file types, nothing of Python."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assess.model.source import Skipped

SUFFIXES = (".py", ".ipynb")
LARGEST = 4_000_000
"""Bytes; a larger Python file is generated data, and parsing it can take gigabytes."""

SKIPPED_FOLDERS = frozenset(
    {
        ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn",
        ".tox", ".venv", "__pycache__", "__pypackages__", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; `path` is relative to the root with `/`."""

    path: str
    data: bytes


def find_files(root: Path, skipped: list[Skipped]) -> Iterator[FoundFile]:
    """Every Python file and notebook under root, sorted; what cannot be read is added to `skipped`.

    Symlinked folders are not followed, each inode is read once, and only regular files are opened.
    """
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, onerror=lambda e: skipped.append(_unreadable(root, e))):
        folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS and not _is_environment(folder, f))
        for name in sorted(names):
            if name.endswith(SUFFIXES):
                found = _read(root, Path(folder) / name, seen, skipped)
                if found is not None:
                    yield found


def _is_environment(folder: str, name: str) -> bool:
    return (Path(folder) / name / "pyvenv.cfg").exists()


def _unreadable(root: Path, problem: OSError) -> Skipped:
    return Skipped(_relative(root, Path(problem.filename or root)), f"cannot be read: {problem.strerror}")


def _relative(root: Path, path: Path) -> str:
    text = path.relative_to(root).as_posix() if path != root else "."
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(root: Path, path: Path, seen: set[tuple[int, int]], skipped: list[Skipped]) -> FoundFile | None:
    name = _relative(root, path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            skipped.append(Skipped(name, "not a regular file"))
            return None
        if (status.st_dev, status.st_ino) in seen:
            return None
        seen.add((status.st_dev, status.st_ino))
        if status.st_size > LARGEST:
            skipped.append(Skipped(name, f"larger than {LARGEST // 1_000_000} MB"))
            return None
        return FoundFile(name, path.read_bytes())
    except OSError as problem:
        skipped.append(Skipped(name, f"cannot be read: {problem.strerror}"))
        return None
