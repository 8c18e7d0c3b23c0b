"""The exit codes, for every command, in one place."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the process says when it ends. Scripts rely on these: a changed meaning is a breaking change."""

    DONE = 0
    FOUND = 1  # assess: something at or above --fail-on
    FAILED = 1  # other commands: a proof or a comparison failed
    FAULT = 2  # wrong use, wrong configuration, or a fault of our own
    NOTHING = 3  # no Python to read; nothing to do
    INTERRUPTED = 130  # Ctrl-C, as shells count it
    PIPE_CLOSED = 141  # the reader of our output went away, as shells count it
