"""A slice of the campaign, in a process of its own: a case that takes the process down is a failure, not the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CAMPAIGN = Path(__file__).with_name("campaign.py")


def test_a_slice_of_the_campaign() -> None:
    ended = subprocess.run(
        [sys.executable, CAMPAIGN, "--cases", "80", "--seconds", "100"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
