"""Which commit of a repository is checked out, from git's own files: no program runs on the scanned tree."""

from __future__ import annotations

import re
from pathlib import Path

from assess.reading.small import read_small

MOST = 64_000_000
_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAME = re.compile(r"refs/[\w./@{}+#%=,~!&()-]{1,400}")


def checked_out(root: Path) -> str | None:
    """The commit's hash; None if root is no repository or its files say nothing that could be one."""
    git = root / ".git"
    head = (read_small(git / "HEAD", 1_000) or b"").strip()
    if not head.startswith(b"ref: "):
        return _hash(head)
    name = head.removeprefix(b"ref: ").decode("utf-8", "replace")
    if not _NAME.fullmatch(name) or ".." in name:
        return None
    loose = read_small(git / name, 1_000)
    if loose is not None:
        return _hash(loose.strip())
    packed = (read_small(git / "packed-refs", MOST) or b"").split(b"\n")
    return next((_hash(line.split(b" ")[0]) for line in packed if line.endswith(b" " + name.encode())), None)


def _hash(text: bytes) -> str | None:
    return text.decode() if _HASH.fullmatch(text) else None
