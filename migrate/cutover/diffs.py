"""Edits to the text of a file, and the difference as a unified diff that `git apply` and `patch` take."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from migrate.cutover.change import Edit


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits, which do not overlap."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        (first, left), (last, right) = edit.start, edit.end
        before, after = lines[first - 1][:left], lines[last - 1][right:]
        lines[first - 1 : last] = (before + edit.text + after).split("\n")
    return "\n".join(lines)


def unified(path: str, old: str, new: str) -> str:
    """The diff of one file, with the prefixes of git."""
    told = difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in told)


def _lines(text: str) -> list[str]:
    """Lines with their ends; nothing but a line feed ends one here."""
    parts = text.split("\n")
    return [f"{p}\n" for p in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
