"""The demo, as `make demo` runs it, in a folder of its own with a space in its name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.proving.conftest import still_running


def test_the_demo_runs_to_its_end_and_says_what_was_counted(home: Path, tmp_path: Path) -> None:
    place = tmp_path / "a b"
    shutil.copytree(home / "examples", place / "examples", ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    ended = subprocess.run(
        [sys.executable, "examples/demo.py"], cwd=place, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    words = " ".join(ended.stdout.split())
    assert re.search(r"finished steps repeated [1-9]\d* 0 ", words)
    assert "runs lost 1 until started again 0" in words
    proof = json.loads((place / "build/proof.json").read_text("utf-8"))
    assert proof["holds"] is True
    assert proof["totals"]["kills"] == 1
    assert "The proof holds" in (place / "build/report.html").read_text("utf-8")
    assert (place / "build/claims_triage_durable/RUNBOOK.md").exists()
    assert still_running(place) == []
