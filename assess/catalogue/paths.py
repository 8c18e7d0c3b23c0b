"""Dotted paths and the patterns that match them; knows nothing of what a path stands for.

A path is what a resolver writes down while it follows a value: `openai.OpenAI.chat.completions.create`, with a literal
first argument in brackets where it names a service: `boto3.client(s3).put_object`. In a pattern `*` stands for
one segment or a part of one, `**` for any number of segments (also none), `{a,b}` for either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

_BRACES = re.compile(r"\{([^{}]*)\}")
_SEGMENT = re.compile(r"[^.(]*(?:\([^)]*\))?")
_BRACKET = re.compile(r"\([^)]*\)")

T = TypeVar("T")


def expand(written: str) -> Iterator[str]:
    """Every path that a key with `{a,b}` alternatives stands for."""
    found = _BRACES.search(written)
    if found is None:
        yield written
        return
    for choice in found[1].split(","):
        yield from expand(written[: found.start()] + choice.strip() + written[found.end() :])


def segments(path: str) -> list[str]:
    """The parts of a path; a dot inside brackets does not part."""
    if "(" not in path:
        return path.split(".")
    parts = []
    at = 0
    while at <= len(path):
        found = _SEGMENT.match(path, at)
        end = found.end() if found else at
        parts.append(path[at:end])
        at = end + 1
    return parts


def prefixes(path: str) -> Iterator[str]:
    """The path itself and every shorter beginning of it, longest first."""
    parts = segments(path)
    for count in range(len(parts), 0, -1):
        yield ".".join(parts[:count])


def without_brackets(path: str) -> str:
    """The path as it reads when no literal argument is known."""
    return _BRACKET.sub("", path)


def _compile(pattern: str) -> re.Pattern[str]:
    text = ""
    for part in segments(pattern):
        if part == "**":
            text += r"(?:\.(?:[^.()]|\([^)]*\))+)*"
        else:
            pieces = (re.escape(piece) for piece in part.split("*"))
            text += r"\." + r"(?:[^.()]|\([^)]*\))*".join(pieces)
    return re.compile(text)


class Paths(Generic[T]):
    """Values by path or pattern: an exact path wins over a pattern, of two patterns the one with more literal text."""

    def __init__(self) -> None:
        self._exact: dict[str, T] = {}
        self._patterns: dict[str, list[tuple[str, T]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __setitem__(self, path: str, value: T) -> None:
        if "*" not in path:
            self._exact[path] = value
            return
        last = segments(path)[-1]
        self._patterns.setdefault("*" if "*" in last else last, []).append((path, value))

    def exact(self, path: str) -> T | None:
        """The value written for exactly this path."""
        return self._exact.get(path)

    def items(self) -> Iterator[tuple[str, T]]:
        """All paths and patterns with their values."""
        yield from self._exact.items()
        for found in self._patterns.values():
            yield from found

    def find(self, path: str) -> T | None:
        """The value whose path or pattern fits best, or None."""
        found = self.match(path)
        return found[1] if found else None

    def match(self, path: str) -> tuple[str, T] | None:
        """The path or pattern that fits best, with its value, or None."""
        if path in self._exact:
            return path, self._exact[path]
        best: tuple[int, str, T] | None = None
        for pattern, value in self._candidates(path):
            weight = len(pattern) - 2 * pattern.count("*")
            if (best is None or weight > best[0]) and self._pattern(pattern).fullmatch("." + path):
                best = (weight, pattern, value)
        return best[1:] if best else None

    def _candidates(self, path: str) -> Iterator[tuple[str, T]]:
        if self._patterns:
            yield from self._patterns.get(segments(path)[-1], ())
            yield from self._patterns.get("*", ())

    def _pattern(self, pattern: str) -> re.Pattern[str]:
        if pattern not in self._compiled:
            self._compiled[pattern] = _compile(pattern)
        return self._compiled[pattern]
