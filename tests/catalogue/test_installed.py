"""Rows against the SDKs that are installed: every name exists, every parameter is one that the call takes.

Rows of other versions are not looked for here; `make facts` does that. Clients are made, never called.
"""

import importlib.metadata
import inspect
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
import mistralai.client
import openai
import pytest
import sqlalchemy
import sqlalchemy.orm
from packaging.version import Version

from assess.catalogue.catalogue import SDK
from assess.catalogue.facts import Client, Fact
from assess.catalogue.paths import prefixes
from assess.catalogue.sheet import Sheet, read_sheet
from tests.catalogue.at_version import at_version

FILES = ("openai", "mistralai", "httpx", "sqlalchemy")
RECEIVERS: dict[str, Any] = {
    "openai": openai,
    "openai.OpenAI": openai.OpenAI(api_key="none"),
    "openai.AsyncOpenAI": openai.AsyncOpenAI(api_key="none"),
    "openai.Client": openai.Client(api_key="none"),
    "openai.AzureOpenAI": openai.AzureOpenAI(api_key="none", api_version="none", azure_endpoint="http://none"),
    "mistralai.client.Mistral": mistralai.client.Mistral(api_key="none"),
    "httpx": httpx,
    "httpx.Client": httpx.Client(),
    "httpx.AsyncClient": httpx.AsyncClient(),
    "sqlalchemy.create_engine": sqlalchemy.create_engine("sqlite://"),
    "sqlalchemy.create_engine.connect": sqlalchemy.Connection,
    "sqlalchemy.create_engine.begin": sqlalchemy.Connection,
    "sqlalchemy.orm.Session": sqlalchemy.orm.Session,
    "sqlalchemy.orm.Session.connection": sqlalchemy.Connection,
}
# What stands behind a cursor of a driver, or in another package, is not SQLAlchemy's to have.
ELSEWHERE = ("sqlalchemy.create_engine.raw_connection.", "sqlalchemy.orm.Session.exec")


def sheet(name: str) -> Sheet:
    """What the file's sheet says of the version that is installed."""
    found, mistakes = read_sheet(name, (SDK / f"{name}.toml").read_text(encoding="utf-8"))
    assert not mistakes
    return at_version(found, Version(importlib.metadata.version(name)))


def rows(name: str) -> Iterator[tuple[str, Any, Fact]]:
    """Each exact row with what stands at its path, None where nothing does."""
    read = sheet(name)
    known = {*RECEIVERS, *dict(read.clients)}
    for path, fact in read.facts:
        start = next((start for start in prefixes(path) if start in known), None)
        if "*" in path or start not in RECEIVERS or path.startswith(ELSEWHERE):
            continue
        found = RECEIVERS[start]
        for part in path.removeprefix(start + ".").split("."):
            found = getattr(found, part, None)
        yield path, found, fact


@pytest.mark.parametrize("name", FILES)
def test_every_row_resolves(name: str) -> None:
    found = list(rows(name))
    assert len(found) > 10
    assert [path for path, value, _ in found if value is None] == []


@pytest.mark.parametrize("name", FILES)
def test_every_parameter_exists(name: str) -> None:
    wrong = [
        f"{path}: {parameter}"
        for path, value, fact in rows(name)
        if value is not None
        for parameter in lacking(value, steering(fact))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("openai.OpenAI", openai.OpenAI),
        ("openai.AzureOpenAI", openai.AzureOpenAI),
        ("mistralai.client.Mistral", mistralai.client.Mistral),
        ("httpx.Client", httpx.Client),
    ],
)
def test_every_parameter_of_a_client_exists(path: str, made: Any) -> None:
    client = dict(sheet(path.partition(".")[0]).clients)[path]
    assert lacking(made, steering(client)) == []


def test_defaults_are_those_of_the_sdks() -> None:
    clients = dict(sheet("openai").clients)
    timeout, retries = clients["openai.OpenAI"].timeout, clients["openai.OpenAI"].retries
    assert timeout is not None
    assert retries is not None
    made = RECEIVERS["openai.OpenAI"]
    assert (timeout.default, retries.default) == (made.timeout.read, made.max_retries)
    limit = dict(sheet("httpx").clients)["httpx.Client"].timeout
    assert limit is not None
    assert limit.default == RECEIVERS["httpx.Client"].timeout.read


@pytest.mark.parametrize("name", FILES)
def test_the_version_read_is_the_one_installed(name: str) -> None:
    read = tomllib.loads((SDK / f"{name}.toml").read_text(encoding="utf-8"))["version"]
    assert read.split(".")[0] == importlib.metadata.version(name).split(".")[0]


def steering(row: Fact | Client) -> Iterator[str]:
    """The first names of all parameters that steer a row."""
    for parameter in (row.timeout, row.retries, row.idempotency if isinstance(row, Fact) else None):
        for name in parameter.names if parameter else ():
            yield name.partition(".")[0]
    yield from row.writes_if if isinstance(row, Fact) else ()


def lacking(value: Any, names: Iterator[str]) -> list[str]:
    """Those of the names that the call does not take."""
    try:
        parameters = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return []
    return [name for name in names if name not in parameters]
