"""Fixtures for all rooms: trees of source, the tool as a user starts it, and assessments held to their schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assess.model.wire import dumps, loads_assessment, schema

HOME = Path(__file__).resolve().parent.parent
CONSOLE = Path(sys.executable).with_name("lastgood")
# What a developer's own terminal says must not change what a test sees.
TERMINAL = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "LASTGOOD_DEBUG", "PYTHONPATH", "PYTHONSAFEPATH")

Ended = subprocess.CompletedProcess[str]
Tree = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Readings are kept in a folder of the test run, not in the developer's own."""
    os.environ["LASTGOOD_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def home() -> Path:
    """The checkout."""
    return HOME


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes a folder with the files that are given by name."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "code"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


@pytest.fixture
def tool() -> Callable[..., Ended]:
    """Starts `lastgood` in a process of its own, as a user does; nothing is checked."""

    def start(
        *arguments: str | os.PathLike[str],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        by: tuple[str, ...] = (str(CONSOLE),),
    ) -> Ended:
        clean = {name: value for name, value in os.environ.items() if name not in TERMINAL}
        return subprocess.run(
            [*by, *map(os.fspath, arguments)],
            cwd=cwd,
            env={**clean, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return start


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


@pytest.fixture
def validated_assessment() -> Callable[[str], dict[str, Any]]:
    """Checks the text of an assessment against its schema and its own reader, and returns the plain JSON."""

    def check(text: str) -> dict[str, Any]:
        data = json.loads(text)
        wrong = [f"{error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(data)]
        assert wrong == []
        assert dumps(loads_assessment(text)) == text  # nothing is lost, and nothing stands there that no field knows
        return dict(data)

    return check
