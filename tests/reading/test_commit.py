"""The commit is read from git's own files, and nothing that stands there can make the reader wait or tell secrets."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.reading.commit import checked_out

Tree = Callable[[Mapping[str, str | bytes]], Path]
ONE = "0123456789" * 4
OTHER = "f" * 64


@pytest.mark.parametrize(
    ("files", "commit"),
    [
        ({".git/HEAD": f"{ONE}\n"}, ONE),
        ({".git/HEAD": OTHER}, OTHER),
        ({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": f"{ONE}\n"}, ONE),
        ({".git/HEAD": "ref: refs/heads/a/b\n", ".git/packed-refs": f"# x\n{OTHER} refs/heads/a/b\n^{ONE}\n"}, OTHER),
        ({".git/HEAD": "ref: refs/heads/unborn\n"}, None),
        ({".git/HEAD": "secret"}, None),
        ({".git/HEAD": "x" * 40}, None),
        ({".git/HEAD": b"\xff\xfe"}, None),
        ({".git/HEAD": ""}, None),
        ({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": "a" * 2_000}, None),
        ({".git/HEAD": "ref: ../secret\n", "secret": ONE}, None),
        ({".git/HEAD": "ref: refs/heads/../../../secret\n", "secret": ONE}, None),
        ({".git/HEAD": "ref: /etc/passwd\n"}, None),
        ({".git": "gitdir: elsewhere\n"}, None),
        ({"a.py": ""}, None),
    ],
)
def test_the_commit_or_nothing(files: Mapping[str, str | bytes], commit: str | None, tree: Tree) -> None:
    assert checked_out(tree(files)) == commit


@pytest.mark.parametrize("name", [".git/HEAD", ".git/packed-refs", ".git/refs/heads/main"])
def test_nobody_waits_for_a_fifo(name: str, tree: Tree) -> None:
    root = tree({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/other": ONE})
    (root / name).unlink(missing_ok=True)
    os.mkfifo(root / name)
    assert checked_out(root) is None
    (root / name).unlink()
    (root / name).symlink_to("/dev/zero")
    assert checked_out(root) is None
