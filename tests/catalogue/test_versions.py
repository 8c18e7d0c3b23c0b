"""Rows for some versions of a package: which one holds, what is left of a row, and what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from assess.catalogue.catalogue import Catalogue, CatalogueError
from assess.catalogue.facts import Client, Fact
from assess.catalogue.versions import Span

ACME = """
package = "acme"
version = "3.1.0"
provider = "acme"
kind = "http"
[client]
timeout = [
  { names = ["timeout"], default = 60, versions = ">=2" },
  { names = ["limit_ms"], default = 9, scale = 0.001, versions = "<2" },
]
[clients]
"acme.Client" = { retries = { names = ["retries"], default = 4, versions = ">=1,<3" } }
"acme.Old" = { versions = "<2" }
[calls]
".send" = [{ effect = "idempotent_write", versions = ">=3" }, { effect = "write", versions = "<3" }]
".load" = "read"
".purge" = { effect = "write", versions = "<1" }
"""


@pytest.fixture
def acme(tmp_path: Path) -> Catalogue:
    return loaded(tmp_path, ACME)


def loaded(folder: Path, text: str) -> Catalogue:
    file = folder / "acme.toml"
    file.write_text(text, encoding="utf-8")
    return Catalogue.load([file])


def fact(catalogue: Catalogue, path: str, version: str | None) -> Fact:
    found = catalogue.fact(path)
    assert found is not None
    return found.at(Version(version) if version else None)


def client(catalogue: Catalogue, path: str, version: str | None) -> Client:
    found = catalogue.client(path)
    assert found is not None
    return found.at(Version(version) if version else None)


@pytest.mark.parametrize(
    ("version", "effect"),
    [
        (None, "idempotent_write"),
        ("3.0", "idempotent_write"),
        ("3.0rc1", "idempotent_write"),
        ("2.9", "write"),
        ("9", "idempotent_write"),
    ],
)
def test_the_version_decides_what_a_call_does(acme: Catalogue, version: str | None, effect: str) -> None:
    assert fact(acme, "acme.Client.send", version).effect == effect
    assert fact(acme, "acme.Client.send", version).target == "acme.Client.send"


@pytest.mark.parametrize(
    ("version", "default", "retries"), [(None, 60, None), ("2.5", 60, 4), ("1.5", 9, 4), ("0.5", 9, None)]
)
def test_the_version_decides_the_defaults(
    acme: Catalogue, version: str | None, default: float, retries: float | None
) -> None:
    found = client(acme, "acme.Client", version)
    assert found.timeout is not None
    assert found.timeout.default == default
    assert (found.retries.default if found.retries else None) == retries


def test_what_only_other_versions_have_is_still_known(acme: Catalogue) -> None:
    purge = fact(acme, "acme.Client.purge", "3.1.0")
    assert str(purge.versions) == "<1"
    assert not purge.versions.holds(Version("3.1.0"))


def test_a_call_holds_for_the_versions_of_its_client(acme: Catalogue) -> None:
    assert str(fact(acme, "acme.Old.load", None).versions) == "<2"
    assert client(acme, "acme.Old", None).timeout == client(acme, "acme.Client", "1.0").timeout


def test_what_cannot_be_meant_is_told_all_at_once(tmp_path: Path) -> None:
    text = """
    package = "acme"
    version = "1.0"
    kind = "http"
    [calls]
    "acme.a" = { effect = "read", versions = "~=1.2" }
    "acme.b" = { effect = "read", versions = ">=2,<1" }
    "acme.c" = [{ effect = "read", versions = ">=1" }, { effect = "write", versions = ">=2" }]
    "acme.d" = { effect = "read", timeout = { names = ["t"], versions = 3 } }
    "acme.e" = [{ effect = "read", versions = "<2" }, 7]
    "acme.f" = { effect = "read", versions = ">1" }
    """
    with pytest.raises(CatalogueError) as caught:
        loaded(tmp_path, text)
    told = [mistake.partition("acme.toml: ")[2] for mistake in caught.value.mistakes]
    assert told == [
        "acme.a: versions is '>=1', '<2' or '>=1,<2'",
        "acme.b: versions holds for none",
        "acme.c: two tables hold for version 2",
        "acme.d: versions is '>=1', '<2' or '>=1,<2'",
        "acme.e: is a table, or a list of tables",
        "acme.f: versions is '>=1', '<2' or '>=1,<2'",
    ]


def test_versions_of_what_is_a_mistake_where_no_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="versions needs the package and the version"):
        loaded(tmp_path, 'calls."acme.a" = { kind = "http", effect = "read", versions = "<2" }')


def test_spans_meet_or_do_not() -> None:
    assert Span.read(">=1").within(Span.read("<2")) == Span.read(">=1,<2")
    assert Span.read(">=2").within(Span.read("<2")) is None
