"""The draw is repeatable and spread, and every check has been seen in real code or says that it has not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assess.checks.check import Check
from assess.checks.registry import all_checks
from tests.corpus.precision import BEGIN, END, PAGE, candidates, draw, main, sightings

ROW = re.compile(
    r"^\| \[(?P<check>[\w-]+)\]\(checks/[\w-]+\.md\) \| (?P<places>\d+) \| (?P<bases>\d+) \|$", re.MULTILINE
)


def _assessment(folder: Path, base: str, *findings: tuple[str, int, str]) -> None:
    rows = [
        {"file": "app.py", "cell": None, "line": line, "check": check, "severity": "low", "confidence": "high",
         "message": message}
        for check, line, message in findings
    ]  # fmt: skip
    (folder / "assessments").mkdir(exist_ok=True)
    (folder / "assessments" / f"{base}.json").write_text(json.dumps({"findings": rows}))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    _assessment(tmp_path, "large", *(("no-retry", n, "Tried once.") for n in range(1, 40)))
    _assessment(tmp_path, "small", ("no-retry", 7, "Tried once."), ("no-retry", 7, "The same, in another pipeline."))
    return tmp_path


def test_a_place_is_one_candidate_however_many_pipelines_reach_it(corpus: Path) -> None:
    assert [one.place() for one in candidates(corpus / "assessments") if one.base == "small"] == ["small/app.py:7"]


def test_the_same_seed_draws_the_same_and_no_code_base_fills_the_sample(corpus: Path) -> None:
    everything = candidates(corpus / "assessments")
    drawn = draw(everything, 10, seed=3)
    assert drawn == draw(everything, 10, seed=3) != draw(everything, 10, seed=4)
    assert len(set(drawn)) == 10
    assert "small" in {one.base for one in drawn[:2]}


def test_a_draw_shows_the_code(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for base in ("large", "small"):
        (corpus / "code" / base).mkdir(parents=True)
        (corpus / "code" / base / "app.py").write_text("".join(f"line_{n}()\n" for n in range(1, 50)))
    assert main(["--out", str(corpus), "--count", "2"]) == 0
    printed = capsys.readouterr().out
    assert "small/app.py:7  no-retry low/high" in printed
    assert "     7 line_7()" in printed


def test_without_a_corpus_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path)]) == 3
    assert "make corpus" in capsys.readouterr().err


def test_the_table_counts_places_and_code_bases(corpus: Path) -> None:
    table = sightings(candidates(corpus / "assessments"), ["no-retry", "no-status"])
    assert [row.groups() for row in ROW.finditer(table)] == [("no-retry", "40", "2"), ("no-status", "0", "0")]


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_every_check_was_seen_in_real_code_or_says_that_it_was_not(check: Check) -> None:
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    seen = {row["check"]: int(row["places"]) for row in ROW.finditer(table)}
    assert check.id in seen, "write the table anew: make precision"
    assert seen[check.id] or "not seen in the labelled code bases" in " ".join(check.help().lower().split())
