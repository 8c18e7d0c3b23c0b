"""Who has described no outside world gets a draft of the description."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path


def test_without_a_description_a_draft_is_printed_and_nothing_is_run(project: Path, place: Path) -> None:
    (place / "legacy/lastgood-proof.toml").unlink()
    (place / "legacy/intake.py").write_text("import os\nDESK = os.environ['DESK_URL']\nprint('was run')\n", "utf-8")
    manifest = json.loads((project / "lastgood.json").read_text("utf-8"))
    manifest["legacy_digests"] = {"intake.py": ""}
    manifest["activities"][0]["place"] = "intake.py:22\n[run]\u202e"
    manifest["defaults"] = {"OPENAI_BASE_URL": "api.openai.com"}
    manifest["entry"] |= {"module": "desk.intake", "symbol": "take", "script": False}
    (project / "lastgood.json").write_text(json.dumps(manifest), "utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "lastgood", "prove", str(project)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "has no lastgood-proof.toml" in ended.stderr
    assert "A draft of it is printed." in ended.stderr
    assert "was run" not in ended.stdout
    told = tomllib.loads(ended.stdout)
    assert told["run"]["input"] == {"ticket": "{run}"}
    # The description is expected beside the module, and the original is imported from above its package.
    leading = {"OPENAI_BASE_URL": "ADDRESS", "DESK_URL": "ADDRESS_OR_VALUE"}
    assert told["environment"] == {"PYTHONPATH": "{here}/..", **leading}
    assert told["original"]["command"][1:3] == ["-c", "import sys; from desk.intake import take; take(sys.argv[1])"]
    assert told["decisions"] == {"approval": "ANSWER"}
    assert "#   record: http, intake.py:30" in ended.stdout
    assert "\u202e" not in ended.stdout
