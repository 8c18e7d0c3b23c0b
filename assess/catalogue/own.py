"""The user's own rows: read at once, so that every mistake is told before anything else happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

from assess.catalogue.facts import Client, Fact, Read
from assess.catalogue.sheet import Sheet, read_sheet

R = TypeVar("R", Client, Fact)
T = TypeVar("T")


class CatalogueError(ValueError):
    """The user's own catalogue rows are wrong; `mistakes` lists all of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def own_sheets(files: Iterable[Path]) -> list[Sheet]:
    """The sheets of these files; two rows may agree on a path but not contradict each other. Raises CatalogueError."""
    sheets: list[Sheet] = []
    mistakes: list[str] = []
    said = _Said()
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{file}: cannot be read: {error}")
            continue
        sheet, wrong = read_sheet(str(file), text)
        mistakes += wrong
        sheets.append(sheet)
        mistakes += said.contradicted(file, sheet)
    if mistakes:
        raise CatalogueError(dict.fromkeys(mistakes))
    return sheets


class _Said:
    """What the files so far say of each path, and which file says it."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[Path, Fact | None]] = {}
        self._clients: dict[str, tuple[Path, Client]] = {}
        self._aliases: dict[str, tuple[Path, str]] = {}

    def contradicted(self, file: Path, sheet: Sheet) -> Iterator[str]:
        """A mistake for each path of which something else was said before, here or in another file."""
        calls = [(path, _bare(fact)) for path, fact in sheet.facts]
        yield from _differing(self._calls, file, [*calls, *((path, None) for path in sheet.harmless)])
        yield from _differing(self._clients, file, [(path, _bare(client)) for path, client in sheet.clients])
        yield from _differing(self._aliases, file, sheet.aliases.items())


def _differing(said: dict[str, tuple[Path, T]], file: Path, rows: Iterable[tuple[str, T]]) -> Iterator[str]:
    for path, row in rows:
        before, other = said.setdefault(path, (file, row))
        if other != row:
            where = "another row of this file" if before == file else str(before)
            yield f"{file}: {path}: contradicts {where}{_difference(other, row)}"


def _difference(one: object, other: object) -> str:
    """What differs, by the names of the fields."""
    if one is None or other is None:
        return " (a call in one, harmless in the other)"
    if isinstance(one, str) or type(one) is not type(other):
        return f" ({other} here, {one} there)"
    names = [f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)]  # type: ignore[arg-type]
    parts = [
        f"{n} {getattr(other, n)} here, {getattr(one, n)} there" for n in names if n in ("kind", "effect", "provider")
    ]
    return f" ({'; '.join(parts or names)})"


def _bare(row: R) -> R:
    """The row without what only says where it comes from, and under whose name a shared fact is kept."""
    others = tuple(_bare(other) for other in row.others)
    if isinstance(row, Fact):
        return replace(row, source="", read=Read(), target="", others=others)
    return replace(row, source="", read=Read(), others=others)
