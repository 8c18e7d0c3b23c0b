"""Baselines: what is known fails no run, what is new does, and another version is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assess.model.assessment import Assessment
from assess.model.finding import Severity, SuppressedBy, Suppression
from assess.policy.baseline import hold_against, read_baseline, write_baseline
from assess.policy.failing import failures
from assess.policy.values import NOTHING, PolicyError
from tests.policy.code import CODE, assessed

Tree = Callable[[Mapping[str, str | bytes]], Path]


def held(old: Assessment, new: Assessment) -> tuple[Assessment, list[str]]:
    findings, remarks = hold_against(read_baseline(write_baseline(old), "b.json"), new.findings, "b.json")
    return replace(new, findings=findings), [remark.says for remark in remarks]


def test_the_same_code_has_nothing_new(tree: Tree) -> None:
    assessment = assessed(tree({"app.py": CODE}))
    again, remarks = held(assessment, assessment)
    assert {f.baseline for f in again.findings} == {"known"}
    assert remarks == []
    assert failures(again, replace(NOTHING, fail_on=Severity.NOTE)) == ()


def test_a_statement_that_is_written_anew_stays_known_and_one_more_is_new(tree: Tree) -> None:
    old = assessed(tree({"app.py": CODE}))
    changed = CODE.replace('records", json={"answer": answer})', 'records", data=[answer], headers={"a": "b"})')
    new, remarks = held(old, assessed(tree({"app.py": changed})))
    assert {f.baseline for f in new.findings} == {"known"}
    assert remarks == []
    more = changed.replace("headers=", 'timeout=3)\n    requests.put("https://c.example.org", json={"c": 1}, headers=')
    new, _ = held(old, assessed(tree({"app.py": more})))
    assert {f.check for f in new.findings if f.baseline == "new"} <= {"no-timeout", "no-retry", "fixed-endpoint"}
    assert any(f.baseline == "new" for f in new.findings)


def test_only_new_findings_fail_a_run(tree: Tree) -> None:
    policy = replace(NOTHING, fail_on=Severity.MEDIUM)
    old = assessed(
        tree({"app.py": CODE.replace("    try:", "    if True:").replace("    except Exception", "    else")})
    )
    new, _ = held(old, assessed(tree({"app.py": CODE})))
    (said,) = failures(new, policy)
    assert said.startswith(
        "1 finding at or above medium (--fail-on) that is not in the baseline: silent-drop at app.py:"
    )


def test_what_is_gone_is_counted(tree: Tree) -> None:
    old = assessed(tree({"app.py": CODE}))
    fewer = replace(old, findings=old.findings[2:])
    _, (says,) = held(old, fewer)
    assert says == f"2 of its {len(old.findings)} findings are gone: write it anew to keep them out"


def test_suppressed_findings_are_not_in_it(tree: Tree) -> None:
    old = assessed(tree({"app.py": CODE}))
    first = replace(old.findings[0], suppressed=Suppression(SuppressedBy.COMMENT, "so be it"))
    text = write_baseline(replace(old, findings=(first, *old.findings[1:])))
    assert first.fingerprint not in text
    assert len(json.loads(text)["findings"]) == len(old.findings) - 1


def test_it_is_the_same_text_for_the_same_findings_with_one_a_line(tree: Tree) -> None:
    assessment = assessed(tree({"app.py": CODE}))
    text = write_baseline(assessment)
    assert text == write_baseline(replace(assessment, findings=assessment.findings[::-1]))
    assert text.count("\n") == len(assessment.findings) + 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no baseline: it is not JSON"),
        ("[]", "is no baseline: make one with"),
        ('{"schema_version": "1"}', "is no baseline: make one with"),
        ('{"lastgood_baseline": 7, "findings": []}', "of version 7, and this lastgood tells findings again by 1"),
        ('{"lastgood_baseline": 1}', "findings: a list is expected"),
    ],
)
def test_what_is_no_baseline_is_refused_in_clear_words(text: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_baseline(text, "b.json")
    (said,) = caught.value.mistakes
    assert said.startswith("b.json: ")
    assert says in said


def test_damaged_rows_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        read_baseline('{"lastgood_baseline": 1, "findings": [3, {"check": "a", "fingerprint": 1}]}', "b.json")
    assert caught.value.mistakes == (
        "b.json: findings[0]: an object is expected",
        "b.json: findings[1]: text is expected in fingerprint, pipeline, symbol, target",
    )
