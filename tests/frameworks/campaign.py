"""Generated projects with real LangGraph and OpenAI Agents: `make frameworks`, once a worker killed at each call.

Runs outside of `make test`, because the frameworks and their plugins are heavy to install. Every call that leaves the
process is counted at a loopback service: after a kill only the call in flight may be made again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

HOME = Path(__file__).resolve().parent.parent.parent
SHAPES = HOME / "tests" / "migrate" / "shapes"
HANGS = 4.0
LONGEST = 300


@dataclass(frozen=True)
class Case:
    """One shape: what is migrated, how it is started, which calls a run makes, what a person says."""

    name: str
    pipeline: str
    workflow: str
    package: str
    queue: str
    arguments: list[Any]
    calls: tuple[str, ...]
    answer: str | None = None


CASES = (
    Case(
        "graph",
        "api.review",
        "ReviewWorkflow",
        "review_workflow",
        "review",
        ["A-1", "a text"],
        (
            "model Name the clauses",
            "model Grade price",
            "model Grade term",
            "model Rewrite a text",
            "model Rewrite good",
            "POST /contracts/versions",
            "POST /crm/contracts",
        ),
        "yes",
    ),
    Case(
        "refunds",
        "support.answer",
        "AnswerWorkflow",
        "answer_workflow",
        "answer",
        ["Ann", "Where is order 7?"],
        (
            "model look_up_order",
            "GET /shop/orders/7",
            "model transfer_to_refunds",
            "model refund",
            "POST /shop/refunds",
            "model in the end",
            "POST /crm/notes",
        ),
    ),
)


@dataclass
class World:
    """What stands outside: counts every call, and lets the first one of a name hang."""

    counts: Counter[str] = field(default_factory=Counter)
    hangs: str | None = None
    port: int = 0


@contextlib.contextmanager
def outside() -> Iterator[World]:
    """A loopback service for models and all else."""
    world = World()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply("order 7 is late", f"GET {self.path}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path.endswith("/responses"):
                text, name = agents_model(body)
            elif self.path.endswith("/chat/completions"):
                text, name = graphs_model(body)
            else:
                text, name = "done", f"POST {self.path}"
            self.reply(text, name)

        def reply(self, text: str, name: str) -> None:
            world.counts[name] += 1
            if world.hangs == name and world.counts[name] == 1:
                time.sleep(HANGS)
            with contextlib.suppress(OSError):  # the worker has been killed
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    world.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield world
    server.shutdown()


def graphs_model(body: dict[str, Any]) -> tuple[str, str]:
    """What the chat model says, and the call's name."""
    prompt = str(body["messages"][-1]["content"])
    said = "price\nterm" if prompt.startswith("Name") else "good"
    words = prompt.partition(":")[0] if prompt.startswith("Name") else prompt
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    told = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return json.dumps(told), "model " + words.removesuffix(", one a line")


