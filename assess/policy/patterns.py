"""Whether a path is meant by patterns like those of `.gitignore`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from assess.reading.ignoring import Rules, rules_of


def meaning(patterns: Iterable[str], source: str | None = None) -> Rules:
    """The patterns as rules; `source` is the file that they stand in."""
    return rules_of(patterns, source or "the command line")


def matches(rules: Rules, path: str) -> bool:
    """Whether a file, or a folder that it lies in, is meant."""
    folders = [str(folder) for folder in PurePosixPath(path).parents if str(folder) != "."]
    return rules.ignoring(path, folder=False) is not None or any(
        rules.ignoring(folder, folder=True) is not None for folder in folders
    )
