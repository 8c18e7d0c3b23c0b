"""A proof that cannot be made says why, in one sentence, and starts nothing."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lastgood import running

Tool = Callable[..., CompletedProcess[str]]


@pytest.fixture
def project(home: Path) -> Path:
    return home / "tests" / "proving" / "fixture" / "durable"


def test_a_busy_port(project: Path, tool: Tool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = tool("prove", project, "--port", port)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert port in ended.stderr


def test_a_missing_extra(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    interpreter = sys.executable
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TEMPORAL_CLI", raising=False)
    assert running.run(["prove", str(project), "--python", interpreter]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "lastgood[prove]" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--python", "nowhere"], "--python"),
        (["--step", "no-such-step"], "no-such-step"),
        (["--output", "no/where.json"], "does not exist"),
        (["--at", "noon"], "is not one of"),
        (["--kills", "0"], "0 is not in the range"),
    ],
)
def test_wrong_options(words: list[str], said: str, project: Path, tool: Tool, tmp_path: Path) -> None:
    ended = tool("prove", project, *words, cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert said in ended.stderr
    assert [*tmp_path.iterdir()] == []
