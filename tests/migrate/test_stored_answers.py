"""Answers of SDKs between steps: what a generated project keeps of them."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.migrate.conftest import Migrated

ASKED = """\
import json
from slack_sdk.web.slack_response import SlackResponse
from {package}.objects import packed, restored

answer = SlackResponse(
    client=None, http_verb="POST", api_url="https://slack.example",
    req_args={{"headers": {{"Authorization": "s3cret"}}}},
    data={{"ok": True, "ts": "17.5", "message": {{"text": "hello"}}}}, headers={{}}, status_code=200,
)
stored = packed(answer)
again = restored(stored)
print(json.dumps([stored, again["ts"], again.get("message")]))
"""


def test_an_answer_that_is_read_by_its_keys_keeps_them_and_nothing_of_the_request(
    migrated: dict[str, Migrated],
) -> None:
    project = migrated["claims"]
    package = json.loads((project.folder / "lastgood.json").read_text("utf-8"))["package"]
    ended = subprocess.run(
        [sys.executable, "-c", ASKED.format(package=package)],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    stored, ts, message = json.loads(ended.stdout)
    assert (ts, message) == ("17.5", {"text": "hello"})
    assert "s3cret" not in json.dumps(stored)
