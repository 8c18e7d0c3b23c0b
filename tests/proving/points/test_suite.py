"""The project's tests are run in an interpreter of their own; what each shows is read from its mark."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from migrate.proving.household import Household
from migrate.proving.points.suite import Suite
from migrate.proving.project import load_project

TESTS = """
import os, socket
import pytest

@pytest.mark.point(9)
@pytest.mark.point(13)
@pytest.mark.parametrize("n", [1, 2])
def test_good(n): pass

@pytest.mark.point(14)
def test_bad(): assert False, "the reason"

@pytest.mark.point(14)
def test_good_too(): pass

@pytest.mark.point(24)
def test_left_out(): pytest.skip("no person")

def test_far(): socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_near():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_no_key(): assert "SOME_API_KEY" not in os.environ
"""


@pytest.fixture
def suite(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    (project / "tests").mkdir()
    (project / "tests/test_all.py").write_text(TESTS)
    (project / "pyproject.toml").write_text("[tool.pytest.ini_options]\ntestpaths = ['tests']\n")
    with Household() as household:
        suite = Suite(load_project(project), Path(sys.executable), tmp_path, household)
        suite.work()
    return suite


def test_what_the_tests_show(suite: Suite) -> None:
    assert suite.trouble == ""
    assert suite.shows(9) == suite.shows(13)
    assert [(e.holds, e.says) for e in suite.shows(9)] == [(True, "tests/test_all.py::test_good and 1 more passed")]
    assert [e.holds for e in suite.shows(14)] == [False, True]
    assert "test_bad failed: AssertionError: the reason" in suite.shows(14)[0].says
    skipped = suite.shows(24)
    assert [e.holds for e in skipped] == [False], "a test that was skipped shows nothing"
    assert "no person" in skipped[0].says
    assert suite.shows(1) == ()


def test_nothing_leaves_the_machine_and_no_key_comes_in(suite: Suite) -> None:
    outcomes = {test.name.rpartition("::")[2]: test for test in suite.tests}
    assert outcomes["test_far"].outcome == "failed"
    assert "wants to leave the machine, to 192.0.2.1" in outcomes["test_far"].says
    assert outcomes["test_near"].outcome == outcomes["test_no_key"].outcome == "passed"


def test_a_project_without_tests_has_trouble(project: Path, tmp_path: Path) -> None:
    with Household() as household:
        suite = Suite(load_project(project), Path(sys.executable), tmp_path, household)
        suite.work()
    assert suite.trouble.startswith("the project's tests did not run: ")
