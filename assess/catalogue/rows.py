"""The rows of one file, read with what the file says for all of them; knows the format of a row, not the file's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from packaging.version import InvalidVersion, Version

from assess.catalogue.facts import Client, Fact, Place, Read
from assess.catalogue.paths import expand
from assess.catalogue.reading import Reader
from assess.catalogue.versions import ANY, Span, variants
from assess.model.step import Effect, Kind

_CLIENT_KEYS: dict[str, type] = {
    **dict.fromkeys(("provider", "group", "source", "versions"), str),
    **dict.fromkeys(("timeout", "retries", "place"), object),
}
_CALL_KEYS: dict[str, type] = {
    **dict.fromkeys(("kind", "effect", "provider", "kind_from", "source", "of", "versions"), str),
    **dict.fromkeys(("billed", "provider_state"), bool),
    **dict.fromkeys(("timeout", "retries", "idempotency", "writes_if", "place"), object),
}
_PACKAGE = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
KIND_FROM = ("sql", "http_method", "file_mode", "url")

R = TypeVar("R", Client, Fact)


class Rows:
    """Rows of one file, read with what the file says for all of them."""

    def __init__(self, reader: Reader, top: Mapping[str, Any]) -> None:
        self._reader = reader
        self._top = top
        self._client = self._shared("client", _CLIENT_KEYS)
        self._call = self._shared("call", _CALL_KEYS)
        self._place = reader.place(top, "place", "[place]")
        package, version = str(top.get("package") or ""), str(top.get("version") or "")
        self._evidence = f"{package}=={version}" if version and version[0].isdigit() else version
        self._read = _read_at(package, version)

    def _shared(self, name: str, keys: Mapping[str, type]) -> Mapping[str, Any]:
        row = self._top.get(name, {})
        self._reader.row(row, keys, f"[{name}]")
        if "versions" in row:
            self._reader.mistake(f"[{name}]", "versions stands in a row or in a parameter")
        return dict(row)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts at the top of the file."""
        return self._reader.texts(self._top, name, name) or ()

    def _variants(
        self, key: str, written: Any, shared: Mapping[str, Any], keys: Mapping[str, type]
    ) -> list[tuple[Span, dict[str, Any]]]:
        """What the row says, newest versions first; nothing where it cannot be meant."""
        rows = written if isinstance(written, list) else [written]
        if not all(isinstance(row, dict) for row in rows):
            self._reader.mistake(key, "is a table, or a list of tables")
            return []
        for row in rows:
            self._reader.row(row, keys, key)
        merged = [{**shared, **row} for row in rows]
        try:
            found = list(variants(merged))
        except ValueError as error:
            self._reader.mistake(key, str(error))
            return []
        if not self._read.at and [span for span, _row in found] != [ANY]:
            self._reader.mistake(key, "versions needs the package and the version that the file was read at")
        return found

    def clients(self) -> Iterator[tuple[str, str, Client]]:
        """Each client's path, its group, and the client."""
        for key, row in self._top.get("clients", {}).items():
            found = self._variants(key, row, self._client, _CLIENT_KEYS)
            for path in expand(key) if found else ():
                client = self._newest([self._made(path, key, span, merged) for span, merged in found])
                yield path, str(found[0][1].get("group", "")), client

    def _made(self, path: str, key: str, span: Span, row: Mapping[str, Any]) -> Client:
        return Client(
            path=path,
            provider=str(row.get("provider", self._top.get("provider", self._top.get("package", "")))),
            timeout=self._reader.parameter(row, "timeout", key),
            retries=self._reader.parameter(row, "retries", key),
            place=self._reader.place(row, "place", key) or self._place or Place(),
            source=self._source(row),
            read=self._read,
            versions=span,
        )

    def _newest(self, found: list[R]) -> R:
        """The row as it is at the version that was read, holding the others; else the newest."""
        at = Version(self._read.at) if self._read.at else None
        first = next((row for row in found if at is not None and row.versions.holds(at)), found[0])
        return replace(first, others=tuple(row for row in found if row is not first))

    def facts(self, clients: tuple[tuple[str, str, Client], ...]) -> Iterator[tuple[str, Fact]]:
        """Each call's path, or pattern, with its fact; a relative one stands behind every client of its group.

        The paths of one row share one fact: whoever looks a path up gives it its own target.
        """
        for key, written in self._top.get("calls", {}).items():
            row = {"effect": written} if isinstance(written, str) else written
            found = self._variants(key, row, self._call, _CALL_KEYS)
            if not found:
                continue
            of = found[0][1].get("of")
            fits = [client for client in clients if of is None or client[1] == of]
            if key.startswith(".") and not fits:
                self._reader.mistake(key, "begins with a dot, but no client of the file fits")
            paths = tuple(expand(key))
            if key.startswith("."):
                for start, _group, client in fits:
                    fact = self._fact(start + paths[0], key, found, client)
                    yield from ((start + path, fact) for path in paths)
            else:
                fact = self._fact(paths[0], key, found, None)
                yield from ((path, fact) for path in paths)

    def _fact(self, path: str, key: str, found: list[tuple[Span, dict[str, Any]]], client: Client | None) -> Fact:
        if client is not None:
            # What is called on a client holds for the versions that have the client.
            has = Span.around([client.versions, *(other.versions for other in client.others)])
            both = [(span.within(has), row) for span, row in found]
            found = [(span, row) for span, row in both if span is not None] or found
        return self._newest([self._called(path, key, span, row, client) for span, row in found])

    def _called(self, path: str, key: str, span: Span, row: Mapping[str, Any], client: Client | None) -> Fact:
        kind = self._reader.member(Kind, row.get("kind", self._top.get("kind")), "kind", key)
        effect = self._reader.member(Effect, row.get("effect"), "effect", key)
        kind_from = row.get("kind_from")
        if kind_from is not None and kind_from not in KIND_FROM:
            self._reader.mistake(key, f"kind_from is one of {', '.join(KIND_FROM)}")
        provider = row.get("provider") or (client.provider if client else self._top.get("provider")) or None
        place = self._reader.place(row, "place", key) or (client.place if client else self._place) or Place()
        billed = row.get("billed", self._top.get("billed", False) and kind in {Kind.MODEL, Kind.EMBEDDING, Kind.AGENT})
        return Fact(
            target=path,
            kind=kind or Kind.OTHER,
            effect=effect or Effect.UNKNOWN,
            provider=provider,
            billed=bool(billed),
            timeout=self._reader.parameter(row, "timeout", key),
            retries=self._reader.parameter(row, "retries", key),
            idempotency=self._reader.parameter(row, "idempotency", key),
            writes_if=self._reader.texts(row, "writes_if", key) or (),
            kind_from=kind_from,
            place=place,
            provider_state=bool(row.get("provider_state", False)),
            source=self._source(row),
            read=self._read,
            versions=span,
        )

    def _source(self, row: Mapping[str, Any]) -> str:
        source = str(row.get("source", ""))
        return f"{self._evidence}!{source}" if source and self._evidence and "!" not in source else source


def _read_at(package: str, version: str) -> Read:
    """The package and its version where the file is about one; files about several packages are bound to none."""
    try:
        return Read(package, str(Version(version))) if _PACKAGE.fullmatch(package) else Read()
    except InvalidVersion:
        return Read()
