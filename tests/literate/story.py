"""Markdown to stories: the files that a story tells of, and what it expects of them.

A story is a section under `## Its name`. A fenced block with `title="app/pipeline.py"` is a file (several names share
one text; blocks with the name of one notebook are its cells). Marks in the code say what stands on a line: `# step:
model` is found there, `# missed: model` should be and is not yet. A story with marks expects no step on any other
line. The block `expect` says the rest in the words of `notation`, and `known-miss` what it should say one day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^```(?P<info>.*)$")
_TITLE = re.compile(r'title="(?P<names>[^"]+)"')
_MARK = re.compile(r"#\s*(?P<word>step|missed): (?P<kinds>[a-z_]+(?:, [a-z_]+)*)")

Mark = tuple[str, int | None, int, str]
"""File, cell, line and kind of a step."""


@dataclass
class Story:
    """One section of a Markdown file."""

    source: str
    name: str
    cells: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    expect: str | None = None
    known_miss: str | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"

    def write(self, root: Path) -> Path:
        """Lay the files out under root."""
        for name, cells in self.cells.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_notebook(cells) if name.endswith(".ipynb") else "".join(text for _, text in cells))
        return root

    def marks(self, word: str) -> set[Mark]:
        """The marks of the code that say `step` or `missed`."""
        found: set[Mark] = set()
        for name, cells in self.cells.items():
            for number, (_, text) in enumerate(cells):
                cell = number if name.endswith(".ipynb") else None
                for line, content in enumerate(text.splitlines(), 1):
                    for mark in _MARK.finditer(content):
                        if mark["word"] == word:
                            found |= {(name, cell, line, kind) for kind in mark["kinds"].split(", ")}
        return found


def stories(path: Path) -> Iterator[Story]:
    """The stories of one Markdown file. Raises ValueError where a block cannot be meant."""
    story: Story | None = None
    info: str | None = None
    block: list[str] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence = _FENCE.match(line)
        if info is None and line.startswith("## "):
            if story is not None:
                yield _whole(story)
            story = Story(path.stem, line.removeprefix("## ").strip())
        elif info is None and fence is not None:
            info, block = fence["info"].strip(), []
        elif info is not None and fence is not None:
            if story is None:
                raise ValueError(f"{path.name}:{number}: a block outside of a story")
            _take(story, info, "".join(f"{text}\n" for text in block), f"{path.name}:{number}")
            info = None
        elif info is not None:
            block.append(line)
    if info is not None or story is None:
        raise ValueError(f"{path.name}: a block is not closed, or there is no story")
    yield _whole(story)


def _take(story: Story, info: str, text: str, where: str) -> None:
    title = _TITLE.search(info)
    if title is not None:
        for name in title["names"].split():
            if name in story.cells and not name.endswith(".ipynb"):
                raise ValueError(f"{where}: {name} is there already")
            story.cells.setdefault(name, []).append((info.partition(" ")[0], text))
    elif info == "expect":
        story.expect = text
    elif info == "known-miss":
        story.known_miss = text
    else:
        raise ValueError(f"{where}: a block {info!r} is neither a file nor an expectation")


def _whole(story: Story) -> Story:
    if not story.cells or not (story.expect or story.known_miss or story.marks("step") or story.marks("missed")):
        raise ValueError(f"{story}: without files or without an expectation")
    return story


def _notebook(cells: list[tuple[str, str]]) -> str:
    made = [{"cell_type": "markdown" if kind == "markdown" else "code", "source": text} for kind, text in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
