"""Words that a person may have meant, and the lines where keys stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?`, else the known words if they are few, else nothing."""
    words = sorted(known)
    close = get_close_matches(word.lower().replace("_", "-"), words, 1, 0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(words)}" if 0 < len(words) <= 15 else ""


def shown(word: object) -> str:
    """A word of somebody's file in a sentence, on one line and not too long."""
    text = "".join(c if c.isprintable() else " " for c in str(word))
    return f"'{text if len(text) <= LONGEST else text[: LONGEST - 3] + '...'}'"


def line_of(text: str, table: str, key: str) -> int | None:
    """The line where a key of a table stands in TOML text, None if it cannot be told."""
    names = rf"['\"]?{re.escape(key)}['\"]?"
    here = not table
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([^\]]*?)\s*\]", line)
        if header is not None:
            name = header[1].replace('"', "").replace("'", "").replace(" ", "")
            here = name == table
            if name == ".".join(part for part in (table, key) if part):
                return number
        elif here and re.match(rf"\s*{names}\s*[=.]", line):
            return number
    return None
