"""Code newer and older than the running Python is named as what it is, and odd bytes are read or named."""

from __future__ import annotations

import sys

import pytest

from assess.model.source import Skipped
from assess.reading.lowering.worker import MOST_DEATHS, WORKER
from assess.reading.newer import is_python_2, needed_version
from assess.reading.parse import UnreadableError, parse
from assess.reading.tree import SourceTree

NEWER = {
    "def first[T](items: list[T]) -> T:\n    return items[0]\n": "3.12",
    "class Box[T]:\n    pass\n": "3.12",
    "type Pair = tuple[int, int]\n": "3.12",
    "x = f'{d['a']}'\n": "3.12",
    "class Box[T = int]:\n    pass\n": "3.13",
    "try:\n    f()\nexcept ValueError, KeyError:\n    pass\n": "3.14",
    "x = t'hello {name}'\n": "3.14",
    "lazy import json\n": "3.15",
    "x = [*y for y in z]\n": "3.15",
}
OLDER = [
    "print 'hello'\n", "exec code\n", "raise ValueError, 'x'\n", "x = `y`\n", "x = 0777\n",
    "try:\n    f()\nexcept IOError, e:\n    pass\n", "x = 1L\n", "if a <> b:\n    pass\n",
]  # fmt: skip
WRONG = [
    "x = (\n", "def f(:\n    pass\n", "raise exc\nx = = 1\n", "x = 1 2\n", "if x\n    pass\n", "typed = int x\n",
    "x = 'abc\n", "x = [1, 2\ny = 3\n",
]  # fmt: skip


def refusal(text: str) -> str:
    with pytest.raises(UnreadableError) as refused:
        parse("a.py", text.encode())
    return str(refused.value)


@pytest.mark.parametrize("text", NEWER)
def test_newer_syntax_that_cannot_be_lowered_names_the_version_that_reads_it(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKER, "deaths", MOST_DEATHS)
    version = NEWER[text]
    if sys.version_info >= tuple(map(int, version.split("."))):
        parse("a.py", text.encode())
    else:
        assert refusal("x = 1\nraise_ = 2\n" + text).startswith(f"needs Python >= {version} from line ")


@pytest.mark.parametrize("text", OLDER)
def test_python_2_is_named(text: str) -> None:
    assert "Python 2" in refusal(text)
    assert "Python 2" in refusal("import sys\n\n" + text)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_in_every_version_is_just_wrong(text: str) -> None:
    assert refusal(text).startswith("does not parse")


def test_a_modern_file_that_raises_is_not_python_2() -> None:
    text = "def f(exc):\n    raise exc\n\n\ndef g():\n    '''\n    print nothing\n    '''\n\n\nx = (\n"
    assert "Python 2" not in refusal(text)


@pytest.mark.parametrize(
    "text", ["", "x" * 100_000, "[*" * 50_000, "t'" * 50_000, "def f[" * 20_000, "except " * 20_000]
)
def test_looking_for_versions_takes_no_time_on_odd_lines(text: str) -> None:
    for line in (0, 1, 5):
        needed_version(text, line, "f-string: x")
        is_python_2(text, line)


def test_the_line_stands_under_skipped(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("code")
    (root / "old.py").write_text("print 'x'\n")
    (root / "ok.py").write_text("x = 1\n")
    tree = SourceTree(root)
    assert [path for path in sorted(tree.data) if tree.syntax(path)] == ["ok.py"]
    assert tree.skipped == [Skipped("old.py", "Python 2 source: needs a version of Python that is no longer kept")]
