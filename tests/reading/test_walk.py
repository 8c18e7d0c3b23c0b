"""Which files of a tree are read, and what is said of the others."""

from __future__ import annotations

import os
import subprocess
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


def test_a_project_that_lastgood_wrote_is_named_and_left_out(tree: Tree) -> None:
    told = '{\n  "lastgood_version": "1",'
    root = tree({"a.py": "", "out/lastgood.json": told, "out/b.py": "", "other/lastgood.json": "{}", "other/c.py": ""})
    found, skipped = walked(root)
    assert (found, [s.file for s in skipped]) == (["a.py", "other/c.py"], ["out"])
    assert "lastgood wrote" in skipped[0].reason
    assert walked(root / "out") == (["b.py"], [])


def test_a_folder_that_is_named_like_a_file_is_a_folder(tree: Tree) -> None:
    assert walked(tree({"odd.py/inside.py": ""})) == (["odd.py/inside.py"], [])


def test_links_to_folders_are_not_followed(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a/b.py": ""})
    (root / "a" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    (root / "node_modules").symlink_to(tmp_path)
    assert walked(root) == (["a/b.py"], [])
    (root / "shared").symlink_to(tmp_path)
    assert walked(root) == (["a/b.py"], [Skipped("shared", "a link that leads out of the tree")])


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
    (root / "c.py").symlink_to("a.py")
    same = "the same file as a.py"
    assert walked(root) == (["a.py"], [Skipped("b.py", same), Skipped("c.py", same)])


def test_two_names_that_look_the_same_are_told_apart(tree: Tree) -> None:
    """A byte that is no text is written down as a backslash and its number, which is a name too."""
    root = tree({r"a\xff.py": "", "b.py": ""})
    Path(os.fsdecode(os.fsencode(root) + b"/a\xff.py")).write_text("")
    found, skipped = walked(root)
    assert found == [r"a\xff.py", "b.py"]
    assert skipped == [Skipped(r"a\xff.py", "another file's name looks the same")]


def test_folders_may_be_nested_deeply(tree: Tree) -> None:
    """Deeper than functions may call themselves, up to the longest path that the system opens."""
    root = tree({"a.py": ""})
    here = os.open(root, os.O_RDONLY)
    for _ in range(2_100):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (root / ("d/" * 1_200) / "b.py").write_text("")
    found, skipped = walked(root)
    subprocess.run(["rm", "-r", root / "d"], check=True)  # what clears up after tests would call itself too often
    assert found == ["a.py", "d/" * 1_200 + "b.py"]
    assert [s.reason for s in skipped] == ["cannot be read: File name too long"]


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
    real = open

    def refuse(file: str, mode: str) -> object:
        if file.endswith("locked.py"):
            raise PermissionError(13, "Permission denied")
        return real(file, mode)

    monkeypatch.setattr(walk, "open", refuse, raising=False)
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


def test_a_folder_that_may_not_be_searched_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names can be listed, but nothing in it can be asked about."""
    root = tree({"a.py": "", "locked/b.py": ""})
    real = os.stat

    def refuse(path: str | Path, **options: bool) -> os.stat_result:
        if "locked/" in os.fspath(path):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path, **options)

    monkeypatch.setattr(os, "stat", refuse)
    found, skipped = walked(root)
    assert found == ["a.py"]
    assert skipped == [Skipped("locked/b.py", "cannot be read: Permission denied")]
