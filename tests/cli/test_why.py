"""`lastgood assess PATH --why FILE:LINE`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Tool = Callable[..., CompletedProcess[str]]
CODE = """import requests


def fetch():
    requests.post("https://example.org")


fetch()
"""


@pytest.fixture
def code(tree: Callable[[Mapping[str, str]], Path]) -> Path:
    return tree({"app/job.py": CODE, "app/odd\x1b[31m.py": CODE})


@pytest.mark.parametrize("place", ["app/job.py:5", "./app/job.py:5", "app/job.py:5:4"])
def test_a_place_is_explained(code: Path, tool: Tool, place: str) -> None:
    ended = tool("assess", code, "--why", place)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "requests.post  a step" in ended.stdout
    assert "Reached from fetch in app/job.py:4" in ended.stdout


def test_a_path_from_the_working_folder_is_understood(code: Path, tool: Tool) -> None:
    assert "a step" in tool("assess", code, "--why", str(code / "app" / "job.py") + ":5").stdout
    assert "a step" in tool("assess", ".", "--why", "job.py:5", cwd=code / "app").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--why", "app/job.py"], "is not FILE:LINE"),
        (["--why", "gone.py:1"], "no Python file or notebook"),
        (["--why", "app/job.py:99"], "no line 99"),
        (["--why", "app/job.py:5", "--format", "json"], "goes with no --format"),
        (["--why", "app/job.py:5", "--fail-on", "high"], "goes with no --format"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(code: Path, tool: Tool, words: list[str], says: str) -> None:
    ended = tool("assess", code, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert says in ended.stderr


def test_names_cannot_steer_the_terminal(code: Path, tool: Tool) -> None:
    ended = tool("assess", code, "--why", "app/odd\x1b[31m.py:5")
    assert "\x1b" not in ended.stdout + ended.stderr
