"""A user's own rows add to ours, win over ours, and are told all mistakes at once."""

from pathlib import Path

import pytest

from assess.catalogue.catalogue import Catalogue, CatalogueError
from assess.model.step import Effect, Kind


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_row_that_we_suggest_makes_the_call_known(tmp_path: Path) -> None:
    path = "acme.Client.orders.send"
    plain = Catalogue.load()
    assert plain.fact(path) is None
    assert not plain.known_root(path)
    own = write(tmp_path, "own.toml", plain.row_to_add(path) + "\n" + plain.row_to_add("acme.ping") + "\n")
    catalogue = Catalogue.load([own])
    fact = catalogue.fact(path)
    assert fact is not None
    assert (fact.kind, fact.effect, fact.target) == (Kind.HTTP, Effect.UNKNOWN, path)
    assert catalogue.fact("acme.ping") is not None
    assert "acme" in catalogue.roots


def test_a_hostile_name_stays_one_line_of_toml(tmp_path: Path) -> None:
    row = Catalogue.load().row_to_add('acme."\n[calls]\x07\\.send')
    assert "\n" not in row
    own = write(tmp_path, "own.toml", row)
    assert Catalogue.load([own]).known_root("acme")


def test_a_users_row_wins_over_ours(tmp_path: Path) -> None:
    text = '[calls]\n"requests.post" = { kind = "saas", effect = "idempotent_write", provider = "crm" }\n'
    catalogue = Catalogue.load([write(tmp_path, "own.toml", text)])
    fact = catalogue.fact("requests.post")
    assert fact is not None
    assert (fact.kind, fact.effect, fact.provider) == (Kind.SAAS, Effect.IDEMPOTENT_WRITE, "crm")
    other = catalogue.fact("requests.get")
    assert other is not None
    assert other.kind is Kind.HTTP


def test_own_clients_patterns_and_harmless_verbs(tmp_path: Path) -> None:
    text = """
    kind = "saas"
    provider = "acme"
    harmless = [".configure"]
    place = { parameters = ["url"], default = "api.acme.example" }
    [clients]
    "acme.Client" = { timeout = { names = ["limit_ms"], scale = 0.001 } }
    [calls]
    ".**.create" = "write"
    ".orders.list" = { effect = "read" }
    """
    catalogue = Catalogue.load([write(tmp_path, "own.toml", text)])
    created = catalogue.fact("acme.Client.a.b.create")
    assert created is not None
    assert (created.effect, created.provider, created.place.default) == (Effect.WRITE, "acme", "api.acme.example")
    client = catalogue.client("acme.Client")
    assert client is not None
    assert client.timeout is not None
    assert client.timeout.scale == 0.001
    assert catalogue.harmless("acme.Client.configure")
    assert not catalogue.harmless("acme.Client.orders.remove")


def test_all_mistakes_come_at_once_with_file_and_row(tmp_path: Path) -> None:
    first = write(
        tmp_path,
        "first.toml",
        """
        colour = "red"
        [calls]
        "a.b" = { kind = "modle", effect = "read" }
        "a.c" = { kind = "http", effect = "writes" }
        "a.d" = { kind = "http", effect = "read", tiemout = ["t"] }
        "a.e" = { kind = "http", effect = "read", kind_from = "moon" }
        "a.f" = 7
        ".g" = { kind = "http", effect = "read" }
        "a.h" = { kind = "http", effect = "read", timeout = { names = "t" } }
        """,
    )
    second = write(tmp_path, "second.toml", "this is not = = toml")
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load([first, second, tmp_path / "missing.toml"])
    told = caught.value.mistakes
    for words in (
        "'colour'",
        "'modle'",
        "'writes'",
        "'tiemout'",
        "kind_from",
        "a.f",
        "no client",
        "a.h",
        "not TOML",
        "missing.toml",
    ):
        assert any(words in text for text in told), words
    assert all("first.toml" in text or "second.toml" in text or "missing.toml" in text for text in told)


def test_two_own_files_may_agree_but_not_contradict(tmp_path: Path) -> None:
    one = write(tmp_path, "one.toml", 'calls."acme.send" = { kind = "http", effect = "write" }')
    same = write(tmp_path, "same.toml", 'calls."acme.send" = { kind = "http", effect = "write", source = "acme.py:1" }')
    other = write(tmp_path, "other.toml", 'calls."acme.send" = { kind = "http", effect = "read" }')
    assert Catalogue.load([one, same]).fact("acme.send") is not None
    with pytest.raises(CatalogueError, match=r"other\.toml: acme\.send: contradicts .*one\.toml"):
        Catalogue.load([one, other])


def test_all_contradictions_are_listed_with_file_and_row(tmp_path: Path) -> None:
    """Calls, clients, aliases and harmless verbs, in two files and in one, beside every other mistake."""
    one = write(
        tmp_path,
        "one.toml",
        """
        kind = "http"
        harmless = ["acme.ping"]
        aliases = { "acme.v1" = "acme" }
        [clients]
        "acme.Client" = { provider = "acme", timeout = { names = ["timeout"], default = 5 } }
        [calls]
        "acme.send" = "write"
        "acme.{load,save}" = "read"
        "acme.save" = "write"
        """,
    )
    two = write(
        tmp_path,
        "two.toml",
        """
        kind = "http"
        aliases = { "acme.v1" = "acme.v2" }
        [clients]
        "acme.Client" = { provider = "acme", timeout = { names = ["timeout"], default = 9 } }
        [calls]
        "acme.send" = "read"
        "acme.load" = "read"
        "acme.ping" = "read"
        "acme.bad" = { effect = "read", billed = "yes", provider = 7, provider_state = 1, of = 3, place = "here" }
        """,
    )
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load([one, two])
    told = [text.replace(f"{tmp_path}/", "") for text in caught.value.mistakes]
    assert told == [
        "one.toml: acme.save: contradicts another row of this file (effect write here, read there)",
        "two.toml: acme.bad: billed must be true or false",
        "two.toml: acme.bad: of must be a string",
        "two.toml: acme.bad: provider must be a string",
        "two.toml: acme.bad: provider_state must be true or false",
        "two.toml: acme.bad: place must be a table",
        "two.toml: acme.send: contradicts one.toml (effect read here, write there)",
        "two.toml: acme.ping: contradicts one.toml (a call in one, harmless in the other)",
        "two.toml: acme.Client: contradicts one.toml (timeout)",
        "two.toml: acme.v1: contradicts one.toml (acme.v2 here, acme there)",
    ]
