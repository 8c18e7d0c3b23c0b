"""Keeps what was read from a tree, so that the same bytes are not followed twice.

One file an entry, named by a digest over everything that reading depends on: the bytes of the tree and of what stands
beside it, the catalogue, this tool and the Python it runs on. What judges (checks, crash table, scores, what the owner
decided) is cheap and always done anew. An entry is JSON and never code; one that is damaged, cut short or of another
make counts as none and is written again. Files are put in place whole, so two runs may share a folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assess.model.source import Skipped, Unresolved
from assess.model.wire import WireError, from_json, to_json
from assess.model.woven import WovenPipeline
from assess.reading.tree import SourceTree

MOST_BYTES = 256_000_000
"""Of a folder with kept entries; the ones that were used longest ago go first."""
LARGEST_ENTRY = 512_000_000
"""Bytes of one entry once unpacked: more is not what was written."""
SUFFIX = ".woven"
_HEAD = 32
_FROM_ROOT = ("pyproject.toml", "setup.cfg")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a tree gave; `skipped` is what came up while files were read, not while they were looked for."""

    pipelines: tuple[WovenPipeline, ...]
    unresolved: tuple[Unresolved, ...]
    skipped: tuple[Skipped, ...]


def key_of(tree: SourceTree, choices: Iterable[str], rows: Iterable[Path]) -> str:
    """A digest over all that decides what reading this tree gives; `rows` are the user's catalogue files."""
    digest = hashlib.blake2b(digest_size=20)
    for part in (*_tool(), *choices, tree.root.name, *sorted(os.listdir(tree.root))):  # noqa: PTH208 - only names
        digest.update(part.encode(errors="surrogateescape") + b"\0")
    for path, sha in sorted(tree.digests().items()):
        digest.update(f"{path}\0{sha}\0".encode(errors="surrogateescape"))
    for found in sorted(tree.beside, key=lambda f: f.path):
        digest.update(found.path.encode(errors="surrogateescape") + b"\0" + hashlib.sha256(found.data).digest())
    for file in (*(tree.root / name for name in _FROM_ROOT), *rows):
        with suppress(OSError):
            digest.update(str(file.name).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def recall(folder: Path, key: str) -> Reading | None:
    """What was kept under this key, or None."""
    file = folder / f"{key}{SUFFIX}"
    try:
        packed = file.read_bytes()
        if hashlib.blake2b(packed[_HEAD:], digest_size=_HEAD).digest() != packed[:_HEAD]:
            return None
        found = from_json(Reading, json.loads(zlib.decompressobj().decompress(packed[_HEAD:], LARGEST_ENTRY)))
        os.utime(file)
    except (OSError, ValueError, zlib.error, WireError, RecursionError):
        return None
    return found


def keep(folder: Path, key: str, reading: Reading) -> None:
    """Keep a reading; a folder that cannot be written to keeps nothing."""
    body = zlib.compress(json.dumps(to_json(reading), ensure_ascii=False, separators=(",", ":")).encode(), 1)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(hashlib.blake2b(body, digest_size=_HEAD).digest() + body)
            Path(name).replace(folder / f"{key}{SUFFIX}")
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _trim(folder)


def _trim(folder: Path) -> None:
    entries = sorted(((s.st_mtime, s.st_size, p) for p in folder.glob(f"*{SUFFIX}") if (s := p.stat())), reverse=True)
    room = MOST_BYTES
    for _, size, path in entries:
        room -= size
        if room < 0:
            path.unlink(missing_ok=True)


def _tool() -> Iterator[str]:
    """What this tool is made of: another version, or an edited file of it, reads anew."""
    yield f"{sys.implementation.cache_tag}"
    for folder, folders, names in os.walk(Path(__file__).parent):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        for name in sorted(names):
            if name.endswith((".py", ".toml")):
                status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - hundreds of files
                yield f"{name} {status.st_size} {status.st_mtime_ns}"
