"""What was read once is not read again, whatever happens to the folder where it is kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.wire import dumps
from assess.usecases import Settings, assess
from assess.weaving import pipelines

Tree = Callable[[Mapping[str, str | bytes]], Path]
FILES = {
    "app.py": 'import requests\n\n\ndef job(name):\n    try:\n        requests.post("https://example.org", json=name)\n'
    "    except OSError:\n        pass\n\n\njob(1)\n",
    "broken.py": "x = (\n",
    "requirements.txt": "requests==2.32.0\n",
}


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(kept=tmp_path / "kept")


def entry(settings: Settings) -> Path:
    assert settings.kept is not None
    (found,) = settings.kept.glob("*.woven")
    return found


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("read anew")


def test_the_second_run_reads_nothing_and_says_the_same(
    tree: Tree, kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tree(FILES)
    fresh = dumps(assess(code))
    assert dumps(assess(code, kept)) == fresh
    monkeypatch.setattr(pipelines, "weave", refuse)
    assert dumps(assess(code, kept)) == fresh
    assert "does not parse" in fresh


@pytest.mark.parametrize("name", ["app.py", "broken.py", "requirements.txt", "new.py", "pyproject.toml"])
def test_any_other_content_is_read_anew(tree: Tree, kept: Settings, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    code = tree(FILES)
    assess(code, kept)
    (code / name).write_text("# other\n")
    monkeypatch.setattr(pipelines, "weave", refuse)
    with pytest.raises(AssertionError, match="read anew"):
        assess(code, kept)


def test_other_rows_are_read_anew(tree: Tree, kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tree(FILES)
    rows = tmp_path / "own.toml"
    rows.write_text('package = "own"\nversion = "1"\nroots = ["own"]\nkind = "http"\n\n[calls]\n"own.send" = "write"\n')
    settings = Settings(catalogue=(rows,), kept=kept.kept)
    assess(code, settings)
    rows.write_text(rows.read_text().replace('"write"', '"read"'))
    monkeypatch.setattr(pipelines, "weave", refuse)
    with pytest.raises(AssertionError, match="read anew"):
        assess(code, settings)


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"{}", None])
def test_a_damaged_entry_counts_as_none_and_is_written_again(tree: Tree, kept: Settings, damage: bytes | None) -> None:
    code = tree(FILES)
    fresh = dumps(assess(code, kept))
    whole = entry(kept).read_bytes()
    entry(kept).write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert dumps(assess(code, kept)) == fresh
    assert entry(kept).read_bytes() == whole


def test_a_folder_that_cannot_be_used_keeps_nothing(tree: Tree, tmp_path: Path) -> None:
    code = tree(FILES)
    (tmp_path / "file").write_text("")
    assert dumps(assess(code, Settings(kept=tmp_path / "file" / "inner"))) == dumps(assess(code))


def test_runs_that_share_a_folder_do_not_disturb_each_other(tree: Tree, tmp_path: Path) -> None:
    code = tree(FILES)
    command = [sys.executable, "-P", "-m", "lastgood", "assess", "--format", "json", str(code)]
    env = {"LASTGOOD_CACHE_DIR": str(tmp_path / "kept"), "PATH": ""}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, env=env) for _ in range(3)]
    said = {run.communicate()[0] for run in runs}
    assert len(said) == 1
    assert said != {b""}
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".woven"]


def test_the_oldest_entries_make_room(tree: Tree, kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tree(FILES)
    assess(code, kept)
    first = entry(kept)
    monkeypatch.setattr("assess.keeping.MOST_BYTES", first.stat().st_size + 200)
    (code / "new.py").write_text("# other\n")
    assess(code, kept)
    assert entry(kept) != first
