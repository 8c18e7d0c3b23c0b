"""Markdown to sessions: files, and commands with what they print.

A session is a section under `## Its name`. A fenced block with `title="app.py"` is a file that is laid out before the
next command. In a `console` block a line that starts with `$ ` is a command, the lines after it are what it prints to
standard output and then to standard error; `...` stands for
any lines, inside of a line for any words, `[2]` for the exit code (0 if there is none).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PART = re.compile(
    r"^```(?P<info>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$|^## (?P<name>[^\n]+)$",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"^\[(\d+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Write:
    """A file to lay out."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command with the text that it prints and its exit code."""

    line: str
    prints: str
    code: int

    def fits(self, printed: str) -> bool:
        """Whether this was printed."""
        lines = [r"(?:.*\n)*?" if line == "..." else _loose(line) + r"\n" for line in self.prints.splitlines()]
        return re.fullmatch("".join(lines), printed) is not None


@dataclass
class Session:
    """One section of a Markdown file."""

    source: str
    name: str
    acts: list[Write | Command] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


def sessions(path: Path) -> Iterator[Session]:
    """The sessions of one Markdown file."""
    session = None
    for part in _PART.finditer(path.read_text(encoding="utf-8")):
        if part["name"]:
            if session is not None:
                yield session
            session = Session(path.stem, part["name"])
        elif session is not None:
            body = part["body"]
            session.acts += list(_commands(body)) if part["info"] == "console" else [Write(part["title"], body)]
    if session is not None:
        yield session


def _loose(line: str) -> str:
    return ".*".join(map(re.escape, line.split("...")))


def _commands(body: str) -> Iterator[Command]:
    _, *parts = re.split(r"^\$ (.+)\n", body, flags=re.MULTILINE)
    for line, printed in zip(parts[::2], parts[1::2], strict=True):
        code = _CODE.search(printed)
        yield Command(line, _CODE.sub("", printed).rstrip("\n"), int(code[1]) if code else 0)
