"""What is known of SDKs: loads the rows, answers by dotted path.

Built-in files are parsed when a path under one of their roots is first asked for; a user's own files are parsed and
checked at once. A user's row wins over a built-in one. The catalogue knows nothing of code, only of paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from assess.catalogue.facts import Client, Fact
from assess.catalogue.hosts import Hosts
from assess.catalogue.paths import Paths, prefixes, segments, without_brackets
from assess.catalogue.sheet import Sheet, read_sheet
from assess.model.step import Effect, Kind

SDK = Path(__file__).parent / "sdk"
_ROOTS = re.compile(r"^roots = \[(.*)\]$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]*)"')
# What every client has and what never carries content: opening, closing, looking at itself.
_ALWAYS_HARMLESS = frozenset(
    {"close", "aclose", "disconnect", "dispose", "shutdown", "copy", "is_closed", "cursor", "connect"}
    | {"__enter__", "__aenter__", "__exit__", "__aexit__"}
)


# After a read, a verb that Python's own containers have is theirs: `.get(...)` of the answer, not of the service.
_CONTAINER_VERBS = frozenset(verb for kind in (dict, list, set, str, bytes) for verb in dir(kind))


class CatalogueError(ValueError):
    """The user's own catalogue rows are wrong; `mistakes` lists all of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class _Layer:
    """Rows of one origin (ours, the user's), by path."""

    def __init__(self) -> None:
        self.clients: Paths[Client] = Paths()
        self.facts: Paths[Fact] = Paths()
        self.harmless: Paths[bool] = Paths()
        self.aliases: dict[str, str] = {}
        self.transparent: dict[str, frozenset[str]] = {}
        self.partial: set[str] = set()
        self._unnamed: dict[str, Fact | None] = {}

    def add(self, sheet: Sheet) -> None:
        for path, client in sheet.clients:
            self.clients[path] = client
        for path, fact in sheet.facts:
            self.facts[path] = fact
            if "(" in path:
                self._add_unnamed(without_brackets(path), fact)
        for path in sheet.harmless:
            self.harmless[path] = True
        self.aliases.update(sheet.aliases)
        for root in sheet.roots:
            if sheet.partial:
                self.partial.add(root)
            self.transparent[root] = self.transparent.get(root, frozenset()) | sheet.transparent

    def _add_unnamed(self, path: str, fact: Fact) -> None:
        """Where the code does not name the service, a verb that only one service has still tells it."""
        before = self._unnamed.setdefault(path, fact)
        if before is not None and (before.kind, before.provider) != (fact.kind, fact.provider):
            self._unnamed[path] = None

    def fact(self, path: str) -> Fact | None:
        found = self.facts.match(path)
        if found is None:
            return self._unnamed.get(path)
        pattern, fact = found
        verb = segments(path)[-1]
        if pattern.endswith(f"**.{verb}") and verb in _CONTAINER_VERBS and self._reads_before(path):
            return None
        return fact

    def _reads_before(self, path: str) -> bool:
        _whole, *shorter = prefixes(path)
        return any(fact.effect is Effect.READ for start in shorter if (fact := self.facts.find(start)))


