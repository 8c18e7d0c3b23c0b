"""The hook that pre-commit reads, and the page that shows how it is used."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import yaml

CODE = "import requests\n\nfor i in range(9):\n    requests.post('https://a.example.org', json={'i': i})\n"


def test_the_hook_runs_what_it_says(
    home: Path, tree: Callable[[Mapping[str, str]], Path], tool: Callable[..., CompletedProcess[str]]
) -> None:
    (hook,) = yaml.safe_load((home / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("lastgood", "python", False)
    _, *words = [*shlex.split(hook["entry"]), *hook["args"]]
    root = tree({"app.py": CODE, "lastgood.toml": 'select = ["no-timeout"]\n'})
    assert tool(*words, cwd=root).returncode == 0
    assert tool(*words, "--fail-on", "low", cwd=root).returncode == 1, "later words win, so a project can choose"


def test_the_page_shows_commands_that_exist(home: Path, tool: Callable[..., CompletedProcess[str]]) -> None:
    page = (home / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    action, hooks = (yaml.safe_load(block) for block in blocks)
    (run,) = (s["run"] for s in action["jobs"]["assess"]["steps"] if s.get("name") == "Assess")
    assert hooks["repos"][0]["hooks"][0]["id"] == "lastgood"
    shell = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = [run, *(line.partition("#")[0] for block in shell for line in block.splitlines())]
    used = {word for line in lines for word in line.split() if word.startswith("--")}
    known = tool("assess", "--help").stdout + tool("compare", "--help").stdout
    assert {word for word in used if word not in known} == set()
