"""Rows against older versions of SDKs: `make facts [SDKS="openai==1.109.1 mistralai==2.2.0"]`. Needs an index for pip.

Each version goes into a throw-away folder with what it needs and is asked in a process of its own (`probe.py`). A row
that not all versions have has to be right at each: there where it says so, gone where it says so. A row of all versions
may be newer than the one asked; it is counted, not blamed. Parameters and defaults have to be right where a row holds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from packaging.version import Version

from assess.catalogue.catalogue import SDK
from assess.catalogue.facts import Client, Fact
from assess.catalogue.paths import prefixes
from assess.catalogue.sheet import Sheet, read_sheet

FIRST = Version("0")
MAJORS = (
    "openai==0.28.1 openai==1.109.1 openai==2.54.0 openai==3.54.0 anthropic==0.125.0 anthropic==1.17.0 "
    "anthropic==2.12.0 mistralai==0.4.2 mistralai==1.12.4 mistralai==2.2.0 mistralai==2.3.0 mistralai==3.7.0"
)


def main() -> int:
    """Ask every version; 1 if a row is wrong about one of them."""
    wrong = 0
    for wanted in sys.argv[1:] or MAJORS.split():
        mistakes, rows, newer = checked(wanted)
        wrong += len(mistakes)
        print(f"{wanted}: {rows} rows, {newer} of them newer, {len(mistakes)} wrong")
        for mistake in mistakes:
            print(f"    {mistake}")
    return 1 if wrong else 0


def checked(wanted: str) -> tuple[list[str], int, int]:
    """The mistakes of the rows about one version, how many rows there are, and how many it does not have yet."""
    package, _, text = wanted.partition("==")
    version = Version(text)
    sheet, _ = read_sheet(package, (SDK / f"{package}.toml").read_text(encoding="utf-8"))
    rows: dict[str, Client | Fact] = dict([*sheet.clients, *own_calls(sheet, package)])
    clients = {path: client.at(version) for path, client in sheet.clients if path.startswith(package)}
    calls = {path: fact.at(version) for path, fact in own_calls(sheet, package)}
    asked = {"clients": list(clients), "calls": {path: [*steering(fact)] for path, fact in calls.items()}}
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--target", folder, wanted]
        subprocess.run(pip, check=True)
        environment = {**os.environ, "PYTHONPATH": folder, "OPENAI_API_KEY": "none"}  # the module is a client, too
        probe = [sys.executable, str(Path(__file__).with_name("probe.py"))]
        done = subprocess.run(
            probe, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True, env=environment, cwd=folder
        )
    answer = json.loads(done.stdout.splitlines()[-1])
    gone = set(answer["gone"])
    newer = [path for path in gone if always(rows[path])]
    mistakes = [*misplaced(rows, gone, version), *misread(clients, answer["defaults"])]
    mistakes += [
        f"{text} is no parameter" for text in answer["lacking"] if holds(rows[text.partition(":")[0]], version)
    ]
    return mistakes, len(calls), len(newer)


def own_calls(sheet: Sheet, package: str) -> Iterator[tuple[str, Fact]]:
    """The exact rows that stand under the package's own name."""
    gone = {path for path, _ in sheet.clients if not path.startswith(package)}
    for path, fact in sheet.facts:
        if "*" not in path and path.startswith(f"{package}.") and gone.isdisjoint(prefixes(path)):
            yield path, fact


def always(row: Client | Fact) -> bool:
    """Whether the row, with what it says for other versions, leaves none out."""
    spans = sorted((row.versions, *(other.versions for other in row.others)), key=lambda s: s.since or FIRST)
    joined = all(one.before == two.since for one, two in pairwise(spans))
    return spans[0].since is None and spans[-1].before is None and joined


def misplaced(rows: Mapping[str, Client | Fact], gone: set[str], version: Version) -> Iterator[str]:
    """Rows that not all versions have, and that are wrong about this one."""
    for path, row in rows.items():
        inherited = any(start in rows and rows[start].versions == row.versions for start in [*prefixes(path)][1:])
        if "." in path and not always(row) and not inherited and holds(row, version) == (path in gone):
            yield f"{path} is {'not ' if path in gone else ''}there, though it says {row.versions}"


def holds(row: Client | Fact, version: Version) -> bool:
    """Whether the row says anything of the version."""
    return any(one.versions.holds(version) for one in (row, *row.others))


def misread(clients: dict[str, Client], found: dict[str, Any]) -> Iterator[str]:
    """Defaults that are not those of the clients that could be made."""
    for path, defaults in found.items():
        row = clients[path]
        for name, said in (("timeout", row.timeout), ("retries", row.retries)):
            default = said.default if said is not None else None
            if default != defaults[name] and not (name == "retries" and not default and defaults[name] is None):
                yield f"{path}: {name} is {defaults[name]}, not {default}"


def steering(fact: Fact) -> Iterator[str]:
    """The first names of all parameters that steer a call."""
    for parameter in (fact.timeout, fact.retries, fact.idempotency):
        yield from (name.partition(".")[0] for name in (parameter.names if parameter else ()))


if __name__ == "__main__":
    sys.exit(main())
