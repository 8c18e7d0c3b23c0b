"""What changes at the caller: a diff that applies, and a changed file that starts the workflow."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from assess.usecases import assess
from migrate.usecases import migrate
from tests.migrate.conftest import SHAPES, Migrated

EXAMPLES = SHAPES.parents[2] / "examples"
CHANGED = ("background", "claims", "invoices", "mailbox", "messages", "onboarding", "rows", "scan", "stream")


@pytest.fixture(scope="session")
def cut(migrated: dict[str, Migrated], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Migrated]:
    """The shapes and three examples, migrated."""
    made = dict(migrated)
    for name, folder in (("invoices", "invoice_processing"), ("onboarding", "customer_onboarding")):
        root = EXAMPLES / folder
        assessment = assess(root)
        output = tmp_path_factory.mktemp("cut") / name
        result = migrate(assessment, root, pipeline=None, engine="temporal", output=output)
        made[name] = Migrated(root, assessment, result)
    return made


@pytest.fixture(scope="session")
def types(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where mypy keeps what it knows of packages that every project uses."""
    return f"--cache-dir={tmp_path_factory.mktemp('types')}"


def told(project: Migrated) -> dict[str, list[dict[str, str]]]:
    read: dict[str, list[dict[str, str]]] = json.loads((project.folder / "lastgood.json").read_text("utf-8"))
    return read


