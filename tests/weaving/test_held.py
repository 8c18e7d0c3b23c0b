"""Where a value lies between two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assess.model.graph import EdgeKind, Held
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]
CODE = """
import os
import subprocess

import requests
from google.cloud import storage


def run(folder):
    path = os.path.join(folder, "in.pdf")
    storage.Client().bucket("b").blob("in").download_to_filename(path)
    text = requests.get("https://example.org").text
    subprocess.run(["convert", path, text])


run(os.getcwd())
"""


def test_what_was_written_to_a_file_lies_in_the_file_and_the_rest_in_memory(tree: Tree) -> None:
    (pipeline,) = (p for p in assess(tree({"job.py": CODE})).pipelines if p.entry.symbol in ("run", "<module>"))
    call_of = {visit: step.call.rpartition(".")[2] for visit, (step, _) in pipeline.visits().items()}
    held = {(call_of[e.source], call_of[e.target]): e.held for e in pipeline.edges if e.kind is EdgeKind.DATA}
    assert held[("download_to_filename", "run")] is Held.FILE
    assert held[("get", "run")] is Held.MEMORY
