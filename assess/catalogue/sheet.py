"""One TOML file of the catalogue as a value, with every mistake found in it; knows the format, not where files stand.

A file describes one SDK. `[clients]` and `[calls]` are keyed by dotted path; a call's path that begins with a dot
stands behind each client of the file (or of the group it names with `of`). A call's value is its effect, or a table.
`[client]` and `[call]` hold what every row of the file shares, `[place]` where the content goes. `until` names the
version of the SDK that took the name away; old code still calls it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assess.catalogue.facts import Client, Fact, Place
from assess.catalogue.paths import expand
from assess.catalogue.reading import Reader
from assess.model.step import Effect, Kind

_FILE_KEYS = {
    "package": str,
    "version": str,
    "provider": str,
    "kind": str,
    "billed": bool,
    "partial": bool,
    "roots": list,
    "harmless": list,
    "transparent": list,
    "aliases": dict,
    "place": dict,
    "client": dict,
    "call": dict,
    "clients": dict,
    "calls": dict,
}
_CLIENT_KEYS = {"provider", "timeout", "retries", "place", "group", "source", "until"}
_CALL_KEYS = {
    *("kind", "effect", "provider", "billed", "timeout", "retries", "idempotency", "writes_if", "kind_from"),
    *("place", "provider_state", "source", "of", "until"),
}
KIND_FROM = ("sql", "http_method", "file_mode", "url")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file says. Paths may be patterns; aliases map the beginning of a path to another one.

    `partial`: only the main verbs of the package are listed, so that of an unlisted one nothing is known.
    """

    package: str = ""
    version: str = ""
    roots: tuple[str, ...] = ()
    clients: tuple[tuple[str, Client], ...] = ()
    facts: tuple[tuple[str, Fact], ...] = ()
    harmless: tuple[str, ...] = ()
    transparent: frozenset[str] = frozenset()
    partial: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)


def read_sheet(file: str, text: str) -> tuple[Sheet, list[str]]:
    """The file's sheet and its mistakes, each with file and row; mistaken rows are left out of the sheet."""
    reader = Reader(file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reader.mistake("", f"is not TOML: {error}")
        return Sheet(), reader.mistakes
    top = {name: reader.value(data, name, kind) for name, kind in _FILE_KEYS.items() if name in data}
    reader.only_known(data, _FILE_KEYS, "")
    defaults = _Defaults(reader, {name: value for name, value in top.items() if value is not None})
    clients = tuple(defaults.clients())
    facts = tuple(defaults.facts(clients))
    paths = [*(path for path, _, _ in clients), *(path for path, _ in facts)]
    roots = defaults.texts("roots") or tuple(sorted({path.split(".")[0] for path in paths}))
    bare = [path for path, _, _ in clients]
    sheet = Sheet(
        package=str(top.get("package") or ""),
        version=str(top.get("version") or ""),
        roots=roots,
        clients=tuple((path, client) for path, _group, client in clients),
        facts=facts,
        harmless=tuple(_behind(defaults.texts("harmless"), bare)),
        transparent=frozenset(defaults.texts("transparent")),
        partial=bool(top.get("partial")),
        aliases=reader.aliases(top.get("aliases") or {}),
    )
    return sheet, reader.mistakes


def _behind(written: tuple[str, ...], clients: list[str]) -> Iterator[str]:
    for text in written:
        for path in expand(text):
            if path.startswith("."):
                yield from (client + path for client in clients)
            else:
                yield path


class _Defaults:
    """Rows of one file, read with what the file says for all of them."""

    def __init__(self, reader: Reader, top: Mapping[str, Any]) -> None:
        self._reader = reader
        self._top = top
        self._client = self._shared("client", _CLIENT_KEYS)
        self._call = self._shared("call", _CALL_KEYS)
        self._place = reader.place(top, "place", "[place]")
        version = top.get("version", "")
        self._evidence = f"{top.get('package', '')}=={version}" if version and version[0].isdigit() else str(version)

    def _shared(self, name: str, keys: set[str]) -> Mapping[str, Any]:
        row = self._top.get(name, {})
        self._reader.only_known(row, keys, f"[{name}]")
        return dict(row)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts at the top of the file."""
        return self._reader.texts(self._top, name, name) or ()

    def clients(self) -> Iterator[tuple[str, str, Client]]:
        """Each client's path, its group, and the client."""
        for key, row in self._top.get("clients", {}).items():
            if not isinstance(row, dict):
                self._reader.mistake(key, "a client is a table")
                continue
            self._reader.only_known(row, _CLIENT_KEYS, key)
            merged = {**self._client, **row}
            for path in expand(key):
                client = Client(
                    path=path,
                    provider=str(merged.get("provider", self._top.get("provider", self._top.get("package", "")))),
                    timeout=self._reader.parameter(merged, "timeout", key),
                    retries=self._reader.parameter(merged, "retries", key),
                    place=self._reader.place(merged, "place", key) or self._place or Place(),
                    source=self._source(merged),
                )
                yield path, str(merged.get("group", "")), client

    def facts(self, clients: tuple[tuple[str, str, Client], ...]) -> Iterator[tuple[str, Fact]]:
        """Each call's path, or pattern, with its fact; a relative one stands behind every client of its group.

        The paths of one row share one fact: whoever looks a path up gives it its own target.
        """
        for key, written in self._top.get("calls", {}).items():
            row = {"effect": written} if isinstance(written, str) else written
            if not isinstance(row, dict):
                self._reader.mistake(key, "a call is an effect or a table")
                continue
            self._reader.only_known(row, _CALL_KEYS, key)
            merged = {**self._call, **row}
            of = merged.get("of")
            fits = [client for client in clients if of is None or client[1] == of]
            if key.startswith(".") and not fits:
                self._reader.mistake(key, "begins with a dot, but no client of the file fits")
            paths = tuple(expand(key))
            if key.startswith("."):
                for start, _group, client in fits:
                    fact = self._fact(start + paths[0], key, merged, client)
                    yield from ((start + path, fact) for path in paths)
            else:
                fact = self._fact(paths[0], key, merged, None)
                yield from ((path, fact) for path in paths)

    def _fact(self, path: str, key: str, row: Mapping[str, Any], client: Client | None) -> Fact:
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
        )

    def _source(self, row: Mapping[str, Any]) -> str:
        source = str(row.get("source", ""))
        return f"{self._evidence}!{source}" if source and self._evidence and "!" not in source else source
