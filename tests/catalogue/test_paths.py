"""Patterns match what they say and the more exact one wins."""

import pytest

from assess.catalogue.paths import Paths, expand, prefixes, segments


def test_braces_stand_for_either() -> None:
    assert list(expand("a.{b,c.d}.{e,f}")) == ["a.b.e", "a.b.f", "a.c.d.e", "a.c.d.f"]
    assert list(expand("{aio.,}models.get")) == ["aio.models.get", "models.get"]


def test_a_dot_in_brackets_does_not_part() -> None:
    assert segments("boto3.client(a.b).put") == ["boto3", "client(a.b)", "put"]
    assert list(prefixes("a.b.c")) == ["a.b.c", "a.b", "a"]


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("a.*.c", "a.b.c", True),
        ("a.*.c", "a.c", False),
        ("a.*.c", "a.b.b.c", False),
        ("a.**.c", "a.c", True),
        ("a.**.c", "a.b.b.c", True),
        ("a.**.c", "a.b.b.d", False),
        ("a.**.c", "x.a.b.c", False),
        ("a.get_*", "a.get_one", True),
        ("a.get_*", "a.get_one.two", False),
        ("a.client(*).put", "a.client(s3).put", True),
        ("a.client(*).put", "a.client.put", False),
        ("a.**", "a.b.c", True),
    ],
)
def test_a_pattern_matches(pattern: str, path: str, fits: bool) -> None:
    paths: Paths[bool] = Paths()
    paths[pattern] = True
    assert (paths.find(path) or False) is fits


def test_exact_wins_over_pattern_and_long_over_short() -> None:
    paths: Paths[str] = Paths()
    paths["a.**.run"] = "short"
    paths["a.**.b.run"] = "long"
    paths["a.b.run"] = "exact"
    assert paths.find("a.b.run") == "exact"
    assert paths.find("a.x.b.run") == "long"
    assert paths.find("a.x.run") == "short"
    assert paths.find("b.run") is None
