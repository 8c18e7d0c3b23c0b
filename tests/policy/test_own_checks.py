"""Checks of the user's own: run like the built-in ones, and each error in one is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assess.checks.own import OwnCheckError, load_own
from assess.policy.values import NOTHING, PolicyError
from assess.usecases import Settings, assess
from tests.policy.code import CODE, configured

Tree = Callable[[Mapping[str, str | bytes]], Path]

OWN = '''
"""A run posts to the CRM itself.

## What it does

Points at each post.

## Why it matters

Only the gateway may.

## When it is fine

Never.

## What to do

Call the gateway.

## What it cannot see

Nothing.
"""

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step
from assess.model.finding import Axis, Category, Severity
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.VISIBILITY
SEVERITY = Severity.HIGH
CONFIDENCE = Confidence.HIGH
CATEGORY = Category.MANDATORY
EFFORT = 1.0
NEEDS = ()
BAD = "x"
GOOD = "y"


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    for step in pipeline.steps:
        if step.call == "requests.post":
            yield at_step(pipeline, step, "The CRM is called directly.")
'''


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str = OWN, name: str = "no_direct_crm.py") -> Path:
        (tmp_path / "checks").mkdir(exist_ok=True)
        path = tmp_path / "checks" / name
        path.write_text(text)
        return path

    return make


def test_an_own_check_finds_and_its_name_is_known_everywhere(tree: Tree, own: Callable[..., Path]) -> None:
    file = own()
    root = tree({"app.py": CODE})
    policy = replace(NOTHING, checks=(file,))
    (found,) = (f for f in assess(root, Settings(policy=policy)).findings if f.check == "no-direct-crm")
    assert (found.file, found.line, found.severity) == ("app.py", 13, "high")
    config = file.with_name("own.toml")
    config.write_text('checks = ["no_direct_crm.py"]\nignore = { no-direct-crm = "the gateway is late" }\n')
    configuration = configured(root, config)
    assert configuration.mistakes == ()
    (found,) = (f for f in assess(root, Settings(policy=configuration)).findings if f.check == "no-direct-crm")
    assert found.suppressed is not None


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (OWN, "No-Crm.py", "is called like the check"),
        (OWN, "no_crm.txt", "is called like the check"),
        (OWN, "silent_drop.py", "there is a built-in check of this name"),
        ("def look(", "no_crm.py", "SyntaxError at line 1"),
        ("import nothing_of_this_name", "no_crm.py", "No module named 'nothing_of_this_name'"),
        ("raise SystemExit(0)", "no_crm.py", "SystemExit"),
        (OWN.replace("## What to do", "## Whatever"), "no_crm.py", "its page lacks What to do"),
        (OWN.replace("EFFORT = 1.0", "EFFORT = 'much'"), "no_crm.py", "EFFORT must be a float"),
        (OWN.replace("def look", "def lok"), "no_crm.py", "look must be"),
    ],
)
def test_an_error_in_its_file_is_one_sentence(text: str, name: str, says: str, own: Callable[..., Path]) -> None:
    file = own(text, name)
    with pytest.raises(OwnCheckError) as caught:
        load_own([file])
    (said,) = caught.value.mistakes
    assert said.startswith(f"{file}: ")
    assert says in said
    assert "\n" not in said


def test_errors_of_several_files_come_at_once(tree: Tree, own: Callable[..., Path]) -> None:
    files = (own("1 +", "one.py"), own("1 +", "two.py"), own().with_name("missing.py"))
    with pytest.raises(PolicyError) as caught:
        assess(tree({"app.py": CODE}), Settings(policy=replace(NOTHING, checks=files)))
    assert len(caught.value.mistakes) == 3


@pytest.mark.parametrize(
    ("body", "says"),
    [("raise KeyError(pipeline.id)", "look() failed on the pipeline app.handle: KeyError"), ("yield 3", "is no Found")],
)
def test_a_look_that_fails_names_its_file(body: str, says: str, tree: Tree, own: Callable[..., Path]) -> None:
    file = own(OWN.partition("    for step")[0] + f"    {body}\n")
    with pytest.raises(OwnCheckError) as caught:
        assess(tree({"app.py": CODE}), Settings(policy=replace(NOTHING, checks=(file,))))
    (said,) = caught.value.mistakes
    assert said.startswith(f"{file}: ")
    assert says in said
