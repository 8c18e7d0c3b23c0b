"""Each file that breaks parsers is read, or named in one line with why; none ends the run or makes it wait."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.reading.probes import PROBES

SECONDS = 300
"""For all of them on a busy machine; alone they take less than twenty."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The lines under `skipped` for each probe, from one run of the tool over all of them."""
    root = tmp_path_factory.mktemp("code")
    places = {name: f"p{number}/{probe.name}" for number, (name, probe) in enumerate(PROBES.items())}
    for name, place in places.items():
        (root / place).parent.mkdir()
        (root / place).write_bytes(PROBES[name].data)
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "lastgood", "assess", "--format", "json", str(root)],
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    skipped = json.loads(ended.stdout)["target"]["skipped"]
    return {name: [row["reason"] for row in skipped if row["file"] == place] for name, place in places.items()}


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_is_read_or_named(name: str, said: Mapping[str, list[str]]) -> None:
    assert PROBES[name].holds(said[name]), said[name]
