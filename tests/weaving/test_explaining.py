"""Why a place is or is not a step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.explanation import Explanation, NoPlaceError
from assess.usecases import explain

Tree = Callable[[Mapping[str, str | bytes]], Path]
CODE = """\
import boto3
import openai
import requests
import strange


class Box:
    def fill(self):
        self.client = openai.OpenAI()


def ask(client, box: Box):
    answer = client.responses.create(input="x")
    len(answer)
    requests.post("https://example.org", json=answer)
    strange.cloud.upload(answer)
    thing.go(answer)
    return helper(answer)


def helper(given):
    return boto3.client("s3").put_object(Bucket="b", Key="k", Body=given)


def dead():
    requests.get("https://example.org")


def deader():
    dead()


if __name__ == "__main__":
    ask(openai.OpenAI(), Box())
"""


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(CODE.splitlines(), 1) if text in line)


@pytest.fixture
def why(tree: Tree) -> Callable[[str], Explanation]:
    code = tree({"app.py": CODE})
    return lambda text: explain(code, "app.py", line_of(text))


def words(explanation: Explanation) -> str:
    return " ".join([*(s for c in explanation.calls for s in (c.verdict, *c.because)), *explanation.because])


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("client.responses.create", "a step", ["openai.OpenAI.responses.create", "kind model", "ask in app.py"]),
        ("put_object", "a step", ["object_store", "Reached from ask in app.py:12 via app.py:34, app.py:18"]),
        ("len(answer)", "no step", ["Python itself"]),
        ("strange.cloud.upload", "no step", ["in no catalogue", 'calls."strange.cloud.upload"']),
        ("thing.go", "no step", ["nothing that was read defines `thing`"]),
        ("return helper", "no step", ["calls helper of this code base (app.py:21)"]),
        ("ask(openai.OpenAI(), Box())", "no step", ["makes a client", "makes an object of Box"]),
        ("    requests.get", "no step", ["No entry reaches dead", "app.py:30", "no run comes by"]),
        ("    dead()", "no step", ["No entry reaches deader", "dead code"]),
    ],
)
def test_each_call_tells_what_it_is(
    why: Callable[[str], Explanation], text: str, verdict: str, says: list[str]
) -> None:
    found = why(text)
    assert found.calls[0].verdict == verdict
    for part in says:
        assert part in words(found)


def test_a_line_without_a_call(why: Callable[[str], Explanation]) -> None:
    found = why("class Box")
    assert found.calls == ()
    assert found.because == ("No call stands here, so there is no step.",)


def test_a_parameter_that_nothing_is_known_of(tree: Tree) -> None:
    code = tree(
        {"a.py": "import requests\n\n\ndef f(service):\n    service.go()\n    requests.get('x')\n\n\nf(unknown())\n"}
    )
    assert "parameter without a type" in words(explain(code, "a.py", 5))


def test_a_chain_over_lines_is_found_at_its_verb(tree: Tree) -> None:
    code = tree({"a.py": "import requests\n\n(\n    requests\n    .get('x')\n    .json()\n)\n"})
    assert [c.verdict for c in explain(code, "a.py", 5).calls] == ["a step"]


def test_notebooks_are_asked_by_cell(tree: Tree) -> None:
    cells = [{"cell_type": "code", "source": s} for s in ("import requests", "\nrequests.get('x')")]
    code = tree({"a.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})})
    assert explain(code, "a.ipynb", 2, 1).calls[0].verdict == "a step"
    with pytest.raises(NoPlaceError, match=r"FILE\[CELL\]:LINE"):
        explain(code, "a.ipynb", 2)


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("gone.py", 1, "no Python file"),
        ("bad.py", 1, "was left out: does not parse"),
        ("out/a.py", 1, "ignored by git"),
        ("a.py", 99, "no line 99"),
        ("a.py", 0, "no line 0"),
    ],
)
def test_places_that_are_not_there(tree: Tree, file: str, line: int, says: str) -> None:
    code = tree({"a.py": "x = 1\n", "bad.py": "x = (\n", "out/a.py": "", ".gitignore": "out/\n"})
    with pytest.raises(NoPlaceError, match=says):
        explain(code, file, line)


def test_runs_over_their_budget_are_named(tree: Tree) -> None:
    # What is handed something to call is followed anew each time: twice two functions, fourteen levels deep.
    calls = "".join(f"def f{n}(g):\n    f{n + 1}(g)\n    f{n + 1}(g)\n\n\n" for n in range(14))
    last = "def f14(g):\n    g()\n    requests.get('x')\n\n\ndef g():\n    pass\n\n\nf0(g)\n"
    code = tree({"big.py": f"import requests\n\n\n{calls}{last}"})
    assert "over their budget" in words(explain(code, "big.py", 5))
