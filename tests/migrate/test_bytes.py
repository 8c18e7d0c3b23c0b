"""The same input gives the same bytes; what names a run is no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.usecases import plan_for
from tests.conftest import Tree

SHAPES = Path(__file__).parent / "shapes"


@pytest.mark.parametrize("shape", ["streams", "handlers"])
def test_the_same_bytes_whatever_the_seed_of_hashes(tmp_path: Path, shape: str) -> None:
    written = []
    for seed in ("1", "2"):
        output = tmp_path / seed / "project"
        words = ["-m", "lastgood", "migrate", str(SHAPES / shape), "--output", str(output)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        ended = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        written.append({p.relative_to(output): p.read_bytes() for p in sorted(output.rglob("*")) if p.is_file()})
    assert len(written[0]) > 30
    assert written[0] == written[1]


READ = """
import sys
from pathlib import Path
from migrate.rewriting.source import Legacy
from migrate.rewriting.valued import Valued
legacy = Legacy(Path(sys.argv[1]), "app.py")
assert not Valued(legacy).names_values(legacy.module("app.py"), "One | Two | Three | Four")
print(*(module.file for module in legacy.read()))
"""


def test_the_same_files_are_read_whatever_the_seed_of_hashes(tree: Tree) -> None:
    # The project names the digests of the files that were read. A union ends with its first class that is no value.
    names = ("one", "two", "three", "four")
    classes = {f"{n}.py": f"class {n.title()}:\n    def close(self):\n        pass\n" for n in names}
    root = tree({"app.py": "".join(f"from {n} import {n.title()}\n" for n in names), **classes})
    read = {
        subprocess.run(
            [sys.executable, "-c", READ, str(root)],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }  # fmt: skip
    assert read == {"app.py four.py\n"}


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ("api_key: str, order_id: str", "order_id"),
        ("text: str, secret_key: str", None),
        ("text: str, key: str", "key"),
        ("text: str, order_id: str = ''", None),
    ],
)
def test_what_is_secret_or_may_be_left_out_names_no_run(tree: Tree, parameters: str, key: str | None) -> None:
    root = tree(
        {
            "app.py": f"""
from openai import OpenAI

def ask(prompt):
    return OpenAI().responses.create(model="m", input=prompt).output_text

def entry({parameters}):
    return ask(ask("a"))
"""
        }
    )
    assessment = assess(root)
    made = plan_for(assessment, root, pipeline=None, engine="temporal")
    assert made.business_key == key
