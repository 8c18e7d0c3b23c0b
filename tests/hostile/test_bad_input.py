"""Bad input: one clear sentence with what to do, the exit code of the contract, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Tool = Callable[..., CompletedProcess[str]]
Tree = Callable[[Mapping[str, str | bytes]], Path]

STEP = 'import requests\n\n\ndef fetch():\n    requests.get("https://example.org")\n'


def _one_sentence(ended: CompletedProcess[str], code: int) -> str:
    assert ended.stdout == ""
    assert ended.stderr.startswith("lastgood: ")
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    assert "fault of its own" not in ended.stderr
    assert ended.returncode == code
    return ended.stderr


@pytest.mark.parametrize("command", ["assess", "migrate"])
def test_a_path_that_does_not_exist(command: str, tmp_path: Path, tool: Tool) -> None:
    output = ["--output", str(tmp_path / "out")] if command == "migrate" else []
    said = _one_sentence(tool(command, tmp_path / "nowhere", *output), 2)
    assert "nowhere" in said
    assert not (tmp_path / "out").exists()


def test_a_file_instead_of_a_folder(tree: Tree, tool: Tool) -> None:
    said = _one_sentence(tool("assess", tree({"a.py": STEP}) / "a.py"), 2)
    assert "folder" in said


def test_a_tree_without_python(tree: Tree, tool: Tool) -> None:
    said = _one_sentence(tool("assess", tree({"README.md": "hello"})), 3)
    assert "no Python" in said


def test_python_without_pipelines_is_no_problem(tree: Tree, tool: Tool) -> None:
    ended = tool("assess", tree({"a.py": "x = 1\n"}))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout


def test_nothing_to_migrate(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    _one_sentence(tool("migrate", tree({"a.py": "x = 1\n"}), "--output", tmp_path / "out"), 3)
    assert not (tmp_path / "out").exists()


def test_a_pipeline_that_is_not_there(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    said = _one_sentence(tool("migrate", tree({"a.py": STEP}), "--pipeline", "no", "--output", tmp_path / "out"), 2)
    assert "'no'" in said


@pytest.fixture
def written(tree: Tree, tool: Tool, tmp_path: Path) -> Path:
    file = tmp_path / "assessment.json"
    assert tool("assess", tree({"a.py": STEP}), "--report", f"json={file}").returncode == 0
    return file


DAMAGE: dict[str, Callable[[dict[str, Any]], str]] = {
    "cut off": lambda data: json.dumps(data)[:-20],
    "another version": lambda data: json.dumps(data | {"schema_version": "99"}),
    "a field is gone": lambda data: json.dumps({k: v for k, v in data.items() if k != "pipelines"}),
    "a field is wrong": lambda data: json.dumps(data | {"findings": 7}),
    "not ours": lambda _: '{"a": 1}',
    "a list": lambda _: "[]",
    "empty": lambda _: "",
    "nested": lambda _: "[" * 100_000,
    "control characters": lambda data: json.dumps(data | {"schema_version": "\x1b[31m\u202e"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_assessment(damage: str, written: Path, tool: Tool) -> None:
    written.write_text(DAMAGE[damage](json.loads(written.read_text())))
    said = _one_sentence(tool("report", written), 2)
    assert "assessment.json" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_other_things_instead_of_an_assessment(tmp_path: Path, tool: Tool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere", "pipe", "bytes", ".", "a\x1b[31mb"):
        assert "\x1b" not in _one_sentence(tool("report", tmp_path / name), 2)


def test_a_damaged_plan_or_proof(written: Path, tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("[1]")
    for option in ("--plan", "--proof"):
        _one_sentence(tool("report", written, "--format", "html", option, tmp_path / "plan.json"), 2)
        _one_sentence(tool("report", written, "--format", "html", option, tmp_path / "none.json"), 2)
        assert "--format html" in _one_sentence(tool("report", written, option, tmp_path / "plan.json"), 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report", "html=no/where/a.html"], "does not exist"),
        (["--report", "html=."], "is a folder"),
        (["--report", "html"], "FORMAT=FILE"),
        (["--report", "docx=a.docx"], "there are"),
        (["--report", "json=a", "--report", "html=./a"], "same file"),
        (["--fail-on", "much"], "is not one of"),
    ],
)
def test_wrong_options(words: list[str], said: str, tree: Tree, tool: Tool, tmp_path: Path) -> None:
    assert said in _one_sentence(tool("assess", tree({"a.py": STEP}), *words, cwd=tmp_path), 2)
    assert [path.name for path in tmp_path.iterdir()] == ["code"]


def test_a_check_that_is_not_there(tool: Tool) -> None:
    assert "silent-drop" in _one_sentence(tool("explain", "silent-drp"), 2)


def test_a_folder_that_is_no_project_cannot_be_proved(tmp_path: Path, tool: Tool) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        assert "lastgood migrate" in _one_sentence(tool("prove", place), 2)
