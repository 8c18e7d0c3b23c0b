"""What `lastgood prove` does with a proof: it shows it, keeps it, and ends with 1 if it failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lastgood import running
from lastgood.commands import prove as room
from migrate.proving.errors import ProofError
from migrate.proving.proof import Proof, totals


@pytest.fixture
def failed_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof without a single kill does not hold."""

    def prove(*_: object, report: object, **__: object) -> Proof:
        assert callable(report)
        report("1 kill of the worker")
        return Proof("desk", "temporal", "desk.handle", ("mid",), totals([]), (), ())

    monkeypatch.setattr(room, "prove", prove)


@pytest.mark.usefixtures("failed_proof")
def test_a_proof_that_failed_ends_with_1_and_is_kept(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "proof.json"
    assert running.run(["prove", "desk", "--format", "json", "--output", str(file)]) == 1
    said = capfd.readouterr()
    assert json.loads(said.out)["holds"] is False
    assert file.read_text() == said.out
    assert said.err == "1 kill of the worker\n"


def test_a_proof_that_cannot_be_made_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def prove(*_: object, **__: object) -> Proof:
        raise ProofError("The services did not start.")

    monkeypatch.setattr(room, "prove", prove)
    assert running.run(["prove", "desk"]) == 2
    assert capfd.readouterr() == ("", "lastgood: The services did not start.\n")
