"""Every way to end: an exit code, and at most one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest

from lastgood import running
from lastgood.exits import Exit
from lastgood.problems import Problem


def _ending_in(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    @click.command("lastgood")
    def broken() -> None:
        raise problem

    monkeypatch.setattr(running, "lastgood", broken)


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (Problem("There is nothing here.", Exit.NOTHING), 3, "lastgood: There is nothing here.\n"),
        (Problem("Wrong."), 2, "lastgood: Wrong.\n"),
        (click.ClickException("no full stop"), 2, "lastgood: no full stop.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_known_problems(
    problem: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _ending_in(monkeypatch, problem)
    assert running.run([]) == code
    assert capsys.readouterr().err.lstrip("\n") == said


def test_a_fault_of_our_own_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(running.DEBUG, raising=False)
    _ending_in(monkeypatch, KeyError("step \x1b[31m\u202e\n" + "long " * 1000))
    assert running.run([]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert len(said) < 400
    assert "KeyError" in said
    assert running.DEBUG in said
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_the_traceback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(running.DEBUG, "1")
    _ending_in(monkeypatch, KeyError("step"))
    assert running.run([]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["nonsense"], ["assess"], ["assess", ".", "--nonsense"], ["assess", ".", "--format", "nonsense"]]
)
def test_wrong_use_is_one_sentence_that_names_the_help(
    words: list[str], tool: Callable[..., CompletedProcess[str]]
) -> None:
    ended = tool(*words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert "--help" in ended.stderr


@pytest.mark.parametrize("words", [["schema"], ["--help"]])
def test_a_reader_that_goes_away_is_no_problem(words: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    start = [sys.executable, "-P", "-m", "lastgood", *words]
    ended = subprocess.run(start, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert ended.stderr == b""
    assert ended.returncode in (0, 1, 141)


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    """The first report has been read and nobody will ever read the second one when Ctrl-C arrives."""
    (tmp_path / "a.py").write_text("import httpx\n\n\ndef run():\n    httpx.get('https://example.org')\n")
    first, second = tmp_path / "first", tmp_path / "second"
    os.mkfifo(first)
    os.mkfifo(second)
    start = [sys.executable, "-P", "-m", "lastgood", "assess", str(tmp_path)]
    start += ["--report", f"json={first}", "--report", f"json={second}"]
    process = subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_hear_ctrl_c)  # noqa: PLW1509
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(first.read_text()), daemon=True)
    reader.start()
    try:
        reader.join(timeout=60)
        assert heard
        assert heard[0].startswith("{")
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out, said.strip()) == (130, b"", b"")


def _hear_ctrl_c() -> None:
    """A process that a shell started in the background ignores Ctrl-C, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
