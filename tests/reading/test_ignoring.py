"""Git's ignore rules, as git itself applies them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.source import Skipped
from assess.reading.ignoring import tracked_files
from assess.reading.walk import find_files

Tree = Callable[[Mapping[str, str | bytes]], Path]
FILES = (
    "a.py b.py build/x.py build/deep/y.py src/build/z.py src/a.py src/gen/a.py src/gen/keep.py logs/l.py old/one.py "
    "old/two.py docs/a1.py docs/a2.py docs/ab.py x/y/z/deep.py x/deep.py name[1].py #hash.py !bang.py two words.py "
    "Upper.py x/scratch/a.py scratch/a.py"
).replace("two words.py", "two_words.py")


def read(root: Path) -> tuple[list[str], list[Skipped]]:
    skipped: list[Skipped] = []
    return sorted(found.path for found in find_files(root, skipped)), skipped


def git(root: Path, *arguments: str) -> str:
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ended = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True, env=settings)
    return ended.stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")
@pytest.mark.parametrize(
    "rules",
    [
        "build/", "/build", "build", "/build/", "src/build", "*.py\n!a.py", "a.py", "/a.py", "src/*",
        "src/*\n!src/gen/",
        "old/*\n!old/two.py", "old/\n!old/two.py", "docs/a?.py", "docs/a[12].py", "docs/a[!1].py", "docs/a[^1].py",
        "**/deep.py", "x/**", "x/**/deep.py", "x/**/z", "**/y/**", "\\#hash.py", "\\!bang.py", "# a.py", "",
        "name\\[1\\].py",
        "a.py   ", "*", "*\n!*/\n!a.py", "upper.py", "tmp/", "*/tmp", "[",
        "/gen/",  "a[.py", "s*c/g*n/",
        "***.py", "a**.py",
        "x/*/z", "x/y", "/x/y/", "!a.py", "a.py\n!a.py\na.py", "name[[]1].py", "d*s/a*.p?",
    ],
)  # fmt: skip
def test_the_same_files_are_kept_as_git_keeps(tree: Tree, rules: str) -> None:
    root = tree({**dict.fromkeys(FILES.split(), ""), ".gitignore": rules + "\n"})
    git(root, "init", "-q")
    # An index with nothing in it: everything is as it would be in a fresh clone of this folder.
    kept = git(root, "-c", "core.quotepath=off", "ls-files", "--others", "--exclude-standard", "*.py").splitlines()
    assert read(root)[0] == sorted(kept)


def test_rules_of_a_folder_hold_below_it_and_win_over_those_above(tree: Tree) -> None:
    root = tree(
        {
            ".gitignore": "gen_*.py\nsecret.py\n", "gen_a.py": "", "app/.gitignore": "!gen_b.py\n/local.py\n",
            "app/gen_b.py": "", "app/gen_a.py": "", "app/local.py": "", "app/deep/local.py": "", "other/gen_b.py": "",
            "app/deep/secret.py": "",
        }
    )  # fmt: skip
    assert read(root)[0] == ["app/deep/local.py", "app/gen_b.py"]


def test_what_is_left_out_is_named_with_its_rule(tree: Tree) -> None:
    root = tree(
        {".gitignore": "# first\nout/\n", "out/a.py": "", "in.py": "", "app/.gitignore": "x.py", "app/x.py": ""}
    )
    assert read(root) == (
        ["in.py"],
        [
            Skipped("out", "ignored by git: .gitignore line 2"),
            Skipped("app/x.py", "ignored by git: app/.gitignore line 1"),
        ],
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="makes an index")
def test_what_git_keeps_all_the_same_is_read(tree: Tree) -> None:
    root = tree(
        {".gitignore": "lib/\n*.gen.py\n", "lib/a.py": "", "lib/b.py": "", "c.gen.py": "", "d.gen.py": "", "e.py": ""}
    )
    git(root, "init", "-q")
    git(root, "add", "-f", "lib/a.py", "c.gen.py", "e.py")
    assert tracked_files(root) == {"lib/a.py", "c.gen.py", "e.py"}
    found, skipped = read(root)
    assert found == ["c.gen.py", "e.py", "lib/a.py"]
    assert [s.file for s in skipped] == ["d.gen.py", "lib/b.py"]


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"x" * 70, b"\0" * 5000])
def test_a_damaged_index_keeps_nothing(tree: Tree, index: bytes) -> None:
    root = tree({".git/index": index, ".gitignore": "a.py", "a.py": "", "b.py": ""})
    assert read(root)[0] == ["b.py"]


def test_patterns_made_to_be_slow_are_not(tree: Tree) -> None:
    """Each of these takes for ever where a gap is tried at every length."""
    slow = ["*a" * 60 + "b", "**/a/" * 40 + "b", "*" * 3000 + "b", "[a-" * 50, "?*" * 100 + "b"]
    deep = "/".join(["a"] * 40) + "/" + "a" * 200 + ".py"
    root = tree({".gitignore": "\n".join(slow * 20), deep: ""})
    assert read(root)[0] == [deep]