def changed_copy(project: Migrated, to: Path) -> Path:
    """A copy of the legacy code with every proposed diff applied."""
    root = (project.folder / str(told(project)["legacy_root"])).resolve()
    here = project.root.resolve()
    shutil.copytree(here, to / here.relative_to(root), dirs_exist_ok=True)
    for change in told(project)["cutover"]:
        diff = str(project.folder / change["diff"])
        for words in (["--check"], []):
            ended = subprocess.run(["git", "apply", *words, diff], cwd=to, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stderr
    return to


@pytest.mark.parametrize("name", CHANGED)
def test_the_diff_applies_and_the_changed_file_fits_the_generated_package(
    cut: dict[str, Migrated], types: str, name: str, tmp_path: Path
) -> None:
    project = cut[name]
    copy = changed_copy(project, tmp_path)
    changes = told(project)["cutover"]
    assert len(changes) == 1
    for change in changes:
        data = (copy / change["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == change["digest"]
        compile(data, change["file"], "exec")
        assert f"from {project.result.plan.package} import caller" in data.decode()
        words = [sys.executable, "-m", "mypy", types, "--follow-imports=silent", "--ignore-missing-imports"]
        words.append(change["file"])
        environment = os.environ | {"MYPYPATH": f"{copy}:{project.folder}"}
        ended = subprocess.run(words, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert "caller" not in ended.stdout, ended.stdout
    for file, digest in project.assessment.target.digests.items():
        assert hashlib.sha256((project.root / file).read_bytes()).hexdigest() == digest


def test_the_generated_test_of_the_original_knows_the_changed_file(cut: dict[str, Migrated], tmp_path: Path) -> None:
    copy = changed_copy(cut["messages"], tmp_path)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_original.py"]

    def passed() -> bool:
        environment = os.environ | {"LEGACY_ROOT": str(copy)}
        return not subprocess.run(
            words, cwd=cut["messages"].folder, env=environment, capture_output=True, check=False
        ).returncode

    assert passed()
    with (copy / "tickets.py").open("a") as file:
        file.write("\nlimit = 3\n")
    assert not passed()


def diff_of(project: Migrated) -> str:
    return (project.folder / told(project)["cutover"][0]["diff"]).read_text("utf-8")


def lines_of(project: Migrated, sign: str) -> list[str]:
    """What the diff takes out or puts in, without the import."""
    lines = [line[1:].strip() for line in diff_of(project).splitlines() if line.startswith(sign)]
    return [line for line in lines if "import" not in line and not line.startswith((sign * 2, "a/", "b/"))]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("claims", "decision = asyncio.run(caller.run_async(args.claim_id))"),
        ("onboarding", "account = caller.run(args.application_id)"),
        ("invoices", 'caller.start(event["bucket"], event["key"])'),
        ("messages", 'caller.start(ticket, key=str(ticket["id"]))'),
        ("stream", 'caller.start(review, key=str(review["id"]))'),
        ("rows", "caller.start(case_id, text)"),
        ("mailbox", "caller.start(path)"),
        ("background", "caller.start(document_id)"),
        ("scan", "return await caller.run_async(content, case_id)"),
    ],
)
def test_a_run_is_started_where_the_work_was_done(cut: dict[str, Migrated], name: str, line: str) -> None:
    assert lines_of(cut[name], "+") == [line]


def test_a_message_is_acknowledged_once_its_run_is_started(cut: dict[str, Migrated], tmp_path: Path) -> None:
    text = (changed_copy(cut["invoices"], tmp_path) / "invoice_processing" / "worker.py").read_text("utf-8")
    assert text.index("caller.start(") < text.index("sqs.delete_message(")
    assert "process_invoice(" not in text


def test_it_says_what_no_diff_can(cut: dict[str, Migrated]) -> None:
    text = (cut["script"].folder / "CUTOVER.md").read_text("utf-8")
    assert "python -m weather_workflow.starter" in text
    text = (cut["invoices"].folder / "CUTOVER.md").read_text("utf-8")
    assert "no endpoint of this code base takes the decision" in text
    assert "`pay`" in text.partition("## A shadow run")[2]
    assert "git apply -R" in text


INTAKE = """
import time
from typing import Any

from fastapi import FastAPI
from openai import OpenAI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

app = FastAPI()
client = OpenAI()
Session = sessionmaker(create_engine("sqlite://"))


class Base(DeclarativeBase):
    pass


class Approval(Base):
    __tablename__ = "approvals"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(default="pending")
    comment: Mapped[str] = mapped_column(default="")


def wait_for_desk(case_id: str) -> Any:
    deadline = time.monotonic() + 7200
    while time.monotonic() < deadline:
        with Session() as session:
            row = session.get(Approval, case_id)
            if row is not None and row.verdict != "pending":
                return {"verdict": row.verdict, "comment": row.comment}
        time.sleep(5)
    return {"verdict": "rejected", "comment": "nobody answered"}


@app.post("/cases/{case_id}")
def take_in(case_id: str, text: str) -> str:
    summary = client.responses.create(model="m", input=text).output_text
    answer = wait_for_desk(case_id)
    if answer["verdict"] != "approved":
        return answer["comment"]
    return client.responses.create(model="m", input=summary).output_text


@app.post("/cases/{case_id}/decision")
async def decision(case_id: str, verdict: str, approver: str, comment: str = "") -> dict[str, str]:
    with Session() as session:
        row = session.get(Approval, case_id)
        row.verdict, row.comment = verdict, comment
        session.commit()
    return {"case": case_id}
"""


def test_the_endpoint_that_takes_a_decision_tells_the_run(tmp_path: Path) -> None:
    root = tmp_path / "legacy"
    root.mkdir()
    (root / "intake.py").write_text(INTAKE, "utf-8")
    assessment = assess(root)
    made = migrate(assessment, root, pipeline="intake.take_in", engine="temporal", output=tmp_path / "made")
    project = Migrated(root, assessment, made)
    assert [w.deadline_hours.value for w in made.plan.waits] == [2]
    # The answer has the fields that were read of the row; nobody opens a database to wait for it.
    text = project.text("workflow")
    assert 'row = as_record(await self.decided("wait_for_desk_answer", case_id))' in text
    assert "Session" not in text + project.text("adapter")
    runbook = (made.output / "RUNBOOK.md").read_text("utf-8")
    assert """--decision '{"verdict": "approved", "comment": "some comment"}'""" in runbook
    changed = (changed_copy(project, tmp_path / "copy") / "intake.py").read_text("utf-8")
    told = '{"verdict": verdict, "comment": comment}, by=approver or "decision")'
    assert (
        f"        session.commit()\n    await caller.decide_async(caller.id_of(case_id), {told}\n    return" in changed
    )
    assert "by the diff above it tells the run" in (made.output / "CUTOVER.md").read_text("utf-8")


LEGACY = """
import queue
import sys

import httpx

orders = queue.Queue()


def look_up(order_id: str) -> str:
    return httpx.get(f"ADDRESS/orders/{order_id}", timeout=10).text


def ship(order_id: str, article: str) -> None:
    httpx.post(f"ADDRESS/shipments/{order_id}", json={"article": article}, timeout=10)


def handle(order_id: str) -> None:
    article = look_up(order_id)
    ship(order_id, article)


def work() -> None:
    while True:
        order_id = orders.get()
        handle(order_id)
        orders.task_done()
        print("taken", order_id, flush=True)


if __name__ == "__main__":
    for number in sys.stdin.read().split():
        orders.put(number)
    work()
"""


@pytest.fixture
def desk() -> Iterator[tuple[str, Counter[str]]]:
    """A service that counts."""
    seen: Counter[str] = Counter()

    class Answers(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen[f"{self.command} {self.path}"] += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a lamp")

        do_GET = _answer  # noqa: N815 - so the server calls it
        do_POST = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


async def completed(client: Client) -> list[str]:
    return sorted(
        [r.id async for r in client.list_workflows() if r.status is not None and r.status.name == "COMPLETED"]
    )


async def played(variables: dict[str, str], folder: Path, copy: Path, package: str) -> list[str]:
    """The runs that are completed once the changed consumer has taken three messages, one of them twice."""
    binary = str(Path(sys.executable).with_name("temporal"))
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=binary) as environment:
        variables["TEMPORAL_ADDRESS"] = environment.client.service_client.config.target_host
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"{package}.worker", cwd=folder, env=variables, stderr=subprocess.DEVNULL
        )
        consumer = await asyncio.create_subprocess_exec(
            sys.executable, "orders.py", cwd=copy, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert consumer.stdin is not None
            assert consumer.stdout is not None
            consumer.stdin.write(b"A-1 A-2 A-2")
            consumer.stdin.write_eof()
            taken = [await asyncio.wait_for(consumer.stdout.readline(), 60) for _ in range(3)]
            assert taken == [b"taken A-1\n", b"taken A-2\n", b"taken A-2\n"]
            for _ in range(300):
                if len(done := await completed(environment.client)) == 2:
                    break
                await asyncio.sleep(0.2)
            return done
        finally:
            for process in (consumer, worker):
                process.kill()
                await process.wait()


def test_a_changed_consumer_hands_its_messages_to_a_worker(desk: tuple[str, Counter[str]], tmp_path: Path) -> None:
    address, seen = desk
    root = tmp_path / "legacy"
    root.mkdir()
    (root / "orders.py").write_text(LEGACY.replace("ADDRESS", address), "utf-8")
    assessment = assess(root)
    result = migrate(assessment, root, pipeline="orders.work", engine="temporal", output=tmp_path / "durable")
    project = Migrated(root, assessment, result)
    copy = changed_copy(project, tmp_path / "changed")

    variables = os.environ | {"PYTHONPATH": str(project.folder)}
    package = result.plan.package
    assert asyncio.run(played(variables, project.folder, copy, package)) == ["handle-A-1", "handle-A-2"]
    assert seen == {
        "GET /orders/A-1": 1,
        "GET /orders/A-2": 1,
        "POST /shipments/A-1": 1,
        "POST /shipments/A-2": 1,
    }


QUEUED = """
import httpx
from celery import Celery
from openai import OpenAI

app = Celery()
client = OpenAI()


@app.task(bind=True)
def answer(self, case_id: str) -> str:
    text = client.responses.create(model="m", input=case_id).output_text
    httpx.post("http://localhost:9/answers", json={"text": text})
    return text
"""


def test_a_task_of_a_queue_starts_the_run_and_lets_its_worker_go(tmp_path: Path) -> None:
    root = tmp_path / "legacy"
    root.mkdir()
    (root / "jobs.py").write_text(QUEUED, "utf-8")
    assessment = assess(root)
    made = migrate(assessment, root, pipeline=None, engine="temporal", output=tmp_path / "made")
    project = Migrated(root, assessment, made)
    assert lines_of(project, "+") == ["return caller.start(case_id)"]
    compile(project.text("workflow"), "workflow.py", "exec")
