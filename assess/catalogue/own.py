"""The user's own rows: read at once, so that every mistake is told before anything else happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from assess.catalogue.facts import Fact
from assess.catalogue.sheet import Sheet, read_sheet


class CatalogueError(ValueError):
    """The user's own catalogue rows are wrong; `mistakes` lists all of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def own_sheets(files: Iterable[Path]) -> list[Sheet]:
    """The sheets of these files; two files may agree on a path but not contradict each other."""
    sheets: list[Sheet] = []
    mistakes: list[str] = []
    said: dict[str, tuple[Path, Fact]] = {}
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{file}: cannot be read: {error}")
            continue
        sheet, wrong = read_sheet(str(file), text)
        mistakes += wrong
        sheets.append(sheet)
        for path, fact in sheet.facts:
            before, other = said.setdefault(path, (file, fact))
            if replace(other, source=fact.source) != fact:
                mistakes.append(f"{file}: {path}: contradicts {before}")
    if mistakes:
        raise CatalogueError(mistakes)
    return sheets
