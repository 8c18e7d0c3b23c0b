"""The one exception that commands raise for whatever a person can put right."""

from __future__ import annotations

from lastgood.exits import Exit


class Problem(Exception):  # noqa: N818 - a problem is not a fault of ours
    """One clear sentence for the person, with what to do about it, and the exit code that goes with it."""

    def __init__(self, sentence: str, code: Exit = Exit.FAULT) -> None:
        super().__init__(sentence)
        self.code = code
