"""A generator that is killed, that has no room, that is not alone: the old project is there or the new one."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrate import replacing
from migrate.errors import MigrationError
from migrate.writing import MANIFEST, digest, write

FIRST = {f"pkg/part{n}.py": f"old = {n}\n" for n in range(6)} | {"README.md": "old\n", "tests/gone.py": "gone = 1\n"}
SECOND = {f"pkg/part{n}.py": f"new = {n}\n" for n in range(3, 9)} | {"README.md": "new\n"}
THEIRS = {"notes.txt": "mine", "pkg/local.py": "mine = 1", "deep/er/kept.txt": "mine"}


def project(files: Mapping[str, str]) -> dict[str, str]:
    told = ",".join(f'"{path}":"{digest(text)}"' for path, text in sorted(files.items()))
    return {**files, MANIFEST: f'{{"files":{{{told}}}}}'}


def contents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def laid_out(folder: Path) -> Path:
    write(project(FIRST), folder)
    for path, text in THEIRS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def child(work: Callable[[], object]) -> int:
    """How a process ended that did this work: its exit code, or minus the signal that killed it."""
    number = os.fork()
    if number == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the child ends here, whatever it is
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def killed_at(moment: int, work: Callable[[], object]) -> int:
    """Do this work in a process that is killed at its n-th dealing with the file system."""

    def work_until() -> None:
        left = [moment]

        def count(event: str, _: object) -> None:
            if event != "os.kill" and event.startswith(
                ("open", "os.", "shutil.", "pathlib.", "ctypes.dlsym", "tempfile.")
            ):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()

    return child(work_until)


@pytest.mark.parametrize("exchanging", [True, False])
def test_killed_at_any_moment(tmp_path: Path, exchanging: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every moment of the second generation. Where a system cannot exchange names, the next run finishes the move."""
    if not exchanging:
        monkeypatch.setattr(replacing, "_SWAP", {})
    before, after = {**project(FIRST), **THEIRS}, {**project(SECOND), **THEIRS}
    seen = set()
    for moment in range(2000):
        home = tmp_path / str(moment)
        home.mkdir()
        folder = laid_out(home / "out")
        ended = killed_at(moment, lambda folder=folder: write(project(SECOND), folder))  # type: ignore[misc]
        there = contents(folder)
        seen.add(there == after)
        assert not exchanging or there in (before, after), f"killed at moment {moment}"
        assert THEIRS.items() <= there.items()
        write(project(SECOND), folder)
        assert contents(folder) == after
        assert [p.name for p in home.iterdir()] == ["out"], "nothing of the killed one is left"
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert moment > 40
    assert seen == {True, False}


def test_killed_while_the_first_is_written(tmp_path: Path) -> None:
    for moment in range(500):
        folder = tmp_path / str(moment) / "above" / "out"
        ended = killed_at(moment, lambda folder=folder: write(project(FIRST), folder))  # type: ignore[misc]
        assert not folder.exists() or contents(folder) == project(FIRST)
        write(project(FIRST), folder)
        assert [p.name for p in folder.parent.iterdir()] == ["out"]
        if ended == 0:
            return
    pytest.fail("the work never came to its end")


def test_no_room_leaves_the_old_one(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "out")
    before = contents(folder)
    large = project(SECOND | {"pkg/large.py": "x = 1\n" * 100_000})

    def without_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with pytest.raises(MigrationError, match="out cannot be written: File too large"):
            write(large, folder)

    assert child(without_room) == 0
    assert contents(folder) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_no_room_leaves_no_empty_folders(tmp_path: Path) -> None:
    def without_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        with pytest.raises(MigrationError):
            write(project(FIRST), tmp_path / "new" / "place" / "out")

    assert child(without_room) == 0
    assert list(tmp_path.iterdir()) == []


def test_many_at_once(tmp_path: Path) -> None:
    """One after the other takes its turn: what stands there at the end is whole, and one of the two."""
    folder = tmp_path / "out"
    numbers = []
    for n in range(8):
        number = os.fork()
        if number == 0:
            try:
                for _ in range(10):
                    write(project(SECOND if n % 2 else FIRST), folder)
                os._exit(0)
            except BaseException:  # noqa: BLE001 - the child ends here
                os._exit(1)
        numbers.append(number)
    assert [os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in numbers] == [0] * 8
    assert contents(folder) in (project(FIRST), project(SECOND))
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_what_is_not_ours_keeps_its_place_and_its_kind(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "out")
    (folder / "link").symlink_to("notes.txt")
    (folder / "empty").mkdir()
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o750)
    folder.chmod(0o755)
    write(project(SECOND), folder)
    assert (folder / "link").readlink() == Path("notes.txt")
    assert (folder / "empty").is_dir()
    assert (folder / "run.sh").stat().st_mode & 0o777 == 0o750
    assert folder.stat().st_mode & 0o777 == 0o755
    assert not (folder / "tests").exists(), "what was generated and is gone leaves no empty folder"


def test_a_folder_that_leads_elsewhere_is_not_written_into(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "out")
    elsewhere = tmp_path / "elsewhere"
    (folder / "pkg").rename(elsewhere)
    (folder / "pkg").symlink_to(elsewhere)
    before = contents(elsewhere)
    with pytest.raises(MigrationError, match="pkg is a link to another folder"):
        write(project(SECOND), folder)
    assert contents(elsewhere) == before


def test_a_manifest_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "theirs.txt").write_text("mine")
    (folder / MANIFEST).write_text(f'{{"files":{{"../theirs.txt":"{digest("mine")}"}}}}')
    write(project(SECOND), folder)
    assert (tmp_path / "theirs.txt").read_text() == "mine"
