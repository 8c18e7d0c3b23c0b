"""libcst can take its process down, hang and fill the memory: only the child feels it, and the file is named."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from assess.model.source import Skipped
from assess.reading import parse as parsing
from assess.reading.lowering import worker as working
from assess.reading.lowering.worker import MOST_DEATHS, Worker
from assess.reading.tree import SourceTree

NEWER = "lazy import json\n"
"""Newer than any Python that this runs on."""
DEADLY = NEWER + "x = " + "(" * 200_000 + "1" + ")" * 200_000 + "\n"
ENDLESS = NEWER + "x = a" + ".b" * 100_000 + "\n"


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def test_a_text_that_kills_the_child_is_not_read_and_the_next_one_is(worker: Worker) -> None:
    assert worker.ask(DEADLY) is None
    assert worker.deaths == 1
    lowered = worker.ask(NEWER)
    assert lowered is not None
    assert lowered.text == "import      json\n"
    assert worker.deaths == 0


def test_a_text_that_takes_too_long_is_not_read() -> None:
    worker = Worker(seconds=1)
    assert worker.ask(ENDLESS) is None
    assert worker.deaths == 1
    worker.close()


def test_a_child_without_memory_is_no_answer() -> None:
    worker = Worker(memory=1_000_000)
    assert worker.ask(NEWER) is None
    assert worker.deaths == 1
    worker.close()


def test_one_child_answers_many(worker: Worker) -> None:
    worker.ask(NEWER)
    first = worker._process  # noqa: SLF001 - whether it is the same one shows nowhere else
    worker.ask("x = (\n")
    assert worker.ask(NEWER) is not None
    assert worker._process is first  # noqa: SLF001
    assert worker.deaths == 0


def test_nobody_is_asked_any_more_after_some_deaths_in_a_row(worker: Worker) -> None:
    worker.deaths = MOST_DEATHS
    assert worker.ask(NEWER) is None
    assert worker._process is None  # noqa: SLF001 - that nobody was started shows nowhere else


def test_a_large_text_is_not_even_asked_about(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "LARGEST", 10)
    assert worker.ask(NEWER) is None
    assert worker._process is None  # noqa: SLF001 - that nobody was started shows nowhere else


def test_a_fork_has_a_child_of_its_own(worker: Worker) -> None:
    """Two processes that read one pipe would get each other's answers."""
    assert worker.ask(NEWER) is not None
    child = os.fork()
    if child == 0:
        answered = worker.ask(NEWER) is not None
        worker.close()
        os._exit(0 if answered else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert worker.ask(NEWER) is not None


def test_the_deadly_file_is_named_and_the_others_are_read(
    tmp_path_factory: pytest.TempPathFactory, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "WORKER", worker)
    root = tmp_path_factory.mktemp("code")
    (root / "deadly.py").write_text(NEWER + "x = " + "-" * 200_000 + "1\n")
    (root / "newer.py").write_text(NEWER)
    tree = SourceTree(root)
    assert [path for path in sorted(tree.data) if tree.syntax(path)] == ["newer.py"]
    (named,) = tree.skipped
    assert isinstance(named, Skipped)
    assert named.file == "deadly.py"
    assert named.reason.startswith("needs Python >= 3.15 from line 1 on")
