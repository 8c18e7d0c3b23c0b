"""Files in memory to a folder on disk: all of them or none, and never over what a person has changed.

The manifest in the folder holds the digest of every file as it was generated; a file whose digest differs has been
edited.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from migrate.errors import EditedFilesError, MigrationError
from migrate.replacing import alone, replace

MANIFEST = "lastgood.json"


class How(StrEnum):
    """What would become of a file."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    YOURS = "yours"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that would be written or taken away; `diff` is from what is there to what would be."""

    path: str
    how: How
    diff: str


def digest(text: str) -> str:
    """The sha256 of a text as it will stand on disk."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def write(files: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """Write the files; the paths of those that are new or differ from before.

    Raises EditedFilesError, before anything is written, if a person has changed a file that would become another, and
    MigrationError if the folder holds something else or cannot be written.
    """
    try:
        with alone(folder):
            found = differences(files, folder)
            _refuse_edits([d for d in found if d.how is How.YOURS], folder)
            changed = tuple(d.path for d in found if d.how in (How.NEW, How.CHANGED))
            gone = [d.path for d in found if d.how is How.GONE]
            if found:
                replace(folder, {path: files[path] for path in changed}, gone, MANIFEST)
            return changed
    except OSError as problem:
        raise MigrationError(f"{folder} cannot be written: {problem.strerror or problem}.") from problem


def differences(files: Mapping[str, str], folder: Path) -> list[Difference]:
    """What writing these files would change in the folder, file by file. Raises MigrationError if it is not ours."""
    known = generated_before(folder)
    found = []
    for path, text in sorted(files.items()):
        there = _read(folder, path)
        if there is None:
            found.append(Difference(path, How.NEW, _diff("", text, path)))
        elif there != text:
            edited = path != MANIFEST and digest(there) != known.get(path)
            found.append(Difference(path, How.YOURS if edited else How.CHANGED, _diff(there, text, path)))
    for path in sorted(known.keys() - files.keys()):
        there = _read(folder, path)
        if there is not None and digest(there) == known[path]:
            found.append(Difference(path, How.GONE, _diff(there, "", path)))
    return found


def told_before(folder: Path) -> Mapping[str, Any]:
    """The manifest of an earlier generation; empty for a new folder. Raises MigrationError if it cannot be read."""
    text = _read(folder, MANIFEST)
    if text is None:
        return {}
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("files"), dict):
        place = folder / MANIFEST
        raise MigrationError(f"{place} is not what lastgood wrote: name another folder, or remove this one.")
    return told


def generated_before(folder: Path) -> dict[str, str]:
    """Path and digest of what an earlier generation wrote; empty for a new folder.

    Raises MigrationError for a folder that holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise MigrationError(f"{folder} is a file: name a folder for the project.")
    told = told_before(folder)
    if not told and folder.is_dir() and any(folder.iterdir()):
        raise MigrationError(f"{folder} is not empty and was not made by lastgood: name another folder.")
    return {str(path): str(value) for path, value in told.get("files", {}).items() if _stays_inside(str(path))}


def _stays_inside(path: str) -> bool:
    """Whether a path of a manifest, which anybody can have written, leads to a file in the project."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _refuse_edits(edited: list[Difference], folder: Path) -> None:
    if edited:
        names = ", ".join(d.path for d in edited[:3]) + (f" and {len(edited) - 3} more" if len(edited) > 3 else "")
        raise EditedFilesError(
            f"{names} in {folder} {'was' if len(edited) == 1 else 'were'} changed by hand, so nothing was written: "
            "keep your changes by naming another folder, or undo them.",
            "".join(d.diff for d in edited),
        )


def _diff(there: str, new: str, path: str) -> str:
    lines = difflib.unified_diff(
        there.splitlines(keepends=True), new.splitlines(keepends=True), f"{path} (yours)", f"{path} (new)"
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _read(folder: Path, path: str) -> str | None:
    """The text of a file of the project, None if there is none."""
    place = folder
    for part in Path(path).parts[:-1]:
        place /= part
        if place.is_symlink():
            raise MigrationError(f"{place} is a link to another folder: lastgood writes into folders of its own only.")
    try:
        return (folder / path).read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else "it is not UTF-8 text"
        raise MigrationError(f"{folder / path} cannot be read: {reason}.") from None
