"""Small measurements in the user's own interpreter; a script that imports nothing of lastgood.

`probe.py imports PACKAGE LEGACY`    which modules of the original, and which SDKs, the workflow and the starter load
`probe.py profiles PACKAGE`          connects as the environment's profile says
`probe.py threads PACKAGE`           20 blocking steps of half a second in the project's own pool, on its server
The answer is one line of JSON.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):  # noqa: PTH120
    del sys.path[0]  # this folder's module names must not hide the project's

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

STEPS = 20
SECONDS = 0.5


done: list[tuple[float, float]] = []


@activity.defn
def sleepy() -> None:
    """Block a thread."""
    began = time.monotonic()
    time.sleep(SECONDS)
    done.append((began, time.monotonic()))


@workflow.defn(sandboxed=False)
class Many:
    """All at once."""

    @workflow.run
    async def run(self) -> None:
        """Wait for all."""
        limit = timedelta(seconds=60)
        await asyncio.gather(*(workflow.execute_activity(sleepy, start_to_close_timeout=limit) for _ in range(STEPS)))


def imports(package: str, legacy: str) -> dict[str, Any]:
    """Import what a client needs; say what came along from the original's folder."""
    for module in ("workflow", "starter", "shared", "policies"):
        importlib.import_module(f"{package}.{module}")
    home = os.path.realpath(legacy) + os.sep
    own = os.path.realpath(str(sys.modules[package].__path__[0])) + os.sep
    files = {name: os.path.realpath(getattr(m, "__file__", None) or "") for name, m in list(sys.modules.items())}
    return {"original": sorted(n for n, f in files.items() if f.startswith(home) and not f.startswith(own))}


def profiles(package: str) -> dict[str, Any]:
    """Connect; the server at the other end notices."""
    connection = importlib.import_module(f"{package}.connection")
    try:
        asyncio.run(asyncio.wait_for(connection.connect(), 3))
    except Exception as problem:  # noqa: BLE001 - the other end may be no Temporal server
        return {"said": type(problem).__name__}
    return {"said": "connected"}


def threads(package: str) -> dict[str, Any]:
    """Blocking steps, beside each other in the executor and under the limit of the project's own worker."""
    connection = importlib.import_module(f"{package}.connection")
    serving = importlib.import_module(f"{package}.worker")

    async def measure() -> dict[str, Any]:
        client = await connection.connect()
        own = serving.build_worker(client).config()
        queue = f"probe-{uuid.uuid4()}"
        pool, most = own["activity_executor"], own["max_concurrent_activities"]
        async with Worker(
            client,
            task_queue=queue,
            workflows=[Many],
            activities=[sleepy],
            activity_executor=pool,
            max_concurrent_activities=most,
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            await client.execute_workflow(Many.run, id=queue, task_queue=queue)
        took = max(end for _, end in done) - min(began for began, _ in done)
        return {"steps": len(done), "seconds": took, "most": most, "threads": getattr(pool, "_max_workers", None)}

    return asyncio.run(measure())


def main() -> None:
    """Run the measurement that is named."""
    measures: dict[str, Callable[..., dict[str, Any]]] = {
        "imports": imports,
        "profiles": profiles,
        "threads": threads,
    }
    told = measures[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the SDK's threads can abort an interpreter that ends in the ordinary way


if __name__ == "__main__":
    main()
