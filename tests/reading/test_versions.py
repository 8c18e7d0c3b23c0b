"""Which version of a package the code of a file runs with: every file that can tell, the nearest, the surest."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from assess.reading.tree import SourceTree
from assess.reading.versions import Dependencies, Used, newest

READ_AT = "3.54.0"


def told(root: Path, files: dict[str, str], file: str = "app/job.py", package: str = "openai") -> Used | None:
    for name, text in {"app/job.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    tree = SourceTree(root)
    used = Dependencies(tree).used(package, READ_AT, file)
    assert tree.skipped == []
    return used


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("requirements.txt", "openai==1.40.0\n", "1.40.0"),
        ("requirements.txt", "# ours\n-r base.txt\nOpenAI[datalib] >=1.2, <2 ; python_version > '3.8'  # why\n", "1.x"),
        ("requirements.txt", "openai==2.1.0 \\\n    --hash=sha256:aa\n", "2.1.0"),
        ("requirements.txt", "openai\n", "3.x"),
        ("requirements.txt", "openai~=1.40\n", "1.x"),
        ("requirements.txt", "openai<1\n", "0.x"),
        ("requirements.txt", "openai<=1.50,!=1.49\n", "1.x"),
        ("requirements-dev.txt", "openai<2.0.0\n", "1.x"),
        ("dev-requirements.in", "openai<2\n", "1.x"),
        ("requirements/base.txt", "openai==1.5\n", "1.5"),
        ("constraints.txt", "openai==1.6\n", "1.6"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["openai>=1,<3"]\n', "2.x"),
        ("pyproject.toml", '[project.optional-dependencies]\nai = ["openai<2"]\n', "1.x"),
        ("pyproject.toml", '[dependency-groups]\ndev = [{include-group = "ai"}]\nai = ["openai==2.2"]\n', "2.2"),
        ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["openai==2.4"]\n', "2.4"),
        ("pyproject.toml", '[tool.pdm.dev-dependencies]\nai = ["openai==2.5"]\n', "2.5"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\nopenai = "^1.30"\n', "1.x"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "^0.27.2"\n', "0.x"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "~2.3"\n', "2.x"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "1.30.1"\n', "1.30.1"),
        ("pyproject.toml", '[tool.poetry.group.ai.dependencies]\nopenai = {version = "<2", optional = true}\n', "1.x"),
        ("Pipfile", '[packages]\nopenai = "~=1.3"\n', "1.x"),
        ("Pipfile", '[dev-packages]\nopenai = "*"\n', "3.x"),
        ("setup.cfg", "[options]\ninstall_requires =\n    httpx\n    openai>=1,<2\n", "1.x"),
        ("setup.cfg", "[options.extras_require]\nai = openai==1.9\n", "1.9"),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['openai<2', *more])\n", "1.x"),
        ("setup.py", "install_requires = ['openai==1.1']\nsetup(install_requires=install_requires)\n", "1.1"),
        ("environment.yml", "name: x\ndependencies:\n  - python=3.11\n  - conda-forge::openai=1.3\n", "1.x"),
        ("environment.yaml", "dependencies:\n  - openai==1.3.2\n", "1.3.2"),
        ("environment.yml", "dependencies:\n  - pip\n  - pip:\n    - openai==1.4\n", "1.4"),
        ("poetry.lock", '[[package]]\nname = "openai"\nversion = "1.7.0"\n\n[package.extras]\na = []\n', "1.7.0"),
        ("uv.lock", 'version = 1\n[[package]]\nname = "openai"\nversion = "2.8.0"\nsource = { a = "b" }\n', "2.8.0"),
        ("pdm.lock", '[[package]]\nname = "openai"\nversion = "1.8.0"\nsummary = "x"\n', "1.8.0"),
        ("pylock.toml", 'lock-version = "1.0"\n[[packages]]\nname = "openai"\nversion = "2.9.0"\n', "2.9.0"),
        ("Pipfile.lock", '{"default": {"openai": {"version": "==1.11.0"}}, "develop": {}}', "1.11.0"),
    ],
)
def test_every_file_that_tells_a_version(tmp_path: Path, name: str, text: str, shown: str) -> None:
    used = told(tmp_path, {name: text})
    assert used is not None
    assert (used.shown, used.file) == (shown, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "git+https://example.org/openai.git\nopenai @ https://example.org/x.whl\n-e .\n"),
        ("requirements.txt", "openai-agents==1.0\n= = =\nopenai>>1\n\x00"),
        ("requirements.txt", "openai>=99\n"),
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "[project]\ndependencies = 7\n[tool.poetry]\ndependencies = []\n"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = {git = "https://example.org"}\n'),
        ("poetry.lock", '[[package]]\nname = "openai"\nversion = "no version"\n'),
        ("Pipfile.lock", '{"default": [1], "develop": {"openai": 3}}'),
        ("setup.cfg", "[options\n"),
        ("setup.py", "setup(install_requires=read())\n"),
        ("environment.yml", "dependencies: [[[[\n"),
        ("notes.txt", "openai==1.0\n"),
    ],
)
def test_what_tells_nothing_is_no_version(tmp_path: Path, name: str, text: str) -> None:
    assert told(tmp_path, {name: text}) is None


def test_the_nearest_folder_upwards_wins(tmp_path: Path) -> None:
    files = {"requirements.txt": "openai==1.1\n", "app/requirements.txt": "openai==2.1\n", "other/job.py": ""}
    near = told(tmp_path, files)
    assert near is not None
    assert (near.shown, near.file) == ("2.1", "app/requirements.txt")
    far = told(tmp_path, files, "other/job.py")
    assert far is not None
    assert (far.shown, far.file) == ("1.1", "requirements.txt")


def test_a_nearer_file_that_names_other_packages_decides_nothing(tmp_path: Path) -> None:
    used = told(tmp_path, {"requirements.txt": "openai==1.1\n", "app/requirements.txt": "httpx\n"})
    assert used is not None
    assert used.file == "requirements.txt"


def test_a_lock_beats_a_version_and_a_version_beats_a_range(tmp_path: Path) -> None:
    ranged = {"pyproject.toml": '[project]\ndependencies = ["openai>=1"]\n'}
    pinned = ranged | {"requirements.txt": "openai==1.2\n"}
    locked = pinned | {"uv.lock": '[[package]]\nname = "openai"\nversion = "1.3.0"\n'}
    for files, file in ((ranged, "pyproject.toml"), (pinned, "requirements.txt"), (locked, "uv.lock")):
        used = told(tmp_path, files)
        assert used is not None
        assert used.file == file


def test_the_lock_of_a_workspace_narrows_the_range_of_a_member(tmp_path: Path) -> None:
    lock = '[[package]]\nname = "openai"\nversion = "1.3.0"\n'
    member = '[project]\ndependencies = ["openai>=1"]\n'
    used = told(tmp_path, {"uv.lock": lock, "app/pyproject.toml": member})
    assert used is not None
    assert (used.shown, used.file) == ("1.3.0", "uv.lock")
    apart = told(tmp_path, {"uv.lock": lock, "app/pyproject.toml": member.replace(">=1", ">=2")})
    assert apart is not None
    assert (apart.shown, apart.file) == ("3.x", "app/pyproject.toml")
    alone = told(tmp_path, {"uv.lock": lock, "app/requirements.txt": "openai==1.*\n", "app/pyproject.toml": ""})
    assert alone is not None
    assert (alone.shown, alone.file) == ("1.x", "app/requirements.txt")


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        ("", "3.54.0"),
        (">=1,<2", "1.999999"),
        ("<1.50", "1.49.999999"),
        ("<2.0.0", "1.999999"),
        ("==1.40.*", "1.40.999999"),
        ("~=1.40.2", "1.40.999999"),
        (">=4", None),
    ],
)
def test_a_range_counts_as_the_newest_that_it_allows(allowed: str, found: str | None) -> None:
    assert newest(SpecifierSet(allowed), Version(READ_AT)) == (Version(found) if found else None)
