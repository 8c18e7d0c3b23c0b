"""Every check file is complete: page, names, needs, examples."""

from __future__ import annotations

import ast
import re

import pytest

from assess.checks.check import HEADINGS, Check, CheckFileError, load
from assess.checks.registry import all_checks, by_id
from assess.checks.resumability import no_timeout
from assess.model.finding import Axis, Need

EVERY = pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)


def test_ids_are_unique_and_kebab_case() -> None:
    ids = [check.id for check in all_checks()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)


def test_each_axis_has_checks() -> None:
    assert {check.axis for check in all_checks()} == set(Axis)


def test_a_check_is_found_by_its_id() -> None:
    assert by_id("silent-drop") in all_checks()
    assert by_id("no-such-check") is None


@EVERY
def test_page_has_every_heading_in_order(check: Check) -> None:
    assert tuple(heading for heading, _ in check.page) == HEADINGS
    assert all(len(text.split()) >= 4 for _, text in check.page)


@EVERY
def test_title_is_one_plain_sentence(check: Check) -> None:
    assert "\n" not in check.title
    assert len(check.title) <= 90
    assert not check.title.endswith(".")


@EVERY
def test_it_names_what_a_plan_has_to_provide(check: Check) -> None:
    assert check.needs
    assert all(isinstance(need, Need) for need in check.needs)
    assert 0 < check.effort <= 3


@EVERY
def test_examples_compile_and_only_the_bad_one_is_marked(check: Check) -> None:
    ast.parse(check.bad)
    ast.parse(check.good)
    assert check.marked_lines()
    assert "# finding" not in check.good


@EVERY
def test_wording_promises_nothing(check: Check) -> None:
    """A static reader does not see contracts or data: it never says that something is allowed or forbidden."""
    text = check.help().lower()
    assert not re.search(r"\bcompliant\b|\billegal\b|\bbreach\b|\bexactly once\b", text)


@EVERY
def test_help_holds_page_and_examples(check: Check) -> None:
    text = check.help()
    assert text.startswith(f"# {check.title}\n")
    assert check.bad.strip() in text
    assert check.good.strip() in text


def test_a_file_without_a_heading_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_timeout, "__doc__", "A title.\n\n## What it does\n\nSomething.\n")
    with pytest.raises(CheckFileError, match="Why it matters"):
        load(no_timeout)


def test_a_file_without_a_constant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(no_timeout, "SEVERITY")
    with pytest.raises(CheckFileError, match="SEVERITY must be a Severity"):
        load(no_timeout)
