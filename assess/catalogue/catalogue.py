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

from assess.catalogue.facts import Client, Fact, Telemetry
from assess.catalogue.hosts import Hosts
from assess.catalogue.layer import Layer
from assess.catalogue.own import CatalogueError, own_sheets
from assess.catalogue.paths import prefixes, segments
from assess.catalogue.sheet import Sheet, read_sheet
from assess.model.step import Kind

__all__ = ["SDK", "Catalogue", "CatalogueError"]

SDK = Path(__file__).parent / "sdk"
_ROOTS = re.compile(r"^roots = \[(.*)\]$", re.MULTILINE)
_OF_MODELS = re.compile(r'\bkind = "(?:model|embedding|agent)"')
_QUOTED = re.compile(r'"([^"]*)"')
# What every client has and what never carries content: opening, closing, looking at itself.
_ALWAYS_HARMLESS = frozenset(
    {"close", "aclose", "disconnect", "dispose", "shutdown", "copy", "is_closed", "cursor", "connect"}
    | {"__enter__", "__aenter__", "__exit__", "__aexit__"}
)


class Catalogue:
    """Rows by import root; built-in files are read on demand."""

    def __init__(
        self, files: dict[str, list[Path]], calling: Iterable[str], models: Iterable[str], own: Iterable[Sheet] = ()
    ) -> None:
        self._files = files
        self._ours = Layer()
        self._users = Layer()
        self._own_roots: set[str] = set()
        for sheet in own:
            self._users.add(sheet)
            self._own_roots.update(sheet.roots)
        self._waiting = dict(files)
        self._facts: dict[str, Fact | None] = {}
        self._clients: dict[str, Client | None] = {}
        self._harmless: dict[str, bool] = {}
        self.parsed: list[Path] = []
        # The first names of packages whose calls may leave the process, for a cheap look at a file's text; `builtins`
        # is among them although nobody imports it.
        self.roots = frozenset(root.partition(".")[0] for root in (*calling, *self._own_roots))
        # Of these, what talks to models; the user's own rows are worth as much.
        self.model_roots = frozenset(root.partition(".")[0] for root in (*models, *self._own_roots)) - {"builtins"}

    @classmethod
    def load(cls, extra: Iterable[Path] = ()) -> Catalogue:
        """The built-in catalogue and the user's own files, which are checked here and now."""
        files: dict[str, list[Path]] = {}
        calling: set[str] = set()
        models: set[str] = set()
        for file in sorted(SDK.glob("*.toml")):
            text = file.read_text(encoding="utf-8")
            found = _ROOTS.search(text)
            roots = _QUOTED.findall(found[1]) if found else []
            for root in roots:
                files.setdefault(root, []).append(file)
            if "\n[calls]\n" in text:
                calling.update(roots)
                models.update(roots if _OF_MODELS.search(text) else ())
        return cls(files, calling, models, own_sheets(extra))

    def fact(self, path: str) -> Fact | None:
        """What the call at the end of this path does outside, or None."""
        if path not in self._facts:
            found = self._find(path)
            self._facts[path] = replace(found, target=path) if found and found.target != path else found
        return self._facts[path]

    def client(self, path: str) -> Client | None:
        """The constructor or factory at this path, or None."""
        if path not in self._clients:
            self._prepare(path)
            found = (layer.clients.find(read) for read in self._readings(path) for layer in (self._users, self._ours))
            self._clients[path] = next((client for client in found if client), None)
        return self._clients[path]

    def known_root(self, path: str) -> bool:
        """Whether the path belongs to a package of the catalogue."""
        return any(start in self._files or start in self._own_roots for start in prefixes(path))

    def harmless(self, path: str) -> bool:
        """Whether the call is of a known package and, as far as the rows tell, never leaves the process.

        A verb that no row names, on a client that leaves the process, is not harmless: nobody knows.
        """
        if path not in self._harmless:
            self._harmless[path] = self.known_root(path) and self.fact(path) is None and self._stays(path)
        return self._harmless[path]

    def _stays(self, path: str) -> bool:
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

    def telemetry(self, path: str) -> Telemetry | None:
        """Where a call or decorator of this path sends traces or telemetry, else None."""
        return self._hosts.telemetry(path)

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

    def _prepare(self, path: str) -> None:
        """Parse the built-in files that speak of this path, once."""
        for start in prefixes(path):
            for file in self._waiting.pop(start, ()):
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
