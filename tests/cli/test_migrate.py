"""The plan of a migration can be kept, and shown beside the assessment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

CODE = """
import sys

import openai
import requests

client = openai.OpenAI()


def handle(text):
    said = client.responses.create(model="m", input=text)
    requests.post("https://crm.example.org/records", json={"answer": said.output_text})


if __name__ == "__main__":
    handle(sys.argv[1])
"""


def test_the_plan_is_kept_and_shown(
    tree: Callable[[Mapping[str, str]], Path], tool: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    code, plan, kept = tree({"orders.py": CODE}), tmp_path / "plan.json", tmp_path / "assessment.json"
    assert tool("assess", code, "--report", f"json={kept}").returncode == 0
    ended = tool("migrate", kept, "--output", tmp_path / "project", "--plan", plan)
    assert (ended.returncode, ended.stderr) == (0, "")
    questions = json.loads(plan.read_text())["questions"]
    assert questions
    for asked in questions:
        assert asked["question"] in " ".join(ended.stdout.split())
    page = tool("report", kept, "--plan", plan, "--format", "html").stdout
    assert questions[0]["question"] in page


def test_it_says_what_is_next_and_no_more(
    tree: Callable[[Mapping[str, str]], Path], tool: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    bare, described = tree({"bare/orders.py": CODE}), tree({"said/orders.py": CODE, "said/lastgood-proof.toml": ""})
    asked = tool("migrate", bare / "bare", "--output", tmp_path / "one").stdout
    assert "describe its outside world in a lastgood-proof.toml" in asked
    told = tool("migrate", described / "said", "--output", tmp_path / "two").stdout
    assert told.splitlines()[-1] == f"Next: lastgood prove {tmp_path / 'two'}"
