"""The services in a process of their own: told what to do over HTTP, stopped by a signal."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.examples.application import EXAMPLES, started

Command = Callable[..., httpx.Response]
Record = Callable[[], httpx.Response]


def read_json(process: subprocess.Popen[str]) -> dict[str, Any]:
    text = ""
    for line in process.stdout or ():
        text += line
        if line == "}\n":
            break
    said: dict[str, Any] = json.loads(text)
    return said


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("services")
    files = ("--write-addresses", str(folder / "a.json"), "--write-env", str(folder / "env"))
    with started("services", *files, "--decide-after", "never", cwd=EXAMPLES) as process:
        said = read_json(process)
        assert json.loads((folder / "a.json").read_text()) == said
        assert (folder / "env").read_text().splitlines()[1] == f"OPENAI_BASE_URL={said['env']['OPENAI_BASE_URL']}"
        yield said
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.fixture
def control(running: dict[str, Any]) -> Command:
    def command(verb: str, **given: Any) -> httpx.Response:
        return httpx.post(f"{running['addresses']['control']}/{verb}", json=given, timeout=60)

    command("reset")
    return command


@pytest.fixture
def record(running: dict[str, Any]) -> Record:
    return lambda: httpx.post(f"{running['addresses']['crm']}/records", json={"claim_id": "CLM-1"}, timeout=60)


def test_every_address_is_loopback(running: dict[str, Any]) -> None:
    assert {"openai", "anthropic", "s3", "sqs", "dynamodb", "slack", "smtp", "control"} <= running["addresses"].keys()
    assert all("127.0.0.1:" in address for address in running["addresses"].values())


def test_counts_log_and_reset(control: Command, record: Record, running: dict[str, Any]) -> None:
    record()
    control("wait", route="crm.record", what="answered")

    tally = {"hits": 1, "effects": 1, "billed": 0, "held": 0, "answered": 1}
    assert control("counts").json() == {"CLM-1": {"crm.record": tally}}
    assert control("counts", run="CLM-2").json() == {"CLM-2": {}}
    by_query = httpx.get(f"{running['addresses']['control']}/log", params={"run": "CLM-1"}).json()
    assert [call["status"] for call in by_query["calls"]] == [201]
    control("reset")
    assert control("counts").json() == {}


def test_hang_wait_release(control: Command, record: Record) -> None:
    control("fault", route="crm.record", do="hang", run="CLM-1")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(control, "wait", route="crm.record", run="CLM-1", what="held", timeout=30)
        answer = pool.submit(record)
        assert waiting.result().json() == {"reached": True}
        assert control("counts", run="CLM-1").json()["CLM-1"]["crm.record"]["answered"] == 0
        control("release")
        assert answer.result().status_code == 201


def test_reviews_are_decided_when_told(control: Command, running: dict[str, Any]) -> None:
    board = running["addresses"]["review"]
    asked = httpx.post(f"{board}/approvals", json={"claim_id": "CLM-1"}).json()["id"]
    seen = {httpx.get(f"{board}/approvals/{asked}").json()["status"] for _ in range(5)}
    assert seen == {"pending"}

    assert control("decide", run="CLM-1", status="rejected").json() == {"decided": 1}
    assert httpx.get(f"{board}/approvals/{asked}").json()["status"] == "rejected"
    assert control("review", decide_after=3, outcome="rejected").json() == {"decide_after": 3, "outcome": "rejected"}
    assert control("review", decide_after=None, outcome="approved").json()["decide_after"] is None


@pytest.mark.parametrize(
    ("verb", "given", "status", "says"),
    [
        ("dance", {}, 404, "there are counts, decide"),
        ("fault", {"do": "fail"}, 400, "'route' is missing"),
        ("fault", {"route": "crm.record", "do": "explode"}, 400, "'explode' is not a valid Do"),
        ("fault", {"route": "crm.record", "do": "fail", "tmies": 2}, 400, "tmies unknown"),
        ("fault", {"route": "crm.recrod", "do": "fail"}, 400, "no route 'crm.recrod'"),
        ("wait", {"route": "crm.record", "what": "smiles"}, 400, "'smiles' is not"),
        ("decide", {"run": "CLM-1"}, 400, "'status' is missing"),
        ("review", {"outcome": "perhaps"}, 400, "approved, rejected"),
    ],
)
def test_wrong_commands_are_refused(control: Command, verb: str, given: dict[str, Any], status: int, says: str) -> None:
    answer = control(verb, **given)
    assert answer.status_code == status
    assert says in answer.json()["error"]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly_with_calls_held(sent: signal.Signals) -> None:
    with started("services", "--port", "0", cwd=EXAMPLES) as process:
        said = read_json(process)
        control = said["addresses"]["control"]
        httpx.post(f"{control}/fault", json={"route": "crm.record", "do": "hang"})
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(
                httpx.post, f"{said['addresses']['crm']}/records", json={"claim_id": "CLM-1"}, timeout=60
            )
            httpx.post(f"{control}/wait", json={"route": "crm.record", "what": "held"})
            process.send_signal(sent)
            assert answer.result().status_code == 201
        _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, "")
    with socket.socket() as probe:
        port = int(said["addresses"]["smtp"].partition(":")[2])
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_busy_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        with started("services", "--port", port, cwd=EXAMPLES) as process:
            _, err = process.communicate()

    assert process.returncode == 2
    assert err.count("\n") == 1
    assert "--port 0" in err


def test_starts_from_the_project_folder_too() -> None:
    with started("examples.services", cwd=EXAMPLES.parent) as process:
        assert read_json(process)["pid"] == process.pid
        process.terminate()
        assert process.wait(60) == 0
