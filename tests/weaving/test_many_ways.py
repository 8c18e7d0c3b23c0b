"""A place that is reached on more ways than are kept apart: the visits that are shown stand for the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assess.model.graph import EdgeKind
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]

WAYS = 20
CODE = """
import requests


def ask(url):
    return requests.get(url)


def run():
{calls}
    requests.put("https://example.org/done")
"""


def test_what_follows_a_way_that_is_not_shown(tree: Tree) -> None:
    calls = "\n".join(f'    ask("{n}")\n    requests.post("{n}")' for n in range(WAYS))
    (pipeline,) = assess(tree({"job.py": CODE.format(calls=calls)})).pipelines
    target = {visit.id: step.target for step in pipeline.steps for visit in step.visits}
    asked = [v for v, t in target.items() if t == "requests.get"]
    assert 1 < len(asked) < WAYS
    follows = {(target[e.source], target[e.target]) for e in pipeline.edges if e.kind is EdgeKind.NEXT}
    assert follows == {("requests.get", "requests.post"), ("requests.post", "requests.get"),
                       ("requests.post", "requests.put")}  # fmt: skip
