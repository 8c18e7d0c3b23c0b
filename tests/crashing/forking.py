"""Starts watched applications from a process that has imported their SDKs already: seconds of every run are imports.

It is a program of its own (see `lanes.py`). Each line on its standard input is a job; for each it forks, writes the
child's process id, waits until the child is dead, and writes how it ended. It makes no client and starts no thread, so
a child is what a process of its own would be.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from typing import Any

SDKS = ("anthropic", "boto3", "httpx", "mistralai.client", "openai", "openai.resources", "slack_sdk", "sqlalchemy.orm")


def main() -> None:
    """One job after the other until the input ends."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - what costs time is left out
    for name in SDKS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(job: dict[str, Any]) -> None:
    """Become the application; never comes back."""
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["env"])
    for number, (file, flags) in enumerate(job["streams"]):
        os.dup2(os.open(file, flags, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    sys.argv = ["watching", job["plan"]]
    code = 1
    try:
        importlib.import_module("watching").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - shown as Python shows it
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        # As at the end of any program: daemon threads are not waited for.
        os._exit(code)


if __name__ == "__main__":
    main()
