"""The project speaks of itself alone: no path of a developer's machine, no registry of theirs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

REGISTRY = re.compile(r"(extra-)?index-url|trusted-host|--find-links|pypi\.org/simple|files\.pythonhosted\.org")


def test_tracked_files_name_no_machine(home: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=home, capture_output=True, text=True, check=True).stdout
    machine = re.compile(
        "|".join(re.escape(f"{place}/") for place in (home.parent, Path.home()) if len(place.parts) > 1)
    )
    found = []
    for name in filter(None, listed.split("\0")):
        path = home / name
        if not path.is_file() or path == Path(__file__).resolve():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {m.group()}" for m in [machine.search(text), REGISTRY.search(text)] if m]
    assert found == []
