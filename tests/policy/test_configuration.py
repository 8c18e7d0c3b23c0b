"""The configuration: read from where, with which mistakes, and what a stranger's cannot do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.finding import Severity
from assess.policy.finding import LARGEST
from assess.policy.keys import KEYS, Takes
from assess.policy.reading import MOST
from assess.policy.values import NOTHING, Ignored, PolicyError
from tests.policy.code import CODE, assessed, configured, suppressed

Tree = Callable[[Mapping[str, str | bytes]], Path]


def test_without_one_nothing_is_decided(tree: Tree) -> None:
    assert configured(tree({"app.py": CODE})) == NOTHING
    assert configured(tree({"pyproject.toml": '[project]\nname = "x"\n'})) == NOTHING


def test_a_file_of_its_own_wins_over_the_project_file(tree: Tree) -> None:
    root = tree({"pyproject.toml": '[tool.lastgood]\nfail-on = "low"\n'})
    assert (configured(root).fail_on, configured(root).source) == (Severity.LOW, "pyproject.toml")
    (root / "lastgood.toml").write_text('fail-on = "high"\n')
    assert (configured(root).fail_on, configured(root).source) == (Severity.HIGH, "lastgood.toml")


def test_every_key_of_the_documentation_is_read_as_its_example_says(tree: Tree) -> None:
    root = tree({"lastgood-catalogue.toml": "", "lastgood-baseline.json": "{}", "checks/no_print_in_jobs.py": ""})
    own = root / "own.toml"
    own.write_text("\n".join(key.example for key in KEYS))
    policy = configured(root, own)
    assert policy.mistakes == ()
    assert policy.keys == tuple(key.name for key in KEYS)
    empty = [name for name in NOTHING.__slots__ if getattr(policy, name) == getattr(NOTHING, name)]
    assert empty == ["mistakes"]
    assert policy.ignored == (
        Ignored("print-only", None, "stdout is collected and searchable"),
        Ignored("no-status", "scripts/", "a person watches them"),
    )


WRONG = """
[project]
name = "x"

[tool.lastgood]
fail_on = "high"
fail-under = 140
min-severity = "hihg"
exclude = "notebooks"
select = ["silent-drops"]
region = "europe"
catalogue = ["missing.toml"]
require-reason = true
ignore = ["print-only"]

[tool.lastgood.per-file-ignores]
"scripts/" = { no-statsu = "watched" }

