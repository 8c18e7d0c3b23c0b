"""The one exception that commands raise for whatever a person can put right."""

from __future__ import annotations

from collections.abc import Sequence

from lastgood.exits import Exit


class Problem(Exception):  # noqa: N818 - a problem is not a fault of ours
    """One clear sentence for the person, with what to do about it, and the exit code that goes with it.

    `mistakes` are told under the sentence, one a line, where several things are to be put right.
    """

    def __init__(self, sentence: str, code: Exit = Exit.FAULT, mistakes: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.mistakes = tuple(mistakes)
