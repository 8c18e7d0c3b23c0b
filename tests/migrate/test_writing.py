"""Files to disk: all or none, the same bytes for the same input, never over a person's edit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.errors import EditedFilesError, MigrationError, NothingToMigrateError
from migrate.usecases import migrate
from tests.migrate.conftest import SHAPES, assessed

ROOT = SHAPES / "terminal"


def made(folder: Path, *, root: Path = ROOT, pipeline: str | None = None, engine: str = "temporal") -> tuple[str, ...]:
    return migrate(assessed(root), root, pipeline=pipeline, engine=engine, output=folder).written


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    made(tmp_path / "one")
    made(tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    assert made(tmp_path / "out")
    assert made(tmp_path / "out") == ()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_edit_stays_and_its_diff_is_shown(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made(out)
    policies = out / "letter_workflow" / "policies.py"
    policies.write_text(policies.read_text("utf-8").replace("attempts=4", "attempts=9"), "utf-8")
    before = contents(out)
    with pytest.raises(EditedFilesError) as refused:
        made(out)
    assert "changed by hand" in str(refused.value)
    assert "-        attempts=9," in refused.value.diff
    assert "+        attempts=4," in refused.value.diff
    assert contents(out) == before


def test_a_file_that_was_deleted_comes_back(tmp_path: Path) -> None:
    made(tmp_path / "out")
    (tmp_path / "out" / "README.md").unlink()
    assert made(tmp_path / "out") == ("README.md",)


def test_files_of_other_pipelines_go_when_they_are_unchanged(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made(out)
    manifest = json.loads((out / "lastgood.json").read_text("utf-8"))
    (out / "old.py").write_text("old = 1\n", "utf-8")
    import hashlib  # noqa: PLC0415

    manifest["files"]["old.py"] = hashlib.sha256(b"old = 1\n").hexdigest()
    (out / "lastgood.json").write_text(json.dumps(manifest), "utf-8")
    made(out)
    assert not (out / "old.py").exists()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(MigrationError, match="not empty"):
        made(out)
    assert [p.name for p in out.iterdir()] == ["notes.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", "utf-8")
    with pytest.raises(MigrationError, match="is a file"):
        made(tmp_path / "out")


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    real = Path.write_text

    def full(self: Path, *args: object, **kwargs: object) -> int:
        written.append(self)
        if len(written) > 5:
            raise OSError(28, "No space left on device")
        return real(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(MigrationError, match="No space left"):
        made(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_code_that_changed_since_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "code"
    root.mkdir()
    source = root / "letters.py"
    source.write_bytes((ROOT / "letters.py").read_bytes())
    assessment = assess(root)
    source.write_text(source.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(MigrationError, match="assess again"):
        migrate(assessment, root, pipeline=None, engine="temporal", output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_to_migrate(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("def add(a, b):\n    return a + b\n", "utf-8")
    with pytest.raises(NothingToMigrateError):
        migrate(assess(tmp_path), tmp_path, pipeline=None, engine="temporal", output=tmp_path / "out")


@pytest.mark.parametrize(("pipeline", "engine"), [("nobody", "temporal"), (None, "airflow")])
def test_wrong_names_are_refused(tmp_path: Path, pipeline: str | None, engine: str) -> None:
    with pytest.raises(MigrationError):
        made(tmp_path / "out", pipeline=pipeline, engine=engine)
    assert not (tmp_path / "out").exists()


def test_a_second_pipeline_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(MigrationError, match="another pipeline"):
        made(tmp_path / "out", root=SHAPES / "polling")
    assert contents(tmp_path / "out") == before
