"""What comes out imports, is formatted and typed, passes its own tests, and leaves the original as it was."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from migrate.rewriting.determinism import violations
from migrate.rewriting.notebooks import script_of
from tests.migrate.conftest import NAMES, Migrated

# One of each kind of coordination runs its own tests on a real server; the others are read.
RUN = (
    "background",
    "beside",
    "branch",
    "handlers",
    "inlinepoll",
    "messages",
    "polling",
    "replies",
    "script",
    "streams",
)
ALL = [*NAMES, "claims"]
# Taking a message and acknowledging it stay with the loop that does it.
LEFT = {
    "background": {"v1"},
    "mailbox": {"v5"},
    "messages": {"v1", "v3", "v5"},
    "rows": {"v1", "v2"},
    "stream": {"v3"},
}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def own_tests(migrated: dict[str, Migrated]) -> dict[str, subprocess.CompletedProcess[str]]:
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda name: run(migrated[name].folder, "-m", "pytest", "-q", "-p", "no:cacheprovider"), RUN)
        return dict(zip(RUN, ended, strict=True))


@pytest.mark.parametrize("name", RUN)
def test_its_own_tests_pass_on_a_real_server(own_tests: dict[str, subprocess.CompletedProcess[str]], name: str) -> None:
    assert own_tests[name].returncode == 0, own_tests[name].stdout[-4000:] + own_tests[name].stderr[-1000:]


@pytest.mark.parametrize("tool", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)])
def test_formatted_linted_and_typed(migrated: dict[str, Migrated], tool: tuple[str, ...], tmp_path: Path) -> None:
    cache = "--no-cache" if tool[0] == "ruff" else f"--cache-dir={tmp_path}"
    for name in ALL if tool[0] == "ruff" else ("claims", "handlers", "sequence"):
        # The originals are well formed, so the workflows have to be: a path that is named counts although excluded.
        workflow = [f"{migrated[name].result.plan.package}/workflow.py"] if "format" in tool else []
        ended = run(migrated[name].folder, "-m", *tool, cache, *([".", *workflow] if workflow else []))
        assert ended.returncode == 0, name + ended.stdout + ended.stderr


def test_a_worker_is_built_with_the_default_sandbox_and_says_nothing(migrated: dict[str, Migrated]) -> None:
    code = """
import asyncio, os, sys
from temporalio.testing import WorkflowEnvironment
from temporalio.contrib.pydantic import pydantic_data_converter
async def main():
    from pathlib import Path
    binary = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binary), data_converter=pydantic_data_converter
    ) as environment:
        from triage_claim_workflow.worker import build_worker
        async with build_worker(environment.client):
            await asyncio.sleep(0.2)
asyncio.run(main()); sys.stdout.flush(); os._exit(0)
"""
    project = migrated["claims"]
    environment = {"OPENAI_API_KEY": "k", "MISTRAL_API_KEY": "k", "PATH": "", "PYTHONPATH": str(project.folder)}
    environment |= {"DATABASE_URL": f"sqlite:///{project.folder}/claims.db"}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=project.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "imported after initial workflow load" not in ended.stderr


@pytest.mark.parametrize("name", ALL)
def test_workflow_code_neither_reads_a_clock_nor_touches_the_world(migrated: dict[str, Migrated], name: str) -> None:
    for file in ("workflow", "coordination", "original"):
        assert violations(migrated[name].text(file)) == []


@pytest.mark.parametrize("name", ALL)
def test_the_original_stays_byte_for_byte(migrated: dict[str, Migrated], name: str) -> None:
    project = migrated[name]
    for file, digest in project.assessment.target.digests.items():
        assert hashlib.sha256((project.root / file).read_bytes()).hexdigest() == digest


def calls(text: str) -> set[str]:
    """Every call expression of a source, as the syntax tree has it."""
    return {ast.dump(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("name", ALL)
def test_model_calls_stand_only_in_the_original_or_as_they_stood_there(
    migrated: dict[str, Migrated], name: str
) -> None:
    project = migrated[name]
    ours = "\n".join(project.text(file) for file in ("workflow", "activities", "coordination", "step"))
    models = [s for p in project.assessment.pipelines for s in p.steps if s.ai]
    assert models
    for step in models:
        assert f"{step.call}(" not in ours
        if f"{step.call}(" in project.text("adapter"):
            data = (project.root / step.file).read_bytes()
            original = calls(script_of(data)[0] if step.file.endswith(".ipynb") else data.decode("utf-8"))
            there = {
                c
                for c in calls(project.text("adapter"))
                if repr(step.call.rpartition(".")[2]) in c.partition("args=")[0]
            }
            assert there <= original


@pytest.mark.parametrize("name", ALL)
def test_the_ledger_accounts_for_every_visit(migrated: dict[str, Migrated], name: str) -> None:
    plan = migrated[name].result.plan
    pipeline = migrated[name].assessment.pipeline(plan.pipeline)
    assert pipeline is not None
    assert [a.visit for a in plan.ledger] == list(pipeline.visits())
    stays = {v for v in pipeline.visits() if v in LEFT.get(name, ())}
    assert {a.visit for a in plan.ledger if a.outcome == "left as it is"} == stays
    assert [a for a in plan.ledger if a.outcome == "needs a person"] == []


@pytest.mark.parametrize("name", ALL)
def test_every_activity_has_all_its_rules_and_a_reason_for_each(migrated: dict[str, Migrated], name: str) -> None:
    for activity in migrated[name].result.plan.activities:
        retry, times = activity.retry, activity.timeouts
        for number in (retry.attempts, retry.initial, retry.factor, retry.maximum, times.start_to_close,
                       times.schedule_to_close, times.heartbeat):  # fmt: skip
            assert number.value > 0
            assert len(number.because) > 10
        if activity.writes and not activity.keyed:
            assert retry.attempts.value == 1
            assert any(q.about == activity.name for q in migrated[name].result.plan.questions)


def test_the_manifest_says_what_a_proof_needs(migrated: dict[str, Migrated]) -> None:
    project = migrated["claims"]
    told = json.loads((project.folder / "lastgood.json").read_text("utf-8"))
    assert (project.folder / told["legacy_root"]).resolve() == project.root.resolve()
    assert told["business_key"] == "claim_id"
    assert [w["name"] for w in told["waits"]] == ["wait_for_reviewer"]
    assert told["waits"][0]["argument_schema"]["required"] == ["status"]
    for file, digest in told["files"].items():
        assert hashlib.sha256((project.folder / file).read_bytes()).hexdigest() == digest
    for file, digest in told["legacy_digests"].items():
        assert hashlib.sha256(((project.folder / told["legacy_root"]) / file).read_bytes()).hexdigest() == digest
