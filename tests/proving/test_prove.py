"""The miniature project, killed for real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrate.proving.campaign import Part
from migrate.proving.judging import Outcome
from migrate.proving.kills import Point
from migrate.proving.proof import to_json
from migrate.proving.rendering import render_proof
from migrate.proving.usecases import prove
from tests.proving.conftest import edit


def test_a_good_project_keeps_the_promise(project: Path) -> None:
    told: list[str] = []
    proof = prove(project, kills=6, report=told.append)

    assert proof.exit_code == 0
    assert proof.totals.kills == 6
    assert proof.totals.finished_steps_repeated == 0
    assert proof.totals.lost == 0
    assert proof.totals.keyed_writes_off == 0
    assert proof.totals.unkeyed_writes_doubled == 0
    assert proof.totals.needs_person >= 1, "a write without a key is tried once"
    assert any("6/6" in line for line in told)

    by_step = {row.step: row for row in proof.original}
    assert by_step["record"].doubled == ("record",)
    assert by_step["notify"].asked_again == ("ask",)
    assert by_step["notify"].repeated == ("read", "ask", "record", "notify")

    said = json.loads(to_json(proof))
    assert said["holds"] is True
    assert "date" in said
    assert said["date"] is None
    text = render_proof(proof)
    assert "The proof holds." in text
    assert "only where the target honours" in " ".join(text.split())


def test_the_moments_around_a_person(project: Path) -> None:
    proof = prove(project, points={Point.WAITING, Point.DECIDED}, parts=[Part.KILLS])
    assert [r.kill.point for r in proof.rows] == [Point.WAITING, Point.DECIDED]
    assert proof.exit_code == 0
    assert proof.totals.asked_again == 0
    assert proof.rows[0].outcome is Outcome.COMPLETED


def test_a_run_outlives_the_engines_server(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Settings of a real cluster, as a developer's shell may have them, must not reach a proof.
    monkeypatch.setenv("TEMPORAL_ADDRESS", "192.0.2.1:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "secret")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "production")
    proof = prove(project, points={Point.SERVER}, parts=[Part.KILLS])
    assert [r.kill.activity for r in proof.rows] == ["notify"]
    assert proof.totals.lost == 0
    assert proof.exit_code == 0


def test_a_write_without_a_key_that_is_tried_again_fails_the_proof(project: Path) -> None:
    edit(project / "intake_durable/workflow.py", "policy=ONCE", "policy=PATIENT")
    proof = prove(project, points={Point.MID}, step="notify", parts=[Part.KILLS])
    assert proof.exit_code == 1
    assert [r.doubled for r in proof.rows] == [("notify",)]
    assert "writes doubled: notify" in render_proof(proof)


def test_a_keyed_write_without_its_key_and_a_finished_step_that_repeats_fail_the_proof(project: Path) -> None:
    edit(
        project / "intake_durable/activities.py",
        "    return intake.record(ticket, text, key())",
        "    if activity.info().attempt > 1:\n        intake.read(ticket)\n    return intake.record(ticket, text)",
    )
    proof = prove(project, points={Point.START, Point.END}, step="record", parts=[Part.KILLS])
    assert proof.exit_code == 1
    assert all(r.finished_repeated == ("read",) for r in proof.rows)
    assert all(r.keyed_off == ("record",) for r in proof.rows)
    assert proof.totals.finished_model_calls_repeated == 2
    assert proof.totals.writes_applied_twice == 1, "the kill before the step has nothing to double"
    text = render_proof(proof)
    assert "finished steps repeated: read" in text
    assert "not applied exactly once: record" in " ".join(text.split())
