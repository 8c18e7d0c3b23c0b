"""Git's ignore rules: which files and folders of a tree its owner keeps out of the repository.

Knows the patterns of `.gitignore` files, and from git's index which files are kept although a pattern names them. The
tree is walked from the top, so a folder that is ignored is never entered, as git does it. Global and per-clone rules
are the machine's, not the code's, and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from assess.reading.small import read_small

NAME = ".gitignore"
LARGEST = 256_000
MOST_RULES = 2_000
LARGEST_INDEX = 64_000_000
_HEADER = 62
"""Bytes of an index entry before its name: times, numbers, sizes, hash and flags."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file; `names` tells whether it is matched against the bare name or the whole path."""

    file: str
    line: int
    pattern: re.Pattern[str]
    names: bool
    keeps: bool
    folders: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold in one folder: those of the folders above it, nearest last."""

    layers: tuple[tuple[str, tuple[Rule, ...]], ...] = ()
    closed: Rule | None = None
    """The rule that keeps this whole folder out; only what git keeps all the same is read in it."""

    def entering(self, folder: Path, path: str) -> Rules:
        """The rules inside a folder, whose path relative to the root ends in `/` (the root's is empty)."""
        own = _read(folder / NAME, path)
        return replace(self, layers=(*self.layers, (path, own))) if own else self

    def ignoring(self, path: str, *, folder: bool) -> Rule | None:
        """The rule that keeps this path out, if one does; `path` is relative to the root."""
        if self.closed is not None:
            return self.closed
        name = path.rpartition("/")[2]
        for base, rules in reversed(self.layers):
            inner = path[len(base) :]
            for rule in reversed(rules):
                if rule.folders and not folder:
                    continue
                if rule.pattern.match(name if rule.names else inner):
                    return None if rule.keeps else rule
        return None


NO_RULES = Rules()


def rules_of(patterns: Iterable[str], source: str) -> Rules:
    """Rules of somebody's own, by the same patterns; `source` says where they stand."""
    made = (_rule(pattern, source, number) for number, pattern in enumerate(patterns, 1))
    found = tuple(rule for rule in made if rule is not None)
    return Rules((("", found),)) if found else NO_RULES


def _read(file: Path, path: str) -> tuple[Rule, ...]:
    data = read_small(file, LARGEST)
    if data is None:
        return ()
    text = data.decode("utf-8", "replace")
    lines = text.removeprefix("\ufeff").splitlines()[:MOST_RULES]
    made = (_rule(line, f"{path}{NAME}", number) for number, line in enumerate(lines, 1))
    return tuple(rule for rule in made if rule is not None)


def _rule(line: str, file: str, number: int) -> Rule | None:
    text = line if line.endswith("\\ ") else line.rstrip()
    if not text or text.startswith("#"):
        return None
    keeps = text.startswith("!")
    text = text[1:] if keeps else text
    folders = text.endswith("/")
    text = text.rstrip("/") if folders else text
    names = "/" not in text
    pattern = _compiled(text.removeprefix("/"))
    return Rule(file, number, pattern, names, keeps, folders) if text and pattern is not None else None


_STAR = "[^/]*"
_ANY_FOLDERS = "(?:.*/)?"


@lru_cache(maxsize=4096)
def _compiled(text: str) -> re.Pattern[str] | None:
    """A pattern as a regular expression; None if it is none."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        piece, at = _piece(text, at)
        pieces.append(piece)
    try:
        return re.compile(_across(pieces) + r"\Z", re.DOTALL)
    except re.error:
        return None


def _across(pieces: list[str]) -> str:
    """The pieces joined so that no name makes the match slow: what follows a gap is taken where it first fits."""
    parts = _split(pieces, _ANY_FOLDERS)
    joined = [_within(part) for part in parts]
    middle = [f"(?>(?:.*?/)??{part})" for part in joined[1:-1]]
    return joined[0] + "".join(middle) + (_ANY_FOLDERS + joined[-1] if len(joined) > 1 else "")


def _within(pieces: list[str]) -> str:
    parts = ["".join(part) for part in _split(pieces, _STAR)]
    middle = [f"(?>{_STAR}?{part})" for part in parts[1:-1] if part]
    return parts[0] + "".join(middle) + (_STAR + parts[-1] if len(parts) > 1 else "")


def _split(pieces: list[str], gap: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for piece in pieces:
        if piece == gap:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _piece(text: str, at: int) -> tuple[str, int]:
    """The expression for what stands at a place of the pattern, and where the next one starts."""
    if text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
        return _ANY_FOLDERS, at + 3
    if text[at:] == "**" and at and text[at - 1] == "/":
        return ".+", at + 2
    char = text[at]
    if char == "*":
        return _STAR, at + 1
    if char == "?":
        return "[^/]", at + 1
    if char == "[":
        end = text.find("]", at + 2)
        if end > 0:
            inner = text[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            inner = "^" + inner[1:] if inner[0] in "!^" else inner
            return f"(?!/)[{inner}]", end + 1
    if char == "\\" and at + 1 < len(text):
        return re.escape(text[at + 1]), at + 2
    return re.escape(char), at + 1


def tracked_files(root: Path) -> frozenset[str]:
    """The paths that git keeps, from the index of a repository at root; empty if there is none that can be read."""
    data = read_small(root / ".git" / "index", LARGEST_INDEX) or b""
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in (2, 3):
        return frozenset()
    return frozenset(_entries(data, int.from_bytes(data[8:12], "big")))


def _entries(data: bytes, count: int) -> list[str]:
    """The names in an index of version 2 or 3, as far as it can be read."""
    found: list[str] = []
    at = 12
    for _ in range(count):
        if at + _HEADER > len(data):
            break
        extended = data[at + 60] & 0x40
        start = at + _HEADER + (2 if extended else 0)
        end = data.find(b"\0", start)
        if end < 0:
            break
        found.append(data[start:end].decode("utf-8", "backslashreplace"))
        at += (end - at + 8) // 8 * 8
    return found
