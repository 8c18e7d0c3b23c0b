"""What users install: the four packages with their data, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

PACKAGES = {"assess", "lastgood", "migrate", "reports"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    home = Path(__file__).resolve().parent.parent.parent
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=home, capture_output=True, check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def _top(name: str) -> str:
    return name.partition("/")[0]


def test_top_level_is_ours(wheel: zipfile.ZipFile) -> None:
    others = {_top(name) for name in wheel.namelist() if ".dist-info/" not in name}
    assert others == PACKAGES


def test_every_file_of_the_packages_is_in_it(wheel: zipfile.ZipFile, home: Path) -> None:
    """Catalogue, templates and styles are data that a build can forget."""
    listed = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=home, capture_output=True, text=True, check=True)
    tracked = {name for name in listed.stdout.split("\0") if name and (home / name).exists()}
    assert tracked - {*wheel.namelist()} == set()
    assert {Path(name).suffix for name in tracked} >= {".py", ".toml", ".typed"}


def test_licence_is_in_it(wheel: zipfile.ZipFile) -> None:
    licence = next(name for name in wheel.namelist() if name.endswith("/licenses/LICENSE"))
    assert b"Apache License" in wheel.read(licence)


def test_it_runs_from_where_it_is_installed(
    wheel: zipfile.ZipFile, tmp_path: Path, tool: Callable[..., CompletedProcess[str]]
) -> None:
    site = tmp_path / "site"
    wheel.extractall(site)
    start = f"import sys; sys.path.insert(0, {str(site)!r}); from lastgood.__main__ import main; main()"
    ended = tool("schema", by=(sys.executable, "-I", "-c", start))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("{")
