"""Golden files of reports, and pages without the checks' own texts (those are tested where the checks stand)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.view import pages

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares text with a golden file; `UPDATE_GOLDEN=1` in the environment writes the file instead."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden file {name}: run again with UPDATE_GOLDEN=1 and read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def bare_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no check had a page, so that golden files change only with the reports."""
    monkeypatch.setattr(pages, "page_of", lambda _check: pages.Page())
