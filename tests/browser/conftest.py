"""A real Chromium, started by its command line: what it measures on a page, and what it complains about."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Scripts of the page itself are switched off by the sandbox; the probe around it still reads what is drawn.
PROBE = """<!doctype html><meta charset="utf-8"><title>probe</title>
<iframe id="page" src="{source}" {sandbox} style="border:0;width:{width}px;height:900px"></iframe>
<script>
addEventListener("load", () => {{
  const frame = document.getElementById("page"), view = frame.contentWindow, page = frame.contentDocument;
  const found = (() => {{ {script} }})();
  const box = document.createElement("pre");
  box.id = "found";
  box.textContent = JSON.stringify(found);
  document.body.append(box);
}});
</script>"""


@dataclass(frozen=True)
class Seen:
    """What the probe found, and what the browser wrote to its console."""

    found: Any
    console: tuple[str, ...]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; on CI its absence is a failure, elsewhere the tests are left out."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    said = f"no browser on PATH (looked for {', '.join(NAMES)}): install Chromium to run the browser tests"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@pytest.fixture
def look(chromium: str, tmp_path: Path) -> Callable[..., Seen]:
    """Opens a page at a width and runs a script beside it; `view` is its window and `page` its document."""

    def open_page(html: str, script: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Seen:
        source, probe = tmp_path / "report.html", tmp_path / "probe.html"
        source.write_text(html, encoding="utf-8")
        sandbox = "" if scripts else 'sandbox="allow-same-origin"'
        text = PROBE.format(source=escape(source.as_uri()), sandbox=sandbox, width=width, script=script)
        probe.write_text(text, encoding="utf-8")
        ended = subprocess.run(
            [
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--allow-file-access-from-files",
                "--enable-logging=stderr",
                "--virtual-time-budget=4000",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                f"--user-data-dir={tmp_path / 'profile'}",
                "--window-size=1400,1000",
                "--dump-dom",
                probe.as_uri(),
            ],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=120,
        )
        found = re.search(r'<pre id="found">(.*?)</pre>', ended.stdout, re.DOTALL)
        assert found, f"the browser showed nothing: {ended.stderr[-2000:]}"
        console = tuple(line for line in ended.stderr.splitlines() if "CONSOLE" in line)
        return Seen(json.loads(unescape(found[1])), console)

    return open_page
