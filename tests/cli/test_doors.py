"""The door does not open onto the user's own packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lastgood import __main__ as door

ROOMS = ("assess", "migrate", "reports")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("form", ["{}.py", "{}/__init__.py"])
def test_a_package_that_hides_ours_is_named(
    room: str, form: str, tmp_path: Path, tool: Callable[..., CompletedProcess[str]], tree: Callable[..., Path]
) -> None:
    other = tree({form.format(room): "raise SystemExit('it was imported')"})
    ended = tool("--version", cwd=tmp_path, env={"PYTHONPATH": str(other)})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert f"another package called '{room}'" in ended.stderr
    assert str(other) in ended.stderr
    assert "uvx lastgood" in ended.stderr


@pytest.mark.parametrize("entry", ["", ".", "{here}"])
def test_the_working_folder_leaves_the_path(entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry.format(here=tmp_path), "/elsewhere"])
    door.leave_working_folder()
    assert sys.path == ["/elsewhere"]


def test_a_working_folder_that_is_gone_is_no_reason_to_stop(
    tmp_path: Path, tool: Callable[..., CompletedProcess[str]]
) -> None:
    gone = tmp_path / "gone"
    script = f'mkdir "{gone}" && cd "{gone}" && rmdir "{gone}" && exec "$0" "$@"'
    for start in ([str(Path(sys.executable).with_name("lastgood"))], [sys.executable, "-m", "lastgood"]):
        ended = tool("--version", by=("/bin/sh", "-c", script, *start))
        assert ended.returncode == 0
        assert "lastgood" not in ended.stderr  # a shell may say something of its own


def test_it_works_in_its_own_checkout(home: Path, tool: Callable[..., CompletedProcess[str]]) -> None:
    assert tool("--version", cwd=home).returncode == 0
    assert tool("--version", cwd=home, by=(sys.executable, "-m", "lastgood")).returncode == 0
