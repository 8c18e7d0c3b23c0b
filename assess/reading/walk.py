"""Which files of a tree are read. Knows folders and file types, nothing of Python."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from assess.model.source import Skipped
from assess.reading.beside.names import largest, tells_needs, tells_starts
from assess.reading.ignoring import NAME, NO_RULES, Rules, tracked_files

SUFFIXES = (".py", ".ipynb")
LARGEST = 4_000_000
"""Bytes; a larger Python file is generated data, and parsing it can take gigabytes."""

MANIFEST = "lastgood.json"
GENERATED = "a project that lastgood wrote; name the folder itself to have it read"
OUTSIDE = "a link that leads out of the tree"
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


def find_files(
    root: Path, skipped: list[Skipped], beside: list[FoundFile] | None = None, excluded: Rules = NO_RULES
) -> Iterator[FoundFile]:
    """Every Python file and notebook under root, sorted; what cannot be read or is excluded is added to `skipped`.

    Symlinked folders are not followed, each inode is read once, only regular files are opened, and what git ignores is
    named and left out unless git keeps it all the same. Files that say how code is started go to `beside`. Folders may
    be nested as deep as the system lets them.
    """
    seen: dict[tuple[int, int], str] = {}
    taken: set[str] = set()
    kept = _Kept(root, excluded)
    waiting = [(root, "", Rules())]
    while waiting:
        place, path, above = waiting.pop()
        folders, names = _listed(root, place, skipped)
        here = above.entering(place, path) if NAME in names else above
        inner = [f for f in folders if not _ignored(here, path + f, kept, skipped, folder=True)]
        waiting += [(place / f, f"{path}{_printable(f)}/", _below(here, path + f)) for f in reversed(inner)]
        for name in names:
            if name.endswith(SUFFIXES):
                if _ignored(here, path + name, kept, skipped, folder=False):
                    continue
                found = _read(root, f"{place}/{name}", path + _printable(name), seen, skipped)
                if found is not None and found.path in taken:
                    skipped.append(Skipped(found.path, "another file's name looks the same"))
                elif found is not None:
                    taken.add(found.path)
                    yield found
            elif beside is not None and _tells(path, name) and not _closed(here, excluded, path + name):
                told = _read(root, f"{place}/{name}", path + _printable(name), seen, skipped, largest(name))
                beside.extend([told] if told is not None else [])


def _listed(root: Path, place: Path, skipped: list[Skipped]) -> tuple[list[str], list[str]]:
    """The folders to enter and the other names in a folder, sorted; a folder that cannot be listed is named."""
    folders, names = [], []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if not _is_folder(entry):
                    names.append(entry.name)
                elif entry.name not in SKIPPED_FOLDERS and not os.path.exists(f"{entry.path}/pyvenv.cfg"):  # noqa: PTH110 - never raises
                    if not entry.is_symlink():
                        if _generated(entry.path):
                            skipped.append(Skipped(_relative(root, place / entry.name), GENERATED))
                        else:
                            folders.append(entry.name)
                    elif _leads_out(root, place / entry.name):
                        skipped.append(Skipped(_relative(root, place / entry.name), OUTSIDE))
    except OSError as problem:
        skipped.append(Skipped(_relative(root, place), f"cannot be read: {problem.strerror}"))
    return sorted(folders), sorted(names)


def _generated(folder: str) -> bool:
    """Whether lastgood wrote the project in this folder: what it calls is read where it stands."""
    try:
        with open(f"{folder}/{MANIFEST}", "rb") as file:  # noqa: PTH123 - a Path for each folder costs too much
            return b'"lastgood_version"' in file.read(100)
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _below(rules: Rules, path: str) -> Rules:
    closed = rules.ignoring(path, folder=True)
    return rules if closed is None else replace(rules, closed=closed)


def _tells(folder: str, name: str) -> bool:
    return tells_starts(folder, name) or tells_needs(folder, name)


class _Kept:
    """What git keeps although a rule names it; its index is read only when a rule matches.

    What the owner has excluded is left out even so.
    """

    def __init__(self, root: Path, excluded: Rules) -> None:
        self._root = root
        self.excluded = excluded

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths."""
        return tracked_files(self._root)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that such a path goes through."""
        return frozenset(parent.as_posix() for file in self.files for parent in PurePosixPath(file).parents)


def _ignored(rules: Rules, path: str, kept: _Kept, skipped: list[Skipped], *, folder: bool) -> bool:
    own = kept.excluded.ignoring(path, folder=folder) if kept.excluded.layers else None
    if own is not None:
        skipped.append(Skipped(_printable(path), f"excluded by {own.file}"))
        return True
    rule = rules.ignoring(path, folder=folder) if rules.layers else None
    if rule is None or path in (kept.folders if folder else kept.files):
        return False
    skipped.append(Skipped(_printable(path), f"ignored by git: {rule.file} line {rule.line}"))
    return True


def _closed(rules: Rules, excluded: Rules, path: str) -> bool:
    return any(own.ignoring(path, folder=False) is not None for own in (rules, excluded))


def _relative(root: Path, path: Path) -> str:
    return _printable(path.relative_to(root).as_posix() if path != root else ".")


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _leads_out(root: Path, path: Path) -> bool:
    return not Path(os.path.realpath(path)).is_relative_to(root)


def _read(
    root: Path,
    place: str,
    name: str,
    seen: dict[tuple[int, int], str],
    skipped: list[Skipped],
    most: int | None = None,
) -> FoundFile | None:
    """The file at this place, called `name` in the tree; plain texts, since making a `Path` costs more than reading."""
    try:
        if os.path.islink(place) and _leads_out(root, Path(place)):  # noqa: PTH114 - as above
            skipped.append(Skipped(name, OUTSIDE))
            return None
        status = os.stat(place)  # noqa: PTH116 - as above
        if not stat.S_ISREG(status.st_mode):
            skipped.append(Skipped(name, "not a regular file"))
            return None
        other = seen.setdefault((status.st_dev, status.st_ino), name)
        if other != name:
            skipped.extend([Skipped(name, f"the same file as {other}")] if most is None else [])
            return None
        most = LARGEST if most is None else most
        if status.st_size > most:
            skipped.append(Skipped(name, f"larger than {_size(most)}"))
            return None
        with open(place, "rb") as file:  # noqa: PTH123 - as above
            return FoundFile(name, file.read())
    except OSError as problem:
        skipped.append(Skipped(name, f"cannot be read: {problem.strerror}"))
        return None


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1_000} KB"
