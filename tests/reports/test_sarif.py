"""SARIF: valid by the official schema, and of the form that code scanning services ask for beyond it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assess.checks.registry import all_checks
from assess.model.assessment import Assessment, Remark, RemarkKind
from assess.model.finding import SuppressedBy, Suppression
from assess.model.source import ExcerptLine, Skipped
from assess.usecases import assess
from reports.sarif import render_sarif
from tests.reports.samples import claims, empty

SCHEMA = Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json"


@cache
def _validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_of(assessment: Assessment, *, suppressed: bool = True) -> dict[str, Any]:
    log = json.loads(render_sarif(assessment, suppressed=suppressed))
    assert [f"{error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(log)] == []
    (run,) = log["runs"]
    return dict(run)


@pytest.fixture(scope="module")
def example() -> Assessment:
    return assess(Path(__file__).resolve().parent.parent.parent / "examples" / "claims_triage")


def test_it_is_valid_and_every_result_can_be_placed(example: Assessment) -> None:
    for run in (run_of(example), run_of(claims())):
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert run["results"]
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            (location,) = result["locations"]
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
            assert not place["artifactLocation"]["uri"].startswith(("/", "file:", ".."))
            assert place["region"]["startLine"] >= 1
            assert 0 <= result["rank"] <= 100


def test_an_empty_assessment_is_valid_too() -> None:
    assert run_of(empty())["results"] == []


def test_all_checks_are_rules_with_their_pages(example: Assessment) -> None:
    rules = {rule["id"]: rule for rule in run_of(example)["tool"]["driver"]["rules"]}
    assert {*rules} == {check.id for check in all_checks()}
    for rule in rules.values():
        assert "## What to do" in rule["help"]["markdown"]
        assert rule["help"]["text"]
        assert rule["properties"]["precision"] in ("high", "medium", "low")


def test_a_lost_run_is_no_vulnerability(example: Assessment) -> None:
    text = render_sarif(example)
    assert "security-severity" not in text
    assert '"security"' not in text


def test_the_way_leads_from_the_entry_to_the_step(example: Assessment) -> None:
    (found,) = [r for r in run_of(example)["results"] if r["ruleId"] == "no-timeout" and "llm.py" in json.dumps(r)]
    ways = [flow["threadFlows"][0]["locations"] for flow in found["codeFlows"]]
    starts = {way[0]["location"]["physicalLocation"]["artifactLocation"]["uri"] for way in ways}
    ends = {way[-1]["location"]["physicalLocation"]["artifactLocation"]["uri"] for way in ways}
    assert starts == {"pipeline.py", "digest.py"}
    assert ends == {"llm.py"}
    assert len(found["properties"]["findings"]) == 2, "one place of two pipelines is one result"


def test_fingerprints_are_unique_and_independent_of_lines(example: Assessment) -> None:
    def prints(assessment: Assessment) -> list[str]:
        return [r["partialFingerprints"]["lastgoodPlace/v1"] for r in run_of(assessment)["results"]]

    assert len({*prints(example)}) == len(prints(example))
    moved = tuple(
        replace(
            f,
            line=f.line + 7,
            end_line=f.end_line + 7,
            excerpt=tuple(ExcerptLine(line.line + 7, line.text) for line in f.excerpt),
        )
        for f in example.findings
    )
    assert prints(replace(example, findings=moved)) == prints(example)


def test_suppressed_findings_carry_their_reason_or_are_left_out(example: Assessment) -> None:
    first, second, *rest = example.findings
    said = replace(first, suppressed=Suppression(SuppressedBy.COMMENT, "reviewers answer in a second"))
    bare = replace(second, suppressed=Suppression(SuppressedBy.MIN_SEVERITY, "note is below low"))
    decided = replace(example, findings=(said, bare, *rest))
    made = {s["kind"]: s["justification"] for r in run_of(decided)["results"] for s in r.get("suppressions", ())}
    assert made == {"inSource": "reviewers answer in a second", "external": "note is below low"}
    assert not any("suppressions" in r for r in run_of(decided, suppressed=False)["results"])


def test_baseline_states(example: Assessment) -> None:
    findings = tuple(replace(f, baseline="known" if n % 2 else "new") for n, f in enumerate(example.findings))
    states = {result["baselineState"] for result in run_of(replace(example, findings=findings))["results"]}
    assert states == {"unchanged", "new"}


def test_a_notebook_is_pointed_at_as_a_file_with_its_cell_in_words(
    tree: Callable[[Mapping[str, str]], Path],
) -> None:
    code = "from openai import OpenAI\n\nOpenAI().responses.create(model='m', input='x')\n"
    cells = [{"cell_type": "markdown", "source": ["# A"]}, {"cell_type": "code", "source": [code]}]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    run = run_of(assess(tree({"a b/über.ipynb": book})))
    (result,) = [r for r in run["results"] if r["ruleId"] == "no-timeout"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%BCber.ipynb"
    assert place["region"] == {"startLine": 1}
    assert result["message"]["text"].startswith("Cell 1, line 3: ")


def test_columns_are_those_of_the_call(tree: Callable[[Mapping[str, str]], Path]) -> None:
    code = "import requests\n\n\ndef run():\n    é = requests.post('https://a.example', json={})\n\n\nrun()\n"
    run = run_of(assess(tree({"a.py": code})))
    (result,) = [r for r in run["results"] if r["ruleId"] == "no-timeout"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 9, "endLine": 5, "endColumn": 52}
    assert run["columnKind"] == "unicodeCodePoints"


def test_code_in_a_message_makes_no_link(example: Assessment) -> None:
    finding = replace(example.findings[0], message="`a[x](http://evil.example)` is called.")
    text = render_sarif(replace(example, findings=(finding,)))
    assert "](http" not in json.loads(text)["runs"][0]["results"][0]["message"]["text"]


def test_what_was_not_read_and_what_was_decided_is_told(example: Assessment) -> None:
    remark = Remark(RemarkKind.UNUSED_IGNORE, "a.py", 3, None, "ignore[no-retry] meets no finding")
    target = replace(example.target, skipped=(Skipped("b.py", "does not parse at line 1"),))
    (said,) = run_of(replace(example, remarks=(remark,), target=target))["invocations"]
    assert said["toolConfigurationNotifications"][0]["descriptor"] == {"id": "unused-ignore"}
    assert said["toolExecutionNotifications"][0]["message"] == {"text": "does not parse at line 1"}


def test_a_check_that_this_version_does_not_know_is_a_rule_too(example: Assessment) -> None:
    own = replace(example.findings[0], check="our-own")
    run = run_of(replace(example, findings=(own,)))
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == "our-own"
