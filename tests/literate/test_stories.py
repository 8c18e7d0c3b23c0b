"""Each story of the Markdown files beside this one, told to the analyser."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assess.model.assessment import Assessment
from assess.model.engine import replays
from assess.model.wire import dumps
from assess.usecases import assess
from tests.literate import notation
from tests.literate.story import Mark, Story, stories
from tests.weaving.agreeing import problems

ROOT = "desk"
HERE = Path(__file__).parent
STORIES = [story for path in sorted(HERE.glob("*.md")) for story in stories(path)]


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_story(story: Story, tmp_path: Path, validated_assessment: Callable[[str], dict[str, Any]]) -> None:
    root = story.write(tmp_path / ROOT)
    assessment = assess(root)
    validated_assessment(dumps(assessment))
    assert assessment.target.skipped == ()
    assert problems(assessment, root) == []
    first = [p for p in assessment.pipelines if p.id == assessment.recommendation.pipeline]
    assert not any(replays(p.durable_engine) for p in first), "what is durable already is not to be moved"
    steps = _steps(assessment)
    wanted, missed = story.marks("step"), story.marks("missed")
    assert missed & steps == set(), "known misses that are found now: make them `# step:`"
    if wanted or missed:
        assert steps == wanted
    if story.expect is not None:
        differs = _difference(story.expect, assessment)
        if differs:
            pytest.fail(f"{story}\n{differs}", pytrace=False)
    if story.known_miss is not None:
        assert _difference(story.known_miss, assessment), "works now: make it `expect`"


def test_stories_have_names_of_their_own() -> None:
    names = [str(story) for story in STORIES]
    assert len(names) == len(set(names))


def _steps(assessment: Assessment) -> set[Mark]:
    return {(s.file, s.cell, s.line, s.kind.value) for p in assessment.pipelines for s in p.steps}


def _difference(block: str, assessment: Assessment) -> str:
    """What is expected (-) and found (+) where they differ, in the words of the stories."""
    asked = notation.parse(block)
    found = notation.facts_of(assessment.pipelines, asked)
    wanted = {head: asked[head] for head in [*found, *asked] if head in asked}
    lines = [notation.shown(facts).splitlines() for facts in (wanted, found)]
    return "\n".join(difflib.unified_diff(*lines, n=99, lineterm="")).partition("@@\n")[2]
