"""Which files of a tree are read, and what is said of the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.source import Skipped
from assess.reading import walk
from assess.reading.walk import LARGEST, SKIPPED_FOLDERS, find_files

Tree = Callable[[Mapping[str, str | bytes]], Path]


def walked(root: Path) -> tuple[list[str], list[Skipped]]:
    skipped: list[Skipped] = []
    return [found.path for found in find_files(root, skipped)], skipped


def test_python_and_notebooks_are_read_in_order(tree: Tree) -> None:
    root = tree(
        {"b.py": "", "a/z.py": "", "a.py": "", "a/b/c.ipynb": "{}", "readme.md": "", "x.pyc": "", "y.pyi": "", "PY": ""}
    )
    found, skipped = walked(root)
    assert sorted(found) == ["a.py", "a/b/c.ipynb", "a/z.py", "b.py"]
    assert found == walked(root)[0]
    assert skipped == []


@pytest.mark.parametrize("folder", sorted(SKIPPED_FOLDERS))
def test_folders_of_tools_are_passed_over_without_a_word(tree: Tree, folder: str) -> None:
    root = tree({"a.py": "", f"{folder}/b.py": "", f"deep/er/{folder}/c.py": ""})
    assert walked(root) == (["a.py"], [])


def test_an_environment_is_known_by_its_mark_not_its_name(tree: Tree) -> None:
    root = tree({"a.py": "", "myenv/pyvenv.cfg": "", "myenv/lib/b.py": "", "env/c.py": "", "environment/d.py": ""})
    assert walked(root) == (["a.py", "env/c.py", "environment/d.py"], [])


def test_a_folder_that_is_named_like_a_file_is_a_folder(tree: Tree) -> None:
    assert walked(tree({"odd.py/inside.py": ""})) == (["odd.py/inside.py"], [])


def test_links_to_folders_are_not_followed(tree: Tree) -> None:
    root = tree({"a/b.py": ""})
    (root / "a" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    assert walked(root) == (["a/b.py"], [])


def test_links_to_themselves_and_to_nothing_are_named(tree: Tree) -> None:
    root = tree({"a.py": ""})
    (root / "self.py").symlink_to(root / "self.py")
    (root / "one.py").symlink_to(root / "two.py")
    (root / "two.py").symlink_to(root / "one.py")
    (root / "gone.py").symlink_to(root / "nowhere.py")
    found, skipped = walked(root)
    assert found == ["a.py"]
    assert {s.file for s in skipped} == {"self.py", "one.py", "two.py", "gone.py"}
    assert all(s.reason and "\n" not in s.reason for s in skipped)


def test_one_file_under_two_names_is_read_once(tree: Tree) -> None:
    root = tree({"a.py": "x = 1\n"})
    os.link(root / "a.py", root / "b.py")
    assert walked(root)[0] == ["a.py"]


def test_what_is_no_file_is_not_opened(tree: Tree) -> None:
    """Opening a FIFO would wait for ever."""
    root = tree({"a.py": ""})
    os.mkfifo(root / "pipe.py")
    (root / "zero.py").symlink_to("/dev/zero")
    found, skipped = walked(root)
    assert found == ["a.py"]
    assert {s.file for s in skipped} == {"pipe.py", "zero.py"}


def test_a_file_up_to_the_limit_is_read_and_a_larger_one_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST >= 1_000_000
    monkeypatch.setattr(walk, "LARGEST", 10)
    found, skipped = walked(tree({"fits.py": "#" * 10, "large.py": "#" * 11}))
    assert found == ["fits.py"]
    assert [s.file for s in skipped] == ["large.py"]


def test_what_may_not_be_read_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is played."""
    real = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "locked.py":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found, skipped = walked(tree({"a.py": "", "locked.py": ""}))
    assert found == ["a.py"]
    assert skipped == [Skipped("locked.py", "cannot be read: Permission denied")]


def test_a_folder_that_may_not_be_listed_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"a.py": "", "locked/b.py": ""})
    real = os.scandir

    def refuse(path: str) -> object:
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert walked(root) == (["a.py"], [Skipped("locked", "cannot be read: Permission denied")])


def test_names_that_are_no_text_can_be_written_down(tree: Tree) -> None:
    root = tree({"a.py": ""})
    Path(os.fsdecode(os.fsencode(root) + b"/bad-\xff.py")).write_text("")
    found, _ = walked(root)
    assert len(found) == 2
    for name in found:
        name.encode("utf-8")
