"""Comments that ignore: what they govern, and what is said of those that do nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.assessment import Assessment, RemarkKind
from assess.policy.ignores import MOST
from assess.policy.values import PolicyError
from assess.reading.comments import comments
from assess.reading.tree import SourceTree
from tests.policy.code import CODE, assessed, suppressed

Tree = Callable[[Mapping[str, str | bytes]], Path]


def remarks(assessment: Assessment) -> list[tuple[str, int, str]]:
    return [(r.kind.value, r.line, r.says) for r in assessment.remarks]


def test_on_the_line_with_and_without_a_reason(tree: Tree) -> None:
    code = CODE.replace("except Exception:", "except Exception:  # lastgood: ignore[silent-drop] the CRM shows it")
    code = code.replace("text).output_text", "text).output_text  # lastgood: ignore[no-timeout, no-retry]")
    found = suppressed(assessed(tree({"app.py": code})))
    assert found["silent-drop"] == ("comment", "the CRM shows it")
    assert found["no-timeout"] == ("comment", "")


GOVERNED = """
def run(  # lastgood: A
    text,
):
    send(
        text,  # lastgood: B
    )  # lastgood: C
    # lastgood: D
    send(
        text,
    )
    with lock:  # lastgood: E
        # lastgood: F
        @wrapped
        def inner():
            pass
    try:
        pass
    except (
        ValueError,
    ):  # lastgood: G
        pass
    x = "# lastgood: no comment"
    match text:
        case 1:  # lastgood: H
            pass
# lastgood: I
"""


def test_what_a_comment_governs(tree: Tree) -> None:
    found = {c.text: (c.first, c.last) for c in comments(SourceTree(tree({"app.py": GOVERNED})))}
    assert found == {
        "A": (2, 4), "B": (6, 6), "C": (5, 7), "D": (9, 11), "E": (12, 13), "F": (15, 15), "G": (19, 21), "H": (25, 25),
        "I": (27, 27),
    }  # fmt: skip


def test_for_a_whole_file(tree: Tree) -> None:
    code = f"# lastgood: ignore-file[no-timeout] the load balancer cuts\n{CODE}"
    assert suppressed(assessed(tree({"app.py": code})))["no-timeout"] == (
        "file-comment",
        "the load balancer cuts",
    )


def test_a_nearer_comment_wins(tree: Tree) -> None:
    code = CODE.replace("text).output_text", "text).output_text  # lastgood: ignore[no-timeout] here")
    code = f"# lastgood: ignore-file[no-timeout] everywhere\n{code}"
    found = [f.suppressed for f in assessed(tree({"app.py": code})).findings if f.check == "no-timeout"]
    assert {(s.by.value, s.reason) for s in found if s} == {("comment", "here"), ("file-comment", "everywhere")}


def test_in_a_notebook(tree: Tree) -> None:
    sources = ["%pip install openai\n", "!ls\nfrom openai import OpenAI\nclient = OpenAI()\n"]
    sources.append("client.responses.create(model='m', input='x')  # lastgood: ignore[no-timeout] I watch it\n")
    sources.append("client.responses.create(model='m', input='x')\n# lastgood: ignore[no-retry] none\n")
    cells = [{"cell_type": "code", "source": [source]} for source in sources]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assessment = assessed(tree({"a.ipynb": book}))
    times = {f.cell: f.suppressed for f in assessment.findings if f.check == "no-timeout"}
    assert times[2] is not None
    assert times[2].reason == "I watch it"
    assert times[3] is None
    assert remarks(assessment) == [("unused-ignore", 2, "ignore[no-retry] meets no finding: take it away")]
    assert assessment.remarks[0].cell == 3


def test_what_does_nothing_or_is_not_understood_is_told(tree: Tree) -> None:
    code = CODE.replace("    answer = None", "    answer = None  # lastgood: ignore[print-only] why not")
    code += "\nX = 1  # lastgood: ignore[silent-dorp]\nY = 2  # lastgood: ignore\nZ = 3  # lastgood: ignore[]\n"
    code += 'T = "# lastgood: ignore[nothing]"\n'
    found = assessed(tree({"app.py": code}))
    lines = code.splitlines()
    x = lines.index("X = 1  # lastgood: ignore[silent-dorp]") + 1
    form = "is not understood: write ignore[check] reason, or ignore-file[check] reason"
    assert remarks(found) == [
        ("unknown-check", x, "there is no check 'silent-dorp'; did you mean silent-drop?"),
        ("unknown-check", x + 1, f"'ignore' {form}"),
        ("unknown-check", x + 2, f"'ignore[]' {form}"),
        ("unused-ignore", 12, "ignore[print-only] meets no finding: take it away"),
    ]
    assert {r.kind for r in found.remarks} == {RemarkKind.UNKNOWN_CHECK, RemarkKind.UNUSED_IGNORE}


def test_reasons_that_are_required_and_missing_come_all_at_once(tree: Tree) -> None:
    code = CODE.replace("except Exception:", "except Exception:  # lastgood: ignore[silent-drop]")
    code = code.replace("client = OpenAI()", "client = OpenAI()  # lastgood: ignore[unpinned-region]")
    with pytest.raises(PolicyError) as caught:
        assessed(tree({"app.py": code, "lastgood.toml": "require-reason = true"}))
    assert [says.partition(" gives")[0] for says in caught.value.mistakes] == [
        "app.py:5: ignore[unpinned-region]",
        "app.py:11: ignore[silent-drop]",
    ]


def test_suppressed_findings_stay_and_only_reasons_change_scores(tree: Tree) -> None:
    plain = assessed(tree({"app.py": CODE}))
    bare = assessed(tree({"app.py": CODE.replace("Exception:", "Exception:  # lastgood: ignore[silent-drop]")}))
    said = assessed(tree({"app.py": CODE.replace("Exception:", "Exception:  # lastgood: ignore[silent-drop] ok")}))
    assert [f.id for f in plain.findings] == [f.id for f in bare.findings] == [f.id for f in said.findings]
    assert bare.pipelines[0].scores == plain.pipelines[0].scores
    assert said.pipelines[0].scores.visibility > plain.pipelines[0].scores.visibility


def test_a_flood_of_comments_is_counted(tree: Tree) -> None:
    flood = "".join(f"X{n} = 1  # lastgood: ignore[nothing-{n}]\n" for n in range(MOST + 7))
    known = CODE.replace("except Exception:", "except Exception:  # lastgood: ignore[silent-drop] fine")
    found = assessed(tree({"a.py": flood, "app.py": known}))
    assert len(found.remarks) == MOST + 1
    assert "this and 6 more are not understood either" in {r.says for r in found.remarks}
    assert suppressed(found)["silent-drop"] == ("comment", "fine")
