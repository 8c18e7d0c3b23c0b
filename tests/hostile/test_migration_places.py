"""Where a migration reads from and writes to: nothing of a person's is lost, and changed code is not mixed up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Tool = Callable[..., CompletedProcess[str]]

PIPELINE = """
import sys

import openai
import requests

client = openai.OpenAI()


def ask(text: str) -> str:
    said = client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
    return said.choices[0].message.content


def store(answer: str) -> None:
    requests.post("https://crm.example.org/records", json={"answer": answer}, timeout=10)


def handle(text: str) -> str:
    answer = ask(text)
    store(answer)
    return answer


if __name__ == "__main__":
    handle(sys.argv[1])
"""


@pytest.fixture
def code(tree: Callable[[Mapping[str, str]], Path]) -> Path:
    return tree({"pipeline.py": PIPELINE})


def _everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _refused(ended: CompletedProcess[str]) -> str:
    assert ended.returncode == 2
    assert ended.stderr.startswith("lastgood: ")
    assert ended.stderr.count("\n") == 1
    assert "fault of its own" not in ended.stderr
    return ended.stderr


def test_it_writes_a_project_and_leaves_the_code_alone(code: Path, tmp_path: Path, tool: Tool) -> None:
    before = _everything(code)
    ended = tool("migrate", code, "--output", tmp_path / "project")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(f"lastgood prove {tmp_path / 'project'}\n")
    assert "moved" in ended.stdout
    assert _everything(code) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code", "project"]


def test_a_second_time_changes_nothing(code: Path, tmp_path: Path, tool: Tool) -> None:
    assert tool("migrate", code, "--output", tmp_path / "project").returncode == 0
    before = _everything(tmp_path / "project")
    ended = tool("migrate", code, "--output", tmp_path / "project")
    assert ended.returncode == 0
    assert "up to date" in ended.stdout
    assert _everything(tmp_path / "project") == before


def test_a_persons_edit_is_kept_when_the_code_has_moved_on(code: Path, tmp_path: Path, tool: Tool) -> None:
    project = tmp_path / "project"
    assert tool("migrate", code, "--output", project).returncode == 0
    edited = next(project.rglob("activities*.py"))
    edited.write_text(edited.read_text() + "\n# mine \x1b[31m\n")
    (code / "pipeline.py").write_text(PIPELINE.replace("store(answer)", "store(answer + text)"))
    before = _everything(project)
    ended = tool("migrate", code, "--output", project)
    assert "changed by hand" in _refused(ended)
    assert "-# mine \\x1b[31m\n" in ended.stdout, "what would be lost is shown, and cannot steer the terminal"
    assert _everything(project) == before


def test_a_folder_with_something_else_in_it_is_refused(code: Path, tmp_path: Path, tool: Tool) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    (tmp_path / "file").write_text("text")
    for place in (tmp_path / "photos", tmp_path / "file", code):
        before = _everything(tmp_path)
        _refused(tool("migrate", code, "--output", place))
        assert _everything(tmp_path) == before


def test_an_assessment_finds_its_code(code: Path, tmp_path: Path, tool: Tool) -> None:
    file = tmp_path / "assessment.json"
    assert tool("assess", code, "--report", f"json={file}").returncode == 0
    assert tool("migrate", file, "--output", tmp_path / "beside").returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    file = file.rename(elsewhere / "assessment.json")
    assert "--source" in _refused(tool("migrate", file, "--output", tmp_path / "other", cwd=elsewhere))
    ended = tool("migrate", file, "--source", code, "--output", tmp_path / "other", cwd=elsewhere)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "--source" in _refused(tool("migrate", code, "--source", code, "--output", tmp_path / "third"))


def test_code_that_has_changed_since_is_refused(code: Path, tmp_path: Path, tool: Tool) -> None:
    file = tmp_path / "assessment.json"
    assert tool("assess", code, "--report", f"json={file}").returncode == 0
    (code / "pipeline.py").write_text("# a line more\n" + PIPELINE)
    assert "assess again" in _refused(tool("migrate", file, "--output", tmp_path / "project"))
    assert not (tmp_path / "project").exists()
