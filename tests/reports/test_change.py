"""What changed, told to people: one flaw is one line, however many pipelines come by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assess.usecases import assess, compare
from reports.change import render_change_text

SHARED = """
import openai
import requests

client = openai.OpenAI()


def ask(text):
    return client.responses.create(model="m", input=text).output_text


def _store(answer):
    {store}


def first(text):
    _store(ask(text))


def second(text):
    _store(ask(text + text))
"""


def test_a_flaw_that_pipelines_share_is_told_once(tree: Callable[[Mapping[str, str]], Path]) -> None:
    post = 'requests.post("https://crm.example.org", json=answer{})'
    root = tree({"app.py": SHARED.format(store=post.format(", timeout=5"))})
    before = assess(root)
    (root / "app.py").write_text(SHARED.format(store=post.format("")))
    change = compare(before, assess(root))
    assert len([c for c in change.findings if c.finding.check == "no-timeout"]) == 2
    told = [line for line in render_change_text(change, width=200).splitlines() if "no-timeout" in line]
    assert len(told) == 1
    assert told[0].endswith("(in 2 pipelines)")
