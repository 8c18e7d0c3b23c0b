"""A very large tree is read as far as it promises most, and the rest is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.resolving import effort
from assess.usecases import Settings, assess

Tree = Callable[[Mapping[str, str | bytes]], Path]
MODEL = 'import openai\n\n\ndef ask():\n    openai.OpenAI().responses.create(model="m", input="x")\n\n\nask()\n'
POST = 'import requests\n\n\ndef send():\n    requests.post("https://example.org")\n\n\nsend()\n'
FILES = {
    "chat/ask.py": MODEL,
    "chat/helper.py": "from chat import sums\n",
    "chat/sums.py": "def add(a, b):\n    return a + b\n",
    **{f"shop/send{n}.py": POST for n in range(4)},
}


def test_the_files_that_name_models_come_first(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "READ_WHOLE", len(MODEL) + 2 * len(POST) + 10)
    found = assess(tree(FILES))
    assert [p.entry.file for p in found.pipelines] == ["chat/ask.py", "shop/send0.py", "shop/send1.py"]
    told = {s.file: s.reason for s in found.target.skipped}
    assert told["."].startswith("2 files name nothing outside")
    assert told["shop/"].startswith("2 files not read")


def test_entries_beyond_the_effort_are_counted(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "READ_WHOLE", len(MODEL) + 2 * len(POST) + 10)
    monkeypatch.setattr(effort, "CALLS_IN_VERY_LARGE", 4)
    found = assess(tree(FILES))
    assert [p.entry.file for p in found.pipelines] == ["chat/ask.py"]
    assert any("entries not followed" in s.reason for s in found.target.skipped)


def test_thorough_leaves_nothing_out(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "READ_WHOLE", 1)
    found = assess(tree(FILES), Settings(thorough=True))
    assert len(found.pipelines) == 5
    assert found.target.skipped == ()
