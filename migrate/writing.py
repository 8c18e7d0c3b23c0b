"""Files in memory to a folder on disk: all of them or none, and never over what a person has changed.

The manifest in the folder holds the digest of every file as it was generated; a file whose digest differs has been
edited. New content is put together beside the folder and moved into place at the end.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from migrate.errors import EditedFilesError, MigrationError

MANIFEST = "lastgood.json"


def digest(text: str) -> str:
    """The sha256 of a text as it will stand on disk."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def write(files: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """Write the files; the paths of those that are new or differ from before.

    Raises EditedFilesError, before anything is written, if a person has changed a file that would become another, and
    MigrationError if the folder holds something else or cannot be written.
    """
    known = _generated_before(folder)
    _refuse_edits(files, folder, known)
    changed = tuple(path for path, text in sorted(files.items()) if _read(folder / path) != text)
    stale = [path for path in known if path not in files and digest(_read(folder / path) or "") == known[path]]
    if not changed and not stale:
        return ()
    try:
        _put({path: files[path] for path in changed}, stale, folder)
    except OSError as problem:
        raise MigrationError(f"{folder} cannot be written: {problem.strerror or problem}.") from problem
    return changed


def _generated_before(folder: Path) -> dict[str, str]:
    """Path and digest of what an earlier generation wrote; empty for a new folder."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise MigrationError(f"{folder} is a file: name a folder for the project.")
    text = _read(folder / MANIFEST)
    if text is None:
        if any(folder.iterdir()):
            raise MigrationError(f"{folder} is not empty and was not made by lastgood: name another folder.")
        return {}
    try:
        told = json.loads(text)["files"]
        return {str(path): str(value) for path, value in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MigrationError(f"{folder / MANIFEST} cannot be read: name another folder, or remove this one.") from None


def _refuse_edits(files: Mapping[str, str], folder: Path, known: Mapping[str, str]) -> None:
    edited = []
    for path, text in sorted(files.items()):
        there = _read(folder / path)
        if path != MANIFEST and there is not None and there != text and digest(there) != known.get(path):
            edited.append(path)
    if edited:
        diff = "".join(_diff(_read(folder / path) or "", files[path], path) for path in edited)
        names = ", ".join(edited[:3]) + (f" and {len(edited) - 3} more" if len(edited) > 3 else "")
        raise EditedFilesError(
            f"{names} in {folder} {'was' if len(edited) == 1 else 'were'} changed by hand, so nothing was written: "
            "keep your changes by naming another folder, or undo them.",
            diff,
        )


def _diff(there: str, new: str, path: str) -> str:
    lines = difflib.unified_diff(
        there.splitlines(keepends=True), new.splitlines(keepends=True), f"{path} (yours)", f"{path} (new)"
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise MigrationError(f"{path} cannot be read: {problem}.") from None


def _put(files: Mapping[str, str], stale: list[str], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, text in files.items():
            target = staged / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="")
        if not folder.exists():
            staged.chmod(0o777 & ~_umask())
            staged.replace(folder)
            return
        # The manifest goes last: as long as it is the old one, an interrupted move can be made again.
        for path in sorted(files, key=lambda p: p == MANIFEST):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (staged / path).replace(folder / path)
        for path in stale:
            (folder / path).unlink(missing_ok=True)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