class Catalogue:
    """Rows by import root; built-in files are read on demand."""

    def __init__(self, files: dict[str, list[Path]], calling: Iterable[str], own: Iterable[Sheet] = ()) -> None:
        self._files = files
        self._ours = _Layer()
        self._users = _Layer()
        self._own_roots: set[str] = set()
        for sheet in own:
            self._users.add(sheet)
            self._own_roots.update(sheet.roots)
        self._facts: dict[str, Fact | None] = {}
        self.parsed: list[Path] = []
        self.roots = frozenset(root.partition(".")[0] for root in (*calling, *self._own_roots))

    # `roots`: the first names of packages whose calls may leave the process, for a cheap look at a file's text.
    # `builtins` is among them although nobody imports it.

    @classmethod
    def load(cls, extra: Iterable[Path] = ()) -> Catalogue:
        """The built-in catalogue and the user's own files, which are checked here and now."""
        files: dict[str, list[Path]] = {}
        calling: set[str] = set()
        for file in sorted(SDK.glob("*.toml")):
            text = file.read_text(encoding="utf-8")
            found = _ROOTS.search(text)
            roots = _QUOTED.findall(found[1]) if found else []
            for root in roots:
                files.setdefault(root, []).append(file)
            if "\n[calls]\n" in text:
                calling.update(roots)
        return cls(files, calling, _own_sheets(extra))

    def fact(self, path: str) -> Fact | None:
        """What the call at the end of this path does outside, or None."""
        if path not in self._facts:
            found = self._find(path)
            self._facts[path] = replace(found, target=path) if found and found.target != path else found
        return self._facts[path]

    def client(self, path: str) -> Client | None:
        """The constructor or factory at this path, or None."""
        self._prepare(path)
        return next((hit for read in self._readings(path) for hit in self._client_at(read)), None)

    def known_root(self, path: str) -> bool:
        """Whether the path belongs to a package of the catalogue."""
        return any(start in self._files or start in self._own_roots for start in prefixes(path))

    def harmless(self, path: str) -> bool:
        """Whether the call is of a known package and, as far as the rows tell, never leaves the process.

        A verb that no row names, on a client that leaves the process, is not harmless: nobody knows.
        """
        if not self.known_root(path) or self.fact(path) is not None:
            return False
        for read in self._readings(path):
            if any(layer.harmless.find(read) for layer in (self._users, self._ours)):
                return True
        start, *shorter = prefixes(path)
        if self.client(start) or segments(path)[-1] in _ALWAYS_HARMLESS:
            return True
        for before in shorter:
            if self.fact(before):
                return True
            if self.client(before):  # a module that is itself a client also holds types and helpers
                return before in self._files
        makes_a_value = segments(path)[-1][:1].isupper()
        return makes_a_value or not self._partial(path)

    def _partial(self, path: str) -> bool:
        """Whether only the main verbs of the path's package are listed."""
        starts = set(prefixes(path))
        return not starts.isdisjoint(self._users.partial) or not starts.isdisjoint(self._ours.partial)

    def row_to_add(self, path: str) -> str:
        """The line that makes this call known, for a TOML file of the user's own."""
        quoted = re.sub(r'[\\"\x00-\x1f\x7f]', "_", path)
        return f'calls."{quoted}" = {{ kind = "http", effect = "unknown" }}'

    def model_host(self, url: str) -> tuple[Kind, str, str | None] | None:
        """Kind, provider and jurisdiction where the URL is a model provider's, else None."""
        return self._hosts.model(url)

    def service_host(self, url: str) -> tuple[Kind, str] | None:
        """Kind and provider where the URL is a well-known service's, else None."""
        return self._hosts.service(url)

    def host_jurisdiction(self, host: str) -> str | None:
        """The jurisdiction that a host or URL tells by itself, else None."""
        return self._hosts.jurisdiction(host)

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts.load()

    def _find(self, path: str) -> Fact | None:
        self._prepare(path)
        for read in self._readings(path):
            for layer in (self._users, self._ours):
                found = layer.fact(read)
                if found:
                    return found
        return None

    def _client_at(self, path: str) -> Iterable[Client]:
        for layer in (self._users, self._ours):
            found = layer.clients.find(path)
            if found:
                yield found

    def _prepare(self, path: str) -> None:
        """Parse the built-in files that speak of this path, once."""
        for start in prefixes(path):
            for file in self._files.get(start, ()):
                if file in self.parsed:
                    continue
                sheet, mistakes = read_sheet(file.name, file.read_text(encoding="utf-8"))
                if mistakes:
                    raise CatalogueError(mistakes)
                self.parsed.append(file)
                self._ours.add(sheet)

    def _readings(self, path: str) -> list[str]:
        """The ways to read a path: as it is, by its canonical name, without segments that change no target."""
        found = [path]
        for start in prefixes(path):
            target = self._users.aliases.get(start) or self._ours.aliases.get(start)
            if target:
                found.append(target + path[len(start) :])
                self._prepare(found[-1])
                break
        for read in tuple(found):
            parts = segments(read)
            skipped = self._transparent(read)
            if not skipped.isdisjoint(parts):
                found.append(".".join(part for part in parts if part not in skipped))
        return found

    def _transparent(self, path: str) -> frozenset[str]:
        for start in prefixes(path):
            for layer in (self._users, self._ours):
                if layer.transparent.get(start):
                    return layer.transparent[start]
        return frozenset()


def _own_sheets(files: Iterable[Path]) -> list[Sheet]:
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
