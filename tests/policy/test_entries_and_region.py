"""Entries that the owner adds or takes away, and the region that the owner chose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import click
import pytest

from assess.model.woven import TriggerKind
from assess.policy.jurisdictions import jurisdiction
from assess.policy.values import NOTHING
from lastgood.deciding import Given
from tests.policy.code import CODE, assessed, suppressed

Tree = Callable[[Mapping[str, str | bytes]], Path]

JOBS = """
import requests


class Desk:
    def close(self, order):
        requests.post("https://desk.example.org", json=order)


def nightly(orders):
    for order in orders:
        Desk().close(order)
"""


def test_a_function_that_no_framework_shows_is_an_entry_if_the_owner_says_so(tree: Tree) -> None:
    root = tree({"app.py": CODE, "jobs.py": JOBS})
    assert {p.entry.symbol for p in assessed(root).pipelines} == {"handle"}
    added = assessed(root, replace(NOTHING, entries_add=("jobs.py:nightly", "jobs.py:Desk.close")))
    pipelines = {p.entry.symbol: p for p in added.pipelines}
    assert {*pipelines} == {"handle", "nightly", "Desk.close"}
    assert pipelines["nightly"].triggers[0].kind is TriggerKind.LIBRARY
    assert any(f.pipeline == pipelines["nightly"].id for f in added.findings)


@pytest.mark.parametrize("pattern", ["app.py", "*.py:handle", ":hand*", "*.py:*"])
def test_an_entry_that_is_none_is_left_out_and_told(pattern: str, tree: Tree) -> None:
    found = assessed(tree({"app.py": CODE}), replace(NOTHING, entries_ignore=(pattern,)))
    assert (found.pipelines, found.findings) == ((), ())
    assert [r.says for r in found.remarks] == ["the pipeline app.handle is left out, as entries.ignore says"]


@pytest.mark.parametrize("pattern", ["jobs/", "*.py:side", "app.py:han"])
def test_other_entries_stay(pattern: str, tree: Tree) -> None:
    found = assessed(tree({"app.py": CODE}), replace(NOTHING, entries_ignore=(pattern,)))
    assert len(found.pipelines) == 1


PLACED = """
from openai import OpenAI

client = OpenAI(base_url="https://eu.api.openai.com/v1")


def run(text):
    return client.responses.create(model="m", input=text)


run("x")
"""


def test_inside_of_the_chosen_region_a_fixed_place_is_fine(tree: Tree) -> None:
    root = tree({"app.py": PLACED})
    plain = assessed(root)
    inside = assessed(root, replace(NOTHING, region="EU"))
    assert suppressed(inside)["fixed-endpoint"] == ("region", "it is fixed to EU, the region that the owner chose")
    assert inside.pipelines[0].scores.region > plain.pipelines[0].scores.region


def test_outside_of_it_a_fixed_place_is_severe(tree: Tree) -> None:
    (found,) = (
        f
        for f in assessed(tree({"app.py": PLACED}), replace(NOTHING, region="UK")).findings
        if f.check == "fixed-endpoint"
    )
    assert found.severity == "high"
    assert found.message.endswith("That is EU, outside of UK, the region that the owner chose.")
    assert found.suppressed is None


def test_a_comment_with_a_reason_still_wins(tree: Tree) -> None:
    code = PLACED.replace('/v1")', '/v1")  # lastgood: ignore[fixed-endpoint] the contract names it')
    found = suppressed(assessed(tree({"app.py": code}), replace(NOTHING, region="UK")))
    assert found["fixed-endpoint"] == ("comment", "the contract names it")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("XQ", "not 'XQ'"),
        ("europe", "did you mean EU?"),
        ("eu-west-1", "did you mean EU?"),
        ("Switzerland", "did you mean CH?"),
        ("", "not ''"),
    ],
)
def test_a_region_that_is_none_is_refused(tree: Tree, given: str, said: str) -> None:
    words = dict.fromkeys(Given.__slots__) | {"region": given, "no_config": True}
    words |= dict.fromkeys(("exclude", "select", "ignore", "catalogue", "checks"), ())
    with pytest.raises(click.UsageError, match=re.escape(said)):
        Given(**words).policy(tree({"app.py": CODE}))


@pytest.mark.parametrize(("given", "taken"), [("eu", "EU"), ("gb", "UK"), (" ch ", "CH"), ("US", "US")])
def test_a_region_is_taken_as_the_catalogue_writes_it(given: str, taken: str) -> None:
    assert jurisdiction(given) == taken
