"""The examples of each check, through the whole analyser: BAD at its marks and nowhere else, GOOD silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from assess.checks.check import Check
from assess.checks.registry import all_checks
from assess.usecases import assess

EVERY = pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)


def _lines(check: Check, code: str, folder: Path) -> tuple[int, ...]:
    (folder / "app.py").write_text(code, encoding="utf-8")
    return tuple(sorted({f.line for f in assess(folder).findings if f.check == check.id}))


@EVERY
def test_bad_is_found_at_its_marks(check: Check, tmp_path: Path) -> None:
    assert _lines(check, check.bad, tmp_path) == check.marked_lines()


@EVERY
def test_good_is_left_alone(check: Check, tmp_path: Path) -> None:
    assert _lines(check, check.good, tmp_path) == ()
