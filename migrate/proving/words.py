"""Text for a terminal: tables, and words that cannot steer it."""

from __future__ import annotations

from collections.abc import Sequence


def grid(lines: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their widest cell; the first to the left."""
    texts = [[clean_text(str(cell)) for cell in line] for line in lines]
    widths = [max(len(line[n]) for line in texts) for n in range(len(texts[0]))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in texts)


def clean_text(text: str) -> str:
    """Text that cannot steer a terminal: what is not printable is shown as its escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
