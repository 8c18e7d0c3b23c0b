"""Hosts that are known by name: model providers, services, and what a host tells of its jurisdiction."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from assess.catalogue.facts import Telemetry
from assess.catalogue.paths import Paths, expand
from assess.model.step import Kind

HOSTS = Path(__file__).parent / "hosts.toml"


class Hosts:
    """The rows of `hosts.toml`; a `*` stands for one label of a host or a part of it, `**` for any number."""

    def __init__(self, data: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self._models: Paths[Mapping[str, str]] = Paths()
        self._services: Paths[Mapping[str, str]] = Paths()
        self._places: Paths[Mapping[str, str]] = Paths()
        for section, paths in (("models", self._models), ("services", self._services), ("places", self._places)):
            for host, row in data.get(section, {}).items():
                paths[host] = row
        self._tracing: Paths[Telemetry] = Paths()
        for path, row in data.get("telemetry", {}).items():
            words = {key: tuple(row.get(key, "").split()) for key in ("parameters", "environment")}
            found = Telemetry(row["sdk"], row.get("default"), row.get("jurisdiction"), **words)
            for one in expand(path):
                self._tracing[one] = found

    @classmethod
    def load(cls) -> Hosts:
        """The built-in rows."""
        return cls(tomllib.loads(HOSTS.read_text(encoding="utf-8")))

    def model(self, url: str) -> tuple[Kind, str, str | None] | None:
        """Kind, provider and jurisdiction of a model provider's URL."""
        host, port, path = _parts(url)
        row = self._models.find(f"{host}:{port}") if port else None
        row = row or self._models.find(host)
        if row is None or path.startswith(tuple(row.get("not_under", "").split())):
            return None
        embeds = "embed" in path.lower()
        return (Kind.EMBEDDING if embeds else Kind.MODEL), row["provider"], self._where(host, row)

    def telemetry(self, path: str) -> Telemetry | None:
        """Where a call or decorator of this path sends traces or telemetry, or None."""
        return self._tracing.find(path)

    def service(self, url: str) -> tuple[Kind, str] | None:
        """Kind and provider of a well-known service's URL."""
        row = self._services.find(_parts(url)[0])
        return (Kind(row.get("kind", "saas")), row["provider"]) if row else None

    def jurisdiction(self, url: str) -> str | None:
        """What the host alone tells of the jurisdiction."""
        host, _port, _path = _parts(url)
        row = self._models.find(host) or self._services.find(host)
        return self._where(host, row or {})

    def _where(self, host: str, row: Mapping[str, str]) -> str | None:
        if "jurisdiction" in row:
            return row["jurisdiction"]
        place = self._places.find(host)
        return place["jurisdiction"] if place else None


def _parts(url: str) -> tuple[str, int | None, str]:
    """Host, port and path of a URL, or of a host alone."""
    try:
        split = urlsplit(url if "//" in url else f"//{url}")
        return (split.hostname or "").rstrip("."), split.port, split.path
    except ValueError:
        return "", None, ""