def agents_model(body: dict[str, Any]) -> tuple[str, str]:
    """Which tool the model of an agent calls, by the tools that it has and what it has heard; in the end it speaks."""
    heard = [i for i in body["input"] if isinstance(i, dict)] if isinstance(body["input"], list) else []
    answers = sum(i.get("type") == "function_call_output" for i in heard)
    tools = {t["name"] for t in body.get("tools", [])}
    wanted = {0: "look_up_order", 1: "transfer_to_refunds", 2: "refund"}.get(answers)
    call = wanted if wanted in tools else None
    arguments = "{}" if call == "transfer_to_refunds" else '{"order": "7"}'
    said: dict[str, Any] = {"type": "function_call", "id": f"fc_{answers}", "call_id": f"c{answers}", "name": call}
    said |= {"arguments": arguments, "status": "completed"}
    if call is None:
        text = {"type": "output_text", "text": "refunded", "annotations": []}
        said = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    used = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_tokens_details": {"cached_tokens": 0}}
    used["output_tokens_details"] = {"reasoning_tokens": 0}
    told = {"id": "r", "object": "response", "created_at": 0, "model": "m", "output": [said], "usage": used}
    told |= {"parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "status": "completed"}
    return json.dumps(told), f"model {call or 'in the end'}"


async def run(case: Case, project: Path, python: str, address: str, killed: str | None) -> str:
    """One run, its worker killed while the call of this name hangs; what went wrong, or nothing."""
    with outside() as world:
        world.hangs = killed
        url = f"http://127.0.0.1:{world.port}"
        settings = {
            "SERVICES": url,
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_KEY": "none",
            "TEMPORAL_ADDRESS": address,
        }
        settings |= {"OPENAI_AGENTS_DISABLE_TRACING": "1", "PYTHONPATH": str(project)}
        client = await Client.connect(address, data_converter=pydantic_data_converter)
        workers = [worker(case, project, python, settings)]
        try:
            handle = await client.start_workflow(
                case.workflow, args=case.arguments, id=f"{case.name}-{time.time_ns()}", task_queue=case.queue
            )
            person = asyncio.create_task(decide(handle, case.answer)) if case.answer else None
            if killed is not None:
                for _ in range(LONGEST * 20):
                    if world.counts[killed]:
                        break
                    await asyncio.sleep(0.05)
                workers[-1].kill()
                workers.append(worker(case, project, python, settings))
            await asyncio.wait_for(handle.result(), LONGEST)
            if person is not None:
                await person
        except (WorkflowFailureError, TimeoutError) as problem:
            return f"{type(problem).__name__}: {problem.__cause__}"
        finally:
            for process in workers:
                process.kill()
                process.wait()
    wanted = Counter(case.calls) + Counter([killed] if killed else [])
    return (
        ""
        if world.counts == wanted
        else f"calls: {dict(world.counts - wanted)} too many, {dict(wanted - world.counts)} missing"
    )


def worker(case: Case, project: Path, python: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """The generated project's own worker, with the real frameworks."""
    command = [python, "-m", f"{case.package}.worker"]
    return subprocess.Popen(command, cwd=project, env=os.environ | settings, stderr=subprocess.DEVNULL)


async def decide(handle: Any, answer: str) -> None:
    """The person whom the graph asks."""
    while True:
        with contextlib.suppress(RPCError, TimeoutError):
            if await asyncio.wait_for(handle.query("waiting_on"), 5):
                await handle.execute_update("decide", {"by": "Ann", "answer": answer})
                return
        await asyncio.sleep(0.2)


def migrated(case: Case, folder: Path) -> Path:
    """The generated project of a case."""
    told = [sys.executable, "-P", "-m", "lastgood", "migrate", str(SHAPES / case.name), "--pipeline", case.pipeline]
    subprocess.run([*told, "--output", str(folder / case.name)], check=True, stdout=subprocess.DEVNULL)
    return folder / case.name


async def campaign(python: str, projects: dict[str, Path], address: str) -> int:
    """Every case, undisturbed and killed at each of its calls."""
    failed = 0
    for case in CASES:
        for killed in (None, *case.calls):
            began = time.monotonic()
            problem = await run(case, projects[case.name], python, address, killed)
            failed += bool(problem)
            seconds = time.monotonic() - began
            print(f"{case.name:8} {killed or 'undisturbed':28} {seconds:5.1f} s  {problem or 'ok'}", flush=True)
    return failed


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", required=True, help="an interpreter that has the frameworks and their plugins")
    asked = options.parse_args()
    binary = Path(sys.executable).with_name("temporal")
    port = 17233
    server = subprocess.Popen(
        [binary, "server", "start-dev", "--headless", "--port", str(port), "--log-level", "never"],
        stdout=subprocess.DEVNULL,
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            projects = {case.name: migrated(case, Path(folder)) for case in CASES}
            failed = asyncio.run(campaign(asked.python, projects, f"127.0.0.1:{port}"))
    finally:
        server.kill()
    print(f"{failed} failed")
    sys.stdout.flush()
    os._exit(int(failed > 0))  # the SDK's threads can abort a normal exit (temporalio/sdk-python#300)


if __name__ == "__main__":
    main()
