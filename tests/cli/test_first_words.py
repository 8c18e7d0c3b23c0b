"""The first things that a new user types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

Tool = Callable[..., CompletedProcess[str]]


def test_without_a_command_the_help_is_readable(tool: Tool) -> None:
    ended = tool()
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert lines[0].startswith("Usage: lastgood")
    assert any(line.strip().startswith("assess") for line in lines)
    assert "\\n" not in ended.stderr


def test_a_check_is_explained_by_the_name_that_reports_show(tool: Tool) -> None:
    assert tool("explain", "Silent drop").stdout == tool("explain", "silent-drop").stdout


def test_the_page_tells_the_same_next_command_as_the_terminal(
    tree: Callable[[Mapping[str, str]], Path], tool: Tool, tmp_path: Path
) -> None:
    code = "import requests\nfrom openai import OpenAI\n\n\ndef run(x):\n"
    code += "    y = OpenAI().responses.create(input=x)\n    requests.post('https://example.org', data=y)\n"
    page = tmp_path / "page.html"
    ended = tool("assess", tree({"job.py": code}), "--report", f"html={page}")
    (command,) = [line for line in ended.stdout.splitlines() if line.startswith("Next: ")]
    assert command.removeprefix("Next: ") in page.read_text(encoding="utf-8")
