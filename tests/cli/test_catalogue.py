"""Rows of the user's own: the row that an assessment suggests makes the call a step, and mistakes come all at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

Tool = Callable[..., CompletedProcess[str]]
Tree = Callable[[Mapping[str, str]], Path]

CODE = "import acme\n\nclient = acme.Client()\nclient.publish(client.fetch(1))\n"


def test_the_suggested_row_makes_the_call_a_step(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    code = tree({"app.py": CODE})
    before = json.loads(tool("assess", code, "--format", "json").stdout)
    assert before["pipelines"] == []
    rows = [unresolved["reason"].partition("add: ")[2] for unresolved in before["target"]["unresolved"]]
    assert len(rows) == 2
    own = tmp_path / "own.toml"
    own.write_text("\n".join(rows), encoding="utf-8")
    after = json.loads(tool("assess", code, "--catalogue", own, "--format", "json").stdout)
    assert [step["call"] for pipeline in after["pipelines"] for step in pipeline["steps"]] == [
        "client.fetch",
        "client.publish",
    ]
    assert after["target"]["unresolved"] == []


def test_wrong_rows_are_all_told_and_nothing_is_assessed(tree: Tree, tool: Tool, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[calls]\n"acme.a" = { kind = "nonsense" }\n"acme.b" = { effect = 3 }\n', encoding="utf-8")
    ended = tool("assess", tree({"app.py": CODE}), "--catalogue", own)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "acme.a" in ended.stderr
    assert "acme.b" in ended.stderr
    assert "Traceback" not in ended.stderr
