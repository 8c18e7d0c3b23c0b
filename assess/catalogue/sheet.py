"""One TOML file of the catalogue as a value, with every mistake found in it; knows the format, not where files stand.

A file describes one SDK. `[clients]` and `[calls]` are keyed by dotted path; a call's path that begins with a dot
stands behind each client of the file (or of the group it names with `of`). A call's value is its effect, or a table.
`[client]` and `[call]` hold what every row of the file shares, `[place]` where the content goes.

What changed between versions of the package is told with `versions`, in a row or in a parameter; where more than one
range has something to say, a list of tables stands in place of the table:

    package = "acme"
    version = "3.1.0"                                     # the version that the file was read at
    [client]
    timeout = [{ names = ["timeout"], default = 60, versions = ">=2" }, { names = ["limit"], versions = "<2" }]
    [calls]
    ".jobs.create" = { effect = "write", versions = "<3" }  # gone since 3; old code still calls it

The version that the scanned project asks for decides (`assess.reading.versions`); where it tells none, the one
that the file was read at. A row that only other versions have is still a row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assess.catalogue.facts import Client, Fact
from assess.catalogue.paths import expand
from assess.catalogue.reading import Reader
from assess.catalogue.rows import Rows

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
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reader.mistake("", f"is not TOML: {error}")
        return Sheet(), reader.mistakes
    top = {name: reader.value(data, name, kind) for name, kind in _FILE_KEYS.items() if name in data}
    reader.only_known(data, _FILE_KEYS, "")
    rows = Rows(reader, {name: value for name, value in top.items() if value is not None})
    clients = tuple(rows.clients())
    facts = tuple(rows.facts(clients))
    paths = [*(path for path, _, _ in clients), *(path for path, _ in facts)]
    roots = rows.texts("roots") or tuple(sorted({path.split(".")[0] for path in paths}))
    bare = [path for path, _, _ in clients]
    sheet = Sheet(
        package=str(top.get("package") or ""),
        version=str(top.get("version") or ""),
        roots=roots,
        clients=tuple((path, client) for path, _group, client in clients),
        facts=facts,
        harmless=tuple(_behind(rows.texts("harmless"), bare)),
        transparent=frozenset(rows.texts("transparent")),
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
