from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from reports.markdown import render_markdown
from reports.paint import cells, cut, padded, wrapped
from reports.text import render_text

from . import samples

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("sample", [samples.claims, samples.stress, samples.empty])
def test_no_line_is_wider_than_the_terminal_but_the_command(sample: Callable[[], object], width: int) -> None:
    lines = render_text(sample(), width=width).splitlines()
    assert [line for line in lines if cells(line) > width and not line.startswith("Next: ")] == []
    assert not any(line.endswith(" ") for line in lines)


def test_ends_with_the_next_command() -> None:
    last = render_text(samples.claims(), width=80).splitlines()[-1]
    assert last == "Next: lastgood migrate claims_triage --output build/triage-claim"
    last = render_text(samples.claims(), width=80, following="lastgood migrate . -o x").splitlines()[-1]
    assert last == "Next: lastgood migrate . -o x"
    assert "Next:" not in render_text(samples.empty(), width=80)


def test_colour_only_adds_to_words_and_symbols() -> None:
    plain, coloured = (render_text(samples.claims(), width=80, colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    assert ESCAPE.sub("", coloured) == plain
    for words in ("✗ no", "◐ partial", "? unknown", "✓ yes"):
        assert words in plain


def test_every_pipeline_is_ranked_with_three_answers() -> None:
    text = render_text(samples.stress(), width=200)
    rows = [line for line in text.splitlines() if "█" in line or "░" in line]
    assert len(rows) == 12
    assert all(len(re.findall(r"[✓◐✗?] (?:yes|partial|no|unknown)", row)) == 3 for row in rows)
    assert "9 more pipelines" in text


def test_says_what_was_not_seen_and_what_a_crash_costs() -> None:
    text = " ".join(render_text(samples.claims(), width=80).split())
    assert "legacy/old_import.py: does not parse" in text
    assert 'add: [[call]] target = "partner.Client.score"' in text
    assert "A crash after “Archive documents” repeats at least 13 calls, 4 of them paid" in text
    assert "The same crash repeats no finished step" in text
    assert "claims_triage/crm.py:44" in text


def test_wrapping_counts_cells_and_breaks_long_words() -> None:
    assert wrapped("ab cd", 2) == ["ab", "cd"]
    assert wrapped("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert all(cells(line) <= 6 for line in wrapped("日本語の長い文字列 and more", 6))
    assert cells(padded("日本語", 10)) == 10
    assert cells(cut("日本語日本語", 5)) <= 5


@pytest.mark.usefixtures("bare_checks")
def test_golden_text(golden: Callable[[str, str], None]) -> None:
    golden("claims-80.txt", render_text(samples.claims(), width=80))
    golden("claims-200.txt", render_text(samples.claims(), width=200))
    golden("claims.md", render_markdown(samples.claims()))
