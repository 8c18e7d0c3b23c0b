"""Which version of Python a text needs that this one refuses, as far as the refused lines tell.

Knows the syntax that came after the oldest version that the tool runs on, and what only Python 2 knows; a text that is
merely wrong needs neither.
"""

from __future__ import annotations

import re

LONGEST_LINE = 2_000
AROUND = 3
"""Lines before the one that the parser names: an f-string or a bracket may have begun there."""

_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("3.15", re.compile(r"^\s*lazy\s+(?:import|from)\s+\w")),
    ("3.15", re.compile(r"[\[({]\s*\*{1,2}[A-Za-z_][\w.]*\s+for\s")),
    ("3.14", re.compile(r"(?:^|[\s=(,\[{:])(?:[tT][rR]?|[rR][tT])(?:\"|')")),
    ("3.14", re.compile(r"^\s*except\*?\s+[\w.]+(?:\s*,\s*[\w.]+)*\s*,\s*(?=[\w.]*[A-Z.])[\w.]+\s*:")),
    ("3.13", re.compile(r"^\s*(?:class|def|async\s+def|type)\s+\w+\s*\[[^\]\n]*=[^\]\n]*\]\s*[(:=]")),
    ("3.12", re.compile(r"^\s*(?:class|def|async\s+def)\s+\w+\s*\[")),
    ("3.12", re.compile(r"^\s*type\s+[A-Za-z_]\w*\s*(?:\[|=[^=])")),
)
_F_STRING = re.compile(r"(?:^|[\s=(,\[{:])(?:[fF][rR]?|[rR][fF])(?:\"|')")
_OF_F_STRINGS = (
    "f-string", "unterminated string", "unterminated triple-quoted", "Perhaps you forgot a comma",
    "unexpected character after line continuation",
)  # fmt: skip
"""What is said of quotes of the same kind, backslashes and comments inside the braces of an f-string."""


def needed_version(text: str, line: int, message: str) -> str | None:
    """The oldest version that knows the syntax at a line, or None if the line shows none that is newer."""
    lines = text.split("\n")
    near = [part[:LONGEST_LINE] for part in lines[max(0, line - 1 - AROUND) : line]]
    for part in reversed(near):
        for version, sign in _SIGNS:
            if sign.search(part):
                return version
    if "cannot be used in comprehension" in message or "cannot be used in dict comprehension" in message:
        return "3.15"
    told = any(sign in message for sign in _OF_F_STRINGS)
    return "3.12" if told and any(_F_STRING.search(part) for part in near) else None


_PYTHON_2 = re.compile(
    r"""^\s*(?:print\s+(?:>>|[^=\s(.,:])|exec\s+[^=\s(.,:]|raise\s+[\w.]+\s*,|except\s+[\w.(), ]+,\s*[a-z_]\w*\s*:)
    |`[^`]+`|<>|\b0[0-7]+\b|\b\d+[lL]\b|\bur["']""",
    re.VERBOSE,
)


def is_python_2(text: str, line: int) -> bool:
    """Whether the refused line, or the one before it, is one that only Python 2 reads."""
    near = text.split("\n")[max(0, line - 2) : line]
    return any(_PYTHON_2.search(part[:LONGEST_LINE]) for part in near)
