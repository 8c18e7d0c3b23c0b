"""An explanation of one place, as text for a terminal."""

from __future__ import annotations

import textwrap

from assess.model.explanation import Explanation
from reports.clean import cleaned


def render_why(explanation: Explanation, width: int = 80) -> str:
    """The place, each call on it with its verdict and reasons, and what is to be said of the place as a whole."""
    told = cleaned(explanation)
    cell = "" if told.cell is None else f"[{told.cell}]"
    function = f" in {told.function}" if told.function else ""
    lines = [f"{told.file}{cell}:{told.line}{function}"]
    for call in told.calls:
        lines += ["", f"  {call.call}  {call.verdict}"]
        lines += [line for sentence in call.because for line in _wrapped(sentence, width, "    ")]
    lines.append("")
    lines += [line for sentence in told.because for line in _wrapped(sentence, width, "  ")]
    return "\n".join(lines) + "\n"


def _wrapped(sentence: str, width: int, indent: str) -> list[str]:
    """Filled lines; a row to copy stays in one piece."""
    wide = max(width, 40)
    return textwrap.wrap(
        sentence, wide, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
