"""The same code gives the same assessment; other code and other lines change nothing of a pipeline's name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assess.model.assessment import Assessment
from assess.model.wire import dumps
from assess.usecases import assess
from tests.weaving.agreeing import problems


@pytest.fixture
def claims(home: Path, tmp_path: Path) -> Path:
    """A copy of the example that may be changed."""
    copy = tmp_path / "one" / "claims_triage"
    shutil.copytree(home / "examples" / "claims_triage", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def names(assessment: Assessment) -> dict[str, list[tuple[str, str | None]]]:
    """What may be written down about an assessment and must still be found in the next one."""
    findings = {p.id: sorted((f.check, f.id) for f in assessment.findings if f.pipeline == p.id)
                for p in assessment.pipelines}  # fmt: skip
    return {p.id: [(p.name, p.entry.symbol), *findings[p.id]] for p in assessment.pipelines}


def test_two_runs_give_the_same_bytes(claims: Path) -> None:
    assert dumps(assess(claims)) == dumps(assess(claims))


def test_neither_place_nor_order_on_disk_matters(claims: Path, tmp_path: Path) -> None:
    other = tmp_path / "two" / claims.name
    for path in sorted(claims.rglob("*.py"), reverse=True):
        copy = other / path.relative_to(claims)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert dumps(assess(other)) == dumps(assess(claims))


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_the_seed_of_hashes_does_not_matter(claims: Path, tool: Callable[..., object], hash_seed: str) -> None:
    ended = tool("assess", claims, "--format", "json", env={"PYTHONHASHSEED": hash_seed})
    assert getattr(ended, "stdout", "") == dumps(assess(claims))


def _moved(text: str) -> str:
    """Five lines further down, below what must stay first."""
    head, mark, rest = text.partition("from __future__ import annotations\n")
    more = "# moved\n" * 5
    return f"{head}{mark}{more}{rest}" if mark else f"{more}{text}"


def test_names_stay_when_lines_move(claims: Path) -> None:
    before = names(assess(claims))
    for path in claims.rglob("*.py"):
        path.write_text(_moved(path.read_text()))
    assert names(assess(claims)) == before
    assert before != {}


OTHER = """
import requests


def unrelated():
    try:
        requests.post("https://example.org/unrelated")
    except Exception:
        pass


if __name__ == "__main__":
    unrelated()
"""


def test_names_stay_when_other_code_comes(claims: Path) -> None:
    before = names(assess(claims))
    for name in ("aaa_first.py", "zzz_last.py"):
        (claims / name).write_text(OTHER)
    after = names(assess(claims))
    assert len(after) == len(before) + 2
    assert {key: after[key] for key in before} == before


def test_names_stay_when_a_neighbour_in_the_file_comes(claims: Path) -> None:
    before = names(assess(claims))
    for path in claims.rglob("*.py"):
        head, mark, rest = path.read_text().partition("\n\n\n")
        path.write_text(f"{head}\n\n\ndef _new_neighbour(x):\n    return x + 1\n{mark}{rest}" if mark else head)
    assert names(assess(claims)) == before


def test_ids_are_one_each(claims: Path) -> None:
    assessment = assess(claims)
    ids = [f.id for f in assessment.findings]
    assert len(ids) == len(set(ids))
    assert problems(assessment, claims) == []


@pytest.mark.parametrize("package", ["examples/services", "assess/catalogue", "migrate/proving"])
def test_all_parts_of_a_pipeline_agree_on_code_that_was_not_written_for_it(
    home: Path, tmp_path: Path, package: str, validated_assessment: Callable[[str], object]
) -> None:
    root = tmp_path / "package"
    shutil.copytree(home / package, root)
    assessment = assess(root)
    validated_assessment(dumps(assessment))
    assert problems(assessment, root) == []
