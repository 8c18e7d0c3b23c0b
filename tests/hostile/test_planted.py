"""Scanned code is never imported or run, whatever its files are called and wherever the tool is started."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

# Our packages, what we import, what Python and build tools run by themselves, and modules of the standard library.
OURS = ("assess", "migrate", "reports")
NAMES = (
    "libcst", "networkx", "jinja2", "click", "temporalio", "markupsafe", "yaml", "sitecustomize", "usercustomize",
    "conftest", "setup", "noxfile", "tasks", "manage", "ast", "json", "tokenize", "tomllib", "pathlib", "dataclasses",
    "logging", "multiprocessing", "subprocess", "tempfile", "warnings", "traceback", "shutil", "pickle", "random",
)  # fmt: skip

# A pipeline that can be assessed and migrated, and whose every module says so when it is run.
PIPELINE = """
import openai
import requests

client = openai.OpenAI()


def ask(text: str) -> str:
    said = client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
    return said.choices[0].message.content


def handle(text: str) -> str:
    answer = ask(text)
    requests.post("https://crm.example.org/records", json={"answer": answer}, timeout=10)
    return answer


if __name__ == "__main__":
    handle("a")
"""
# Needs the second parser or is refused by both: no way into it may run it.
AWKWARD = "match = 1\nprint 'python 2'\n"


@pytest.fixture
def planted(tree: Callable[[Mapping[str, str]], Path], tmp_path: Path) -> tuple[Path, Path]:
    """A code base full of files that would write a marker; it and the marker's place."""
    marker = tmp_path / "marker"
    bomb = f"open({str(marker)!r}, 'a').write(__name__ + '\\n')\n"
    files = {f"{name}.py": bomb for name in NAMES}
    files |= {f"{name}/__init__.py": bomb for name in OURS} | {f"{name}/__main__.py": bomb for name in OURS}
    files |= {f"nested/{name}.py": bomb for name in (*OURS, *NAMES)}
    hidden = f"exec({bomb!r})\n"  # or it would be a step of the pipeline itself
    files |= {"pipeline.py": hidden + PIPELINE, "awkward.py": bomb + AWKWARD, "bomb.pth": f"import os; {bomb}"}
    files["pyproject.toml"] = '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n'
    files["book.ipynb"] = json.dumps(
        {
            "cells": [{"cell_type": "code", "source": [f"!echo run >> {marker}\n", bomb, PIPELINE]}],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    # git runs programs that a repository's own configuration names.
    files[".git/HEAD"] = "ref: refs/heads/main\n"
    files[".git/config"] = f'[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "echo run >> {marker}; false"\n'
    files[".git/refs/heads/main"] = "0" * 40 + "\n"
    files[".git/objects/info/packs"] = ""
    return tree(files), marker


CONSOLE = (str(Path(sys.executable).with_name("lastgood")),)
MODULE = (sys.executable, "-m", "lastgood")
# With `python -m`, Python itself imports these from the working folder before the first line of ours; the console
# script has no such gap, and `python -P -m` has none either.
BEFORE_US = ("warnings",)


@pytest.mark.parametrize("by", [CONSOLE, MODULE], ids=["console script", "python -m"])
def test_nothing_planted_is_run(
    by: tuple[str, ...], planted: tuple[Path, Path], tmp_path: Path, tool: Callable[..., CompletedProcess[str]]
) -> None:
    code, marker = planted
    if by is MODULE:
        for name in BEFORE_US:
            (code / f"{name}.py").unlink()
    before = _everything(code)
    ended = tool("assess", ".", "--report", "json=../a.json", "--report", "html=../a.html", cwd=code, by=by)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads((tmp_path / "a.json").read_text())["pipelines"]
    wanted = next(
        pipeline["id"] for pipeline in found if pipeline["chain"] and pipeline["entry"]["file"] == "pipeline.py"
    )
    commands: dict[tuple[str, ...], int] = {
        ("--help",): 0,
        ("--version",): 0,
        ("schema",): 0,
        ("explain",): 0,
        ("report", "../a.json", "--format", "html"): 0,
        ("migrate", ".", "--pipeline", wanted, "--output", "../project"): 0,
        ("prove", "."): 2,
    }
    for words, code_expected in commands.items():
        ended = tool(*words, cwd=code, by=by)
        assert "Traceback" not in ended.stderr, words
        assert ended.returncode == code_expected, (words, ended.stderr)
        assert not marker.exists(), f"{words} ran {marker.read_text()}"
    assert not marker.exists()
    assert _everything(code) == before, "the scanned tree was changed"


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_planted_files_do_work(planted: tuple[Path, Path], tool: Callable[..., CompletedProcess[str]]) -> None:
    """Without our care they would have been run: the test above can fail."""
    code, marker = planted
    tool("-c", "import click", cwd=code, by=(sys.executable,))
    assert marker.exists()
