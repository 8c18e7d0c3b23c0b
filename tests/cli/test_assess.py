"""What `lastgood assess`, `report` and `explain` print and write, and when they end with 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Tool = Callable[..., CompletedProcess[str]]

CODE = """
import requests


def fetch():
    requests.post("https://example.org/orders", json={"a": 1})
"""


@pytest.fixture
def code(tree: Callable[[Mapping[str, str]], Path]) -> Path:
    return tree({"orders.py": CODE})


def test_every_output_is_a_function_of_the_json(
    code: Path, tmp_path: Path, tool: Tool, validated_assessment: Callable[[str], dict[str, Any]]
) -> None:
    forms = ("html", "json", "markdown", "svg", "text")
    words = [word for form in forms for word in ("--report", f"{form}={tmp_path / form}")]
    ended = tool("assess", code, "--format", "json", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    validated_assessment(ended.stdout)
    assert (tmp_path / "json").read_text() == ended.stdout
    for form in forms:
        again = tool("report", tmp_path / "json", "--format", form, "--output", tmp_path / f"again-{form}")
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
        assert (tmp_path / f"again-{form}").read_bytes() == (tmp_path / form).read_bytes()


def test_the_form_of_a_report_follows_the_ending_of_its_file(code: Path, tmp_path: Path, tool: Tool) -> None:
    tool("assess", code, "--report", f"json={tmp_path / 'a.json'}")
    for name, start in {"a.html": "<!", "a.md": "#", "a.svg": "<svg", "a.txt": "lastgood"}.items():
        tool("report", tmp_path / "a.json", "-o", tmp_path / name)
        assert (tmp_path / name).read_text().lower().startswith(start)


def test_the_text_fits_the_width_and_ends_with_the_next_command(code: Path, tool: Tool) -> None:
    for columns in ("80", "120"):
        text = tool("assess", code, env={"COLUMNS": columns}).stdout
        body, _, last = text.rstrip("\n").rpartition("\n")
        assert max(map(len, body.splitlines())) <= int(columns)
        assert last.startswith("Next: lastgood ")


def test_the_next_command_can_be_pasted(tree: Callable[[Mapping[str, str]], Path], tool: Tool) -> None:
    code = tree({"a b/orders.py": CODE}) / "a b"
    assert f"'{code}'" in tool("assess", code).stdout


def test_colour_is_for_terminals(code: Path, tool: Tool) -> None:
    assert "\x1b[" not in tool("assess", code).stdout
    assert "\x1b[" in tool("assess", code, "--color", "always").stdout
    assert "\x1b[" in tool("assess", code, env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in tool("assess", code, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


def test_fail_on_counts_what_is_at_least_as_severe(code: Path, tool: Tool) -> None:
    found = {finding["severity"] for finding in json.loads(tool("assess", code, "--format", "json").stdout)["findings"]}
    order = ["high", "medium", "low", "note"]
    worst = min(found, key=order.index)
    for bar in order:
        expected = int(order.index(bar) >= order.index(worst))
        ended = tool("assess", code, "--fail-on", bar)
        assert (ended.returncode, bool(ended.stdout)) == (expected, True)
    assert tool("assess", code, "--fail-on", "never").returncode == 0


def test_every_check_can_be_explained(tool: Tool) -> None:
    listed = [line.split()[0] for line in tool("explain").stdout.splitlines()]
    assert "silent-drop" in listed
    assert "## What to do" in tool("explain", "silent-drop").stdout
    assert tool("explain", "--all").stdout.count("## What to do") == len(listed)
