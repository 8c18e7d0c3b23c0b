"""Two assessments compared: what is new, gone and changed, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema

from assess.model.change import Change, Went
from assess.model.wire import dumps, schema
from assess.usecases import compare
from reports.change import render_change_markdown, render_change_text
from tests.policy.code import CODE, assessed

Tree = Callable[[Mapping[str, str | bytes]], Path]


def change(tree: Tree, old: str, new: str) -> Change:
    before = assessed(tree({"app.py": old}))
    made = compare(before, assessed(tree({"app.py": new})))
    problems = [*jsonschema.Draft202012Validator(schema(Change)).iter_errors(json.loads(dumps(made)))]
    assert problems == []
    return made


def told(change: Change, went: Went) -> set[str]:
    return {one.finding.check for one in change.findings if one.went is went}


def test_moved_code_is_no_change(tree: Tree) -> None:
    made = change(tree, CODE, f"# a note\n\n{CODE}".replace("answer", "reply"))
    assert (made.differences, made.pipelines, made.findings) == ((), (), ())
    assert render_change_text(made).startswith("Nothing changed: ")


def test_a_mended_finding_is_gone_and_scores_change(tree: Tree) -> None:
    made = change(tree, CODE, CODE.replace("answer = None", "raise"))
    assert told(made, Went.GONE) == {"silent-drop"}
    assert told(made, Went.NEW) == set()
    (pipeline,) = made.pipelines
    assert pipeline.went is Went.CHANGED
    assert "visibility score" in {difference.of for difference in pipeline.differences}


def test_new_findings_and_pipelines(tree: Tree) -> None:
    more = CODE + '\n\nimport sys\n\nif sys.argv:\n    requests.put("https://x.example.org")\n'
    made = change(tree, CODE, more)
    assert {one.went for one in made.pipelines} >= {Went.NEW}
    assert "no-timeout" in told(made, Went.NEW)
    assert {f.check for f in made.appeared} == told(made, Went.NEW)


def test_what_is_suppressed_no_longer_appears_again(tree: Tree) -> None:
    quiet = CODE.replace("Exception:", "Exception:  # lastgood: ignore[silent-drop] fine")
    assert [f.check for f in change(tree, quiet, CODE).appeared] == ["silent-drop"]
    there = change(tree, CODE, quiet)
    assert there.appeared == ()
    assert told(there, Went.CHANGED) == {"silent-drop"}


def test_the_texts_tell_all_of_it_and_stay_harmless(tree: Tree) -> None:
    made = change(tree, CODE, CODE.replace("def handle", "def ha_ndle").replace('handle("x")', 'ha_ndle("x")'))
    text, page = render_change_text(made, width=70), render_change_markdown(made)
    assert "PIPELINES" in text
    assert max(map(len, text.splitlines())) <= 70
    assert "ha\\_ndle" in page
    assert "- **gone** " in page
    assert "- **new** " in page
    assert "\x1b" not in text
