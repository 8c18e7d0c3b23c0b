"""Ids for links inside a page: made from ids of the assessment, harmless in HTML, unique and stable."""

from __future__ import annotations

import hashlib
import re


class Anchors:
    """Hands out anchors; the same words twice get a number at the end."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def make(self, prefix: str, *parts: str) -> str:
        """An anchor such as `f-3f2a`; what is no letter, digit, dot or dash is replaced and told apart by a hash."""
        raw = "-".join(parts)
        safe = re.sub(r"[^A-Za-z0-9.-]+", "-", raw)[:80].strip("-")
        if safe != raw:
            digest = hashlib.sha256(raw.encode("utf-8", "backslashreplace")).hexdigest()[:8]
            safe = f"{safe}-{digest}" if safe else digest
        anchor, number = f"{prefix}-{safe}", 2
        while anchor in self._used:
            anchor, number = f"{prefix}-{safe}-{number}", number + 1
        self._used.add(anchor)
        return anchor
