"""A plugin for pytest, run in the user's own interpreter: notes each test with its points, keeps tests on this machine.

It imports nothing of lastgood. `LASTGOOD_COLLECTED` names the file for one line of JSON a test.
"""

from __future__ import annotations

import json
import os
import socket
from typing import Any

REPORT = os.environ["LASTGOOD_COLLECTED"]
HOME = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared, not bound
_connect = socket.socket.connect


def _connect_here(self: socket.socket, address: Any) -> None:
    """Connect on this machine only: a test that needs a network has to fail."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(HOME):
        raise OSError(f"this test wants to leave the machine, to {address[0]}")
    _connect(self, address)


def pytest_configure(config: Any) -> None:
    """Close the ways out."""
    config.addinivalue_line("markers", "point(number): the point of the checklist that the test shows")
    socket.socket.connect = _connect_here  # type: ignore[method-assign, assignment]


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Each test carries the numbers of its points along."""
    for item in items:
        numbers = sorted({int(number) for mark in item.iter_markers("point") for number in mark.args})
        item.user_properties.append(("points", numbers))


def pytest_runtest_logreport(report: Any) -> None:
    """One line for the body of a test, or for what went wrong around it."""
    if report.when != "call" and report.passed:
        return
    line = {
        "name": report.nodeid,
        "outcome": report.outcome,
        "points": dict(report.user_properties).get("points", []),
        "says": _last_line(report),
    }
    with open(REPORT, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(json.dumps(line) + "\n")


def pytest_sessionfinish() -> None:
    """How much of a processor the tests took."""
    used = os.times()
    with open(REPORT, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(json.dumps({"processor": sum(used[:4])}) + "\n")


def _last_line(report: Any) -> str:
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[-1])[:200]
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(getattr(crash, "message", "") or "")
    return said.splitlines()[0][:200] if said else ""