[tool.lastgood.entries]
add = ["app.jobs.nightly"]
remove = []
"""


def test_all_mistakes_come_at_once_with_their_places(tree: Tree) -> None:
    with pytest.raises(PolicyError) as caught:
        assessed(tree({"app.py": CODE, "pyproject.toml": WRONG}))
    assert list(caught.value.mistakes) == [
        "pyproject.toml:6: tool.lastgood.fail_on: no such key; did you mean fail-on?",
        "pyproject.toml:7: tool.lastgood.fail-under: a whole number from 0 to 100 is expected, not '140'",
        "pyproject.toml:8: tool.lastgood.min-severity: a severity is expected, not 'hihg'; did you mean high?",
        "pyproject.toml:9: tool.lastgood.exclude: a list of patterns is expected, not 'notebooks'",
        "pyproject.toml:10: tool.lastgood.select: there is no check 'silent-drops'; did you mean silent-drop?",
        f"pyproject.toml:11: tool.lastgood.region: {Takes.REGION.value} is expected, not 'europe'; did you mean EU?",
        "pyproject.toml:12: tool.lastgood.catalogue: 'missing.toml' is no file beside pyproject.toml",
        "pyproject.toml:14: tool.lastgood.ignore: print-only is ignored without a reason, and require-reason is on",
        "pyproject.toml:16: tool.lastgood.per-file-ignores: there is no check 'no-statsu'; did you mean no-status?",
        "pyproject.toml:19: tool.lastgood.entries: add takes file.py:function, not 'app.jobs.nightly'",
        "pyproject.toml:19: tool.lastgood.entries: no such key 'remove'; there are add, ignore",
    ]


def test_mistakes_of_all_files_come_at_once(tree: Tree) -> None:
    root = tree(
        {
            "app.py": CODE.replace("except Exception:", "except Exception:  # lastgood: ignore[silent-drop]"),
            "rows.toml": '[calls]\n"acme.a" = { kind = "nonsense" }\n',
            "base.json": '{"lastgood_baseline": 99}',
            "lastgood.toml": 'catalogue = ["rows.toml"]\nbaseline = "base.json"\nrequire-reason = true\nfoo = 1\n'
            'entries = { add = ["app.py:handel"] }\n',
        }
    )
    with pytest.raises(PolicyError) as caught:
        assessed(root)
    told = "\n".join(caught.value.mistakes)
    for part in (
        "lastgood.toml:4: foo",
        "acme.a",
        "version 99",
        "'handel'",
        "mean handle?",
        "app.py:11: ignore[silent",
    ):
        assert part in told, part


@pytest.mark.parametrize("text", ["fail-on = ", "[" * 5000, "a = 1\na = 2\n"])
def test_what_is_no_toml_is_one_mistake(text: str, tree: Tree) -> None:
    (said,) = configured(tree({"lastgood.toml": text})).mistakes
    assert said.startswith("lastgood.toml: not TOML")


def test_a_broken_project_file_that_does_not_speak_to_us_is_not_ours(tree: Tree) -> None:
    assert configured(tree({"pyproject.toml": "[project\n"})) == NOTHING


def test_a_table_that_is_none(tree: Tree) -> None:
    (said,) = configured(tree({"pyproject.toml": "[tool]\nlastgood = 3\n"})).mistakes
    assert said == "pyproject.toml: tool.lastgood: a table is expected"


def test_a_scanned_tree_names_no_code(tree: Tree, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    root = tree({"app.py": CODE, "own.py": f"open({str(marker)!r}, 'w')", "lastgood.toml": 'checks = ["own.py"]'})
    with pytest.raises(PolicyError, match=r"must not make lastgood run code.*--config"):
        assessed(root)
    assert not marker.exists()


@pytest.mark.parametrize("key", ["catalogue = [{}]", "baseline = {}"])
@pytest.mark.parametrize("way", ["../secret", "/etc/hostname", "link", "folder/secret"])
def test_a_scanned_tree_reads_nothing_outside_of_itself(key: str, way: str, tree: Tree, tmp_path: Path) -> None:
    root = tree({"app.py": CODE, "lastgood.toml": key.format(f'"{way}"')})
    (tmp_path / "secret").write_text("x")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (said,) = configured(root).mistakes
    assert said.endswith("leads out of the tree")


def test_a_configuration_that_leads_out_of_the_tree_or_is_no_file_is_not_heard(tree: Tree, tmp_path: Path) -> None:
    root = tree({"app.py": CODE})
    (tmp_path / "outside.toml").write_text('fail-on = "high"')
    (root / "lastgood.toml").symlink_to(tmp_path / "outside.toml")
    assert configured(root) == NOTHING
    (root / "lastgood.toml").unlink()
    os.mkfifo(root / "lastgood.toml")
    assert configured(root) == NOTHING
    (root / "lastgood.toml").unlink()
    (root / "lastgood.toml").write_bytes(b"#" * (LARGEST + 1))
    assert configured(root) == NOTHING


def test_excluded_files_are_listed_and_not_read(tree: Tree) -> None:
    root = tree({"app.py": CODE, "old/app.py": CODE, "lastgood.toml": 'exclude = ["old/"]'})
    assessment = assessed(root)
    assert {*assessment.target.digests} == {"app.py"}
    assert [(s.file, s.reason) for s in assessment.target.skipped] == [("old", "excluded by lastgood.toml")]


def test_filters_suppress_and_change_no_score(tree: Tree) -> None:
    plain = assessed(tree({"app.py": CODE}))
    text = 'select = ["silent-drop", "no-timeout"]\nmin-severity = "high"\n'
    filtered = assessed(tree({"lastgood.toml": text}))
    assert suppressed(filtered)["no-timeout"] == ("min-severity", "medium is below high")
    assert suppressed(filtered)["no-checkpoint"] == ("select", "it is not selected")
    assert len(filtered.findings) == len(plain.findings)
    assert [p.scores for p in filtered.pipelines] == [p.scores for p in plain.pipelines]


def test_only_a_reason_takes_points_away(tree: Tree) -> None:
    def visibility(configuration: str) -> int:
        assessment = assessed(tree({"app.py": CODE, "lastgood.toml": configuration}))
        return next(p for p in assessment.pipelines if p.entry.symbol == "handle").scores.visibility

    plain = visibility("")
    assert visibility('ignore = ["silent-drop"]') == plain
    assert visibility('ignore = { silent-drop = "the CRM shows it" }') > plain
    assert visibility('per-file-ignores = { "*.py" = { silent-drop = "the CRM shows it" } }') > plain
    assert visibility('per-file-ignores = { "other/" = { silent-drop = "the CRM shows it" } }') == plain


def test_the_assessment_says_which_configuration_was_heard(tree: Tree) -> None:
    (remark,) = assessed(tree({"app.py": CODE, "lastgood.toml": 'fail-on = "high"'})).remarks
    assert (remark.file, remark.says) == ("lastgood.toml", "sets fail-on")


def test_a_flood_of_mistakes_is_cut(tree: Tree) -> None:
    keys = "".join(f"key{n} = 1\n" for n in range(5000))
    names = ", ".join(f'"check-{n}"' for n in range(5000))
    policy = configured(tree({"lastgood.toml": f"select = [{names}]\n{keys}"}))
    assert len(policy.mistakes) == MOST
