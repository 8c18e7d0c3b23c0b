"""What a sheet says of one version of its package."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import Version

from assess.catalogue.paths import prefixes
from assess.catalogue.sheet import Sheet


def at_version(sheet: Sheet, version: Version) -> Sheet:
    """The sheet with the rows as they are at the version, without those that it does not have."""
    clients = tuple((path, client.at(version)) for path, client in sheet.clients)
    gone = {path for path, client in clients if not client.versions.holds(version)}
    facts = tuple((path, fact.at(version)) for path, fact in sheet.facts if gone.isdisjoint(prefixes(path)))
    return replace(
        sheet,
        clients=tuple((path, client) for path, client in clients if path not in gone),
        facts=tuple((path, fact) for path, fact in facts if fact.versions.holds(version)),
    )
