"""Little memory, and trees of which nothing is left: the tool goes on with less, or says what it left out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import NoPythonError, assess

Tree = Callable[[Mapping[str, str | bytes]], Path]
GOOD = 'import requests\n\n\ndef fetch():\n    requests.post("https://example.org")\n'


class _Stingy(threading.Thread):
    """A thread that gets no more than so much stack."""

    most = 0

    def start(self) -> None:
        if threading.stack_size() > self.most:
            raise RuntimeError("can't start new thread")
        super().start()


def test_less_stack_will_do(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.stack_size()
    monkeypatch.setattr(_Stingy, "most", 64 * 1024 * 1024)
    monkeypatch.setattr(threading, "Thread", _Stingy)
    assert len(assess(tree({"a.py": GOOD})).pipelines) == 1
    assert threading.stack_size() == before


def test_no_stack_at_all_is_no_memory(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Thread", _Stingy)
    with pytest.raises(MemoryError):
        assess(tree({"a.py": GOOD}))


def test_what_was_left_out_is_said_where_nothing_is_left(tree: Tree) -> None:
    root = tree({"readme.md": ""})
    with pytest.raises(NoPythonError, match=r"looked for \*\.py"):
        assess(root)
    (root / "one.py").symlink_to("/dev/zero")
    (root / "two.py").symlink_to("/dev/zero")
    with pytest.raises(NoPythonError, match=r"left out one\.py \(a link that leads out of the tree\) and 1 more"):
        assess(root)
