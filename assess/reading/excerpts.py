"""Quoted source lines, with what looks like a secret masked."""

from __future__ import annotations

import re

from assess.model.source import ExcerptLine
from assess.reading.tree import SourceTree

AROUND = 2
LONGEST = 200
_ASSIGNED = re.compile(
    r"(?i)((?:api[_-]?key|secret|token|passw(?:or)?d|credential|private[_-]?key|authorization)\w*[\"']?\s*[:=]\s*"
    r"(?:f|b|r)?[\"'])([^\"']{4,})([\"'])"
)
_SHAPED = re.compile(
    r"sk-[\w-]{12,}|xox[abprs]-[\w-]{8,}|gh[pousr]_\w{16,}|AKIA[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|(?<=Bearer )[\w.~+/-]{8,}|(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)"
)


def mask(text: str) -> str:
    """The text with secrets replaced by bullets."""
    return _SHAPED.sub("••••", _ASSIGNED.sub(r"\1••••\3", text))


def excerpt(tree: SourceTree, file: str, line: int, end_line: int, cell: int | None) -> tuple[ExcerptLine, ...]:
    """The lines from a little before `line` to a little after `end_line` (at most ten of the place itself)."""
    syntax = tree.syntax(file) if file in tree.data else None
    if syntax is None:
        return ()
    lines = syntax.lines(cell)
    first, last = max(1, line - AROUND), min(len(lines), min(end_line, line + 9) + AROUND)
    return tuple(ExcerptLine(n, mask(lines[n - 1])[:LONGEST]) for n in range(first, last + 1))
