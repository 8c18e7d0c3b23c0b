"""Standard output and standard error: the result goes to one, everything else to the other.

It knows terminals, colour, width and characters that must not reach a terminal raw; it knows no command.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from lastgood.exits import Exit
from lastgood.problems import Problem


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def coloured(wish: Colour) -> bool:
    """Whether to colour standard output: the option first, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    if wish is not Colour.AUTO:
        return wish is Colour.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to fill: COLUMNS, else the terminal's, else 80."""
    return shutil.get_terminal_size((80, 24)).columns


def printable(text: str) -> str:
    """The text with control, bidirectional and unpaired characters as escapes, so that it cannot steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def out(text: str) -> None:
    """Write the result, in UTF-8 whatever the locale, and flush it.

    A reader that went away ends the process quietly.
    """
    if sys.stdout is None:
        raise Problem("Standard output is closed, so there is no place for the result.")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # What Python flushes at its end must not fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(Exit.PIPE_CLOSED) from None
    except OSError as problem:
        raise Problem(f"Standard output cannot be written: {problem.strerror}.") from None


def note(sentence: str) -> None:
    """One line on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(printable(sentence) + "\n")  # Python escapes there what the locale lacks
        sys.stderr.flush()


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A line on standard error while something takes long; it vanishes, and shows on a terminal only."""
    shown = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if shown:
        sys.stderr.write(printable(what)[: width() - 1])
        sys.stderr.flush()
    try:
        yield
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
