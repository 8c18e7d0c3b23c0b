"""Which file an import means, in every layout that teams use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.reading.tree import SourceTree
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]

LAYOUTS: dict[str, tuple[str, list[tuple[str, str, str | None]]]] = {
    "package at the root": (
        "app/__init__.py app/a.py app/sub/__init__.py app/sub/b.py job.py",
        [
            ("job.py", "app", "app/__init__.py"),
            ("job.py", "app.a", "app/a.py"),
            ("job.py", "app.sub", "app/sub/__init__.py"),
            ("job.py", "app.sub.b", "app/sub/b.py"),
            ("app/sub/b.py", "app.a", "app/a.py"),
            ("app/a.py", "job", "job.py"),
            ("job.py", "app.gone", None),
            ("job.py", "elsewhere", None),
        ],
    ),
    "src": (
        "src/app/__init__.py src/app/a.py scripts/run.py",
        [
            ("scripts/run.py", "app.a", "src/app/a.py"),
            ("src/app/__init__.py", "app.a", "src/app/a.py"),
            ("src/app/a.py", "app", "src/app/__init__.py"),
        ],
    ),
    "several projects in one repository": (
        "one/src/app/__init__.py one/src/app/a.py two/src/app/__init__.py two/src/app/a.py two/src/app/b.py",
        [
            ("one/src/app/__init__.py", "app.a", "one/src/app/a.py"),
            ("two/src/app/__init__.py", "app.a", "two/src/app/a.py"),
            ("one/src/app/a.py", "app.b", "two/src/app/b.py"),
        ],
    ),
    "namespace packages": (
        "team/claims/a.py team/mail/b.py job.py",
        [
            ("job.py", "team", "team/"),
            ("job.py", "team.claims", "team/claims/"),
            ("job.py", "team.claims.a", "team/claims/a.py"),
            ("team/mail/b.py", "team.claims.a", "team/claims/a.py"),
        ],
    ),
    "scripts side by side": (
        "scripts/nightly/run.py scripts/nightly/helper.py scripts/weekly/run.py scripts/weekly/helper.py",
        [
            ("scripts/nightly/run.py", "helper", "scripts/nightly/helper.py"),
            ("scripts/weekly/run.py", "helper", "scripts/weekly/helper.py"),
            ("scripts/weekly/run.py", "gone", None),
        ],
    ),
    "scripts inside a package import each other by bare name": (
        "app/__init__.py app/run.py app/helper.py",
        [("app/run.py", "helper", "app/helper.py")],
    ),
    "the package wins over a module of the same name": (
        "a/__init__.py a.py job.py",
        [("job.py", "a", "a/__init__.py")],
    ),
    "the standard library wins over a far file of its name, a near one over the standard library": (
        "deep/er/json.py job.py near/logging.py near/job.py",
        [
            ("job.py", "json", None),
            ("near/job.py", "logging", "near/logging.py"),
        ],
    ),
    "a file never means itself": (
        "openai.py sub/openai.py sub/job.py",
        [("openai.py", "openai", None), ("sub/openai.py", "openai", "openai.py"),
         ("sub/job.py", "openai", "sub/openai.py")],
    ),
    "a tail that fits one file is enough, one that fits two is not": (
        "vendor/x/claims/core.py vendor/x/mail/send.py vendor/y/mail/send.py job.py",
        [
            ("job.py", "claims.core", "vendor/x/claims/core.py"),
            ("job.py", "mail.send", None),
            ("job.py", "core", None),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "importer", "dotted", "found"),
    [
        pytest.param(files, *case, id=f"{name}: {case[0]} imports {case[1]}")
        for name, (files, cases) in LAYOUTS.items()
        for case in cases
    ],
)
def test_find_module(tree: Tree, files: str, importer: str, dotted: str, found: str | None) -> None:
    source = SourceTree(tree(dict.fromkeys(files.split(), "")))
    assert source.find_module(dotted, importer) == found


@pytest.mark.parametrize(
    ("level", "dotted", "importer", "found"),
    [
        (1, "", "app/sub/b.py", "app/sub/__init__.py"),
        (1, "c", "app/sub/b.py", "app/sub/c.py"),
        (2, "", "app/sub/b.py", "app/__init__.py"),
        (2, "a", "app/sub/b.py", "app/a.py"),
        (1, "sub.c", "app/__init__.py", "app/sub/c.py"),
        (1, "a", "app/__init__.py", "app/a.py"),
        (3, "app.a", "app/sub/b.py", "app/a.py"),
        (1, "gone", "app/a.py", None),
        (9, "a", "app/sub/b.py", None),
        (1, "names", "app/a.py", "app/names/"),
    ],
)
def test_find_relative(tree: Tree, level: int, dotted: str, importer: str, found: str | None) -> None:
    files = "app/__init__.py app/a.py app/sub/__init__.py app/sub/b.py app/sub/c.py app/names/d.py"
    source = SourceTree(tree(dict.fromkeys(files.split(), "")))
    assert source.find_relative(level, dotted, importer) == found


@pytest.mark.parametrize(
    ("package", "name", "found"),
    [
        ("app/__init__.py", "a", "app/a.py"),
        ("app/__init__.py", "sub", "app/sub/__init__.py"),
        ("names/", "d", "names/d.py"),
        ("app/a.py", "sub", None),
        ("app/__init__.py", "gone", None),
    ],
)
def test_submodule(tree: Tree, package: str, name: str, found: str | None) -> None:
    files = "app/__init__.py app/a.py app/sub/__init__.py names/d.py"
    assert SourceTree(tree(dict.fromkeys(files.split(), ""))).submodule(package, name) == found


@pytest.mark.parametrize(("dotted", "found"), [("app", "__init__.py"), ("app.mail", "mail.py"), ("other", None)])
def test_a_package_that_is_the_root_itself_knows_its_own_name(tmp_path: Path, dotted: str, found: str | None) -> None:
    (tmp_path / "app").mkdir()
    for file in ("__init__.py", "mail.py", "run.py"):
        (tmp_path / "app" / file).touch()
    assert SourceTree(tmp_path / "app").find_module(dotted, "run.py") == found


def test_notebooks_are_not_imported(tree: Tree) -> None:
    assert SourceTree(tree({"a.ipynb": "{}", "b.py": ""})).find_module("a", "b.py") is None


def test_digests_are_of_the_bytes(tree: Tree) -> None:
    data = b"\xef\xbb\xbfx = 1\r\n"
    source = SourceTree(tree({"a.py": data}))
    assert source.digests() == {"a.py": hashlib.sha256(data).hexdigest()}


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("x", 1), ("x\n", 1), ("x\ny", 2), ("x\r\ny\r\n", 2), ("\n\n", 2)]
)
def test_lines_are_counted_as_an_editor_does(tree: Tree, text: str, lines: int) -> None:
    assert SourceTree(tree({"a.py": text, "b.ipynb": "{}\n"})).count_lines() == lines


def test_a_file_that_does_not_parse_is_named_once(tree: Tree) -> None:
    source = SourceTree(tree({"bad.py": "x = (\n", "good.py": "x = 1\n"}))
    assert source.syntax("bad.py") is None
    assert source.syntax("bad.py") is None
    assert [path for path in sorted(source.data) if source.syntax(path)] == ["good.py"]
    assert [skipped.file for skipped in source.skipped] == ["bad.py"]


def test_lines_of_a_notebook_are_those_of_its_code_cells(tree: Tree) -> None:
    cells = [("markdown", "# one\n# two"), ("code", "x = 1\ny = 2"), ("code", "z = 3")]
    made = [{"cell_type": kind, "source": text} for kind, text in cells]
    notebook = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assert assess(tree({"only.ipynb": notebook})).target.lines == 3
