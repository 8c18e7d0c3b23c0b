"""What reaches a terminal, and what does not."""

from __future__ import annotations

import io
import os
import sys

import pytest

from lastgood import console
from lastgood.console import Colour
from lastgood.problems import Problem


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("wish", "variables", "terminal", "expected"),
    [
        (Colour.AUTO, {}, True, True),
        (Colour.AUTO, {}, False, False),
        (Colour.AUTO, {"TERM": "dumb"}, True, False),
        (Colour.AUTO, {"NO_COLOR": "1"}, True, False),
        (Colour.AUTO, {"NO_COLOR": ""}, True, True),
        (Colour.AUTO, {"FORCE_COLOR": "1"}, False, True),
        (Colour.AUTO, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (Colour.ALWAYS, {"NO_COLOR": "1"}, False, True),
        (Colour.NEVER, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_when_colour_is_used(
    wish: Colour, variables: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", _Terminal() if terminal else io.StringIO())
    assert console.coloured(wish) is expected


def test_width_is_80_without_a_terminal_and_columns_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    read, write = os.pipe()
    monkeypatch.setattr(sys, "__stdout__", os.fdopen(write, "w"))
    assert console.width() == 80
    monkeypatch.setenv("COLUMNS", "57")
    assert console.width() == 57
    sys.__stdout__.close()
    os.close(read)


def test_progress_shows_on_a_terminal_only_and_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, expected in ((io.StringIO(), ""), (_Terminal(), "reading x\r\x1b[K")):
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", stream)
        with console.progress("reading x"):
            pass
        assert stream.getvalue() == expected


def test_the_result_is_utf_8_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))
    console.out("→ é \udcff")
    assert raw.getvalue() == "→ é \\udcff".encode()


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(Problem, match="No space left"):
            console.out("x" * 100_000)
        monkeypatch.undo()


def test_a_closed_standard_output_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(Problem, match="closed"):
        console.out("x")
