"""Rows of one origin (ours, the user's), found by path; knows nothing of files."""

from __future__ import annotations

from assess.catalogue.facts import Client, Fact
from assess.catalogue.paths import Paths, prefixes, segments, without_brackets
from assess.catalogue.sheet import Sheet
from assess.model.step import Effect

# After a read, a verb that Python's own containers have is theirs: `.get(...)` of the answer, not of the service.
_CONTAINER_VERBS = frozenset(verb for kind in (dict, list, set, str, bytes) for verb in dir(kind))


class Layer:
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
        """Take in what a sheet says."""
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
        """What the call at the end of this path does, or None."""
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
