"""The command line as people use it, told in Markdown; in this process, because each command costs a second else."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from lastgood.running import run
from tests.cli.sessions import Command, Session, Write, sessions

TOLD = [session for path in sorted((Path(__file__).parent / "stories").glob("*.md")) for session in sessions(path)]


@pytest.mark.parametrize("session", TOLD, ids=str)
def test_a_session(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for act in session.acts:
        match act:
            case Write(name, text):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
            case Command(line, _, code):
                ended = run(shlex.split(line)[1:])
                said = capsys.readouterr()
                printed = said.out + said.err
                assert (ended, act.fits(printed)) == (code, True), f"$ {line}\n{printed}"


def test_sessions_are_told() -> None:
    assert sum(isinstance(act, Command) for session in TOLD for act in session.acts) > 20
