"""A run that continues as new again and again makes no call twice, whatever its code does at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.migrate.conftest import Migrated


def test_concurrent_code_goes_on_where_it_was(migrated: dict[str, Migrated], tmp_path: Path) -> None:
    project = shutil.copytree(migrated["threads"].folder, tmp_path / "project")
    mixed = project / "tests" / "test_mixed.py"
    shutil.copy(Path(__file__).with_name("mixed") / "continuing.py", mixed)
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(mixed)]
    ended = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-4000:]
