"""A folder on disk becomes another in one move: after a kill at any moment the old one is there or the new one.

The new folder is put together beside the old one and the two change places. What is not ours in the old one goes into
the new one under both names (hard links), so nothing of it can get lost on the way. What a killed process left behind
is cleared away by the next.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_SWAP = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}
"""The system's call that exchanges two names, and its flag."""
_AT_FDCWD = {"linux": -100, "darwin": -2}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Inside, no other process of ours writes beside this folder; what one that was killed left there is gone."""
    made = _made(folder.parent)
    try:
        number = os.open(folder.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(number, fcntl.LOCK_EX)
                for left in folder.parent.glob(f"{_prefix(folder)}*"):
                    shutil.rmtree(left, ignore_errors=True)
            yield
        finally:
            os.close(number)
    finally:
        for parent in made:
            with suppress(OSError):  # it is not empty: the folder stands in it
                parent.rmdir()


def _made(parent: Path) -> list[Path]:
    """Make the folders above; those that were missing, the innermost first."""
    missing = [p for p in (parent, *parent.parents) if not p.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _prefix(folder: Path) -> str:
    return f".lastgood-{hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:12]}-"


def replace(folder: Path, files: Mapping[str, str], gone: Collection[str], last: str) -> None:
    """Write these files into the folder and take those away; `last` is the one that says that all are there.

    Raises OSError; the folder is then as it was.
    """
    staged = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        for path, text in files.items():
            target = staged / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="")
        if not folder.exists():
            staged.chmod(0o777 & ~_umask())
            staged.replace(folder)
        elif _in_use(folder) or not _taken_along(folder, staged, files, gone) or not _swapped(staged, folder):
            _one_by_one(staged, folder, files, gone, last)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Whether the caller's shell stands in the folder: it would find itself in the old one."""
    try:
        return Path.cwd().is_relative_to(folder)
    except OSError:
        return False


def _taken_along(folder: Path, staged: Path, files: Collection[str], gone: Collection[str]) -> bool:
    """Give everything else in the folder a second name in the new one; False where the file system knows only one."""
    try:
        for place, folders, names in os.walk(folder):
            here = Path(place).relative_to(folder)
            links = [name for name in folders if (folder / here / name).is_symlink()]
            for name in (n for n in folders if n not in links):
                (staged / here / name).mkdir(exist_ok=True)
                shutil.copystat(folder / here / name, staged / here / name)
            for name in (*names, *links):
                if (here / name).as_posix() not in {*files, *gone}:
                    os.link(folder / here / name, staged / here / name, follow_symlinks=False)
        for path in gone:
            with suppress(OSError):  # something else stands in its folder
                (staged / path).parent.rmdir()
        shutil.copystat(folder, staged)
    except (OSError, NotImplementedError):
        return False
    return True


def _swapped(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    name, flag = _SWAP.get(sys.platform, ("", 0))
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError):
        return False
    here = _AT_FDCWD[sys.platform]
    if call(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(flag)) == 0:
        return True
    known = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EBUSY)
    if (number := ctypes.get_errno()) in known:
        return False
    raise OSError(number, os.strerror(number))


def _one_by_one(staged: Path, folder: Path, files: Mapping[str, str], gone: Collection[str], last: str) -> None:
    """Move file by file. As long as the last one is the old one, an interrupted move can be made again."""

    def move(path: str) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(folder / path)

    for path in files:
        if path != last:
            move(path)
    for path in gone:
        (folder / path).unlink(missing_ok=True)
        with suppress(OSError):  # something else stands in its folder
            (folder / path).parent.rmdir()
    if last in files:
        move(last)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
