"""A fresh copy of the miniature project for each test, under a path with a space; no process may be left behind."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

FIXTURE = Path(__file__).with_name("fixture")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "a b"
    shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns("__pycache__", ".ruff_cache"))
    yield folder
    assert still_running(folder) == []


@pytest.fixture
def project(place: Path) -> Path:
    return place / "durable"


def still_running(folder: Path) -> list[str]:
    """The command lines of processes that have to do with this folder; a moment is given for the kernel to reap."""
    for _ in range(20):
        found = [said for process in Path("/proc").glob("[0-9]*") if (said := _about(process, str(folder)))]
        if not found:
            return []
        time.sleep(0.1)
    return found


def _about(process: Path, folder: str) -> str:
    try:
        command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        where = str((process / "cwd").readlink())
    except OSError:
        return ""
    return command if command and (folder in command or where.startswith(folder)) else ""


def edit(file: Path, old: str, new: str) -> None:
    """Change the fixture; the text must be there, so that a test never runs on what it did not change."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
