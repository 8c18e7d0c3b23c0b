"""Runs a generated worker in the user's own interpreter, keeps a diary, and kills itself where it is told to.

A script of its own: it imports nothing of lastgood, because that interpreter need not have it. Every activity is
written to the diary as it is entered and left. The orders file names one activity, which of its calls, and `start`
(before the body runs) or `end` (its effect is done, its result not yet reported): there the process sends itself
SIGKILL, once; the marker file says that it has been done. Given the address of the services' log, it runs one activity
at a time and notes how many calls they had counted, so that each call can be given to its activity. Given the name of
the project's setting for it, it lets runs continue as new after every step.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import signal
import sys
import time
import urllib.request
from typing import Any

if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):  # noqa: PTH120
    del sys.path[0]  # this folder's module names must not hide the project's

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

SETTLES = 0.3  # seconds without another call
no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Watched(Interceptor):
    """Wraps every activity of the worker."""

    def __init__(self, orders: str, diary: str, log: str | None) -> None:
        self.orders = orders
        self.log = log
        self.diary = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.seen: dict[tuple[str, str], list[str]] = {}
        self.turn = asyncio.Lock() if log else None

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Put the watcher around the body."""
        return _Watcher(next, self)

    def begin(self) -> None:
        """One line: from now on this worker can take a step."""
        os.write(self.diary, (json.dumps({"what": "ready", "at": time.time()}) + "\n").encode())

    def note(self, what: str, info: activity.Info) -> None:
        """One line, written at once, so that it is there after SIGKILL."""
        line = {
            "what": what,
            "activity": info.activity_type,
            "activity_id": info.activity_id,
            "workflow_id": info.workflow_id,
            "attempt": info.attempt,
            "calls": self.calls(),
            "local": info.is_local,
            "at": time.time(),
        }
        os.write(self.diary, (json.dumps(line) + "\n").encode())

    def calls(self) -> int:
        """How many calls the services have counted up to now."""
        if self.log is None:
            return 0
        with no_proxy.open(self.log, timeout=10) as answer:
            numbers = [int(call["number"]) for call in json.load(answer)["calls"]]
        return max(numbers, default=0)

    async def settle(self) -> None:
        """Wait until no call comes any more: what is left to a thread in the background is the activity's own."""
        counted = -1
        while self.log is not None and counted != (now := self.calls()):
            counted = now
            await asyncio.sleep(SETTLES)

    def visit(self, info: activity.Info) -> int:
        """Which call of this activity in its workflow this is, from 1, as far as this process saw."""
        calls = self.seen.setdefault((info.workflow_id or "", info.activity_type), [])
        if info.activity_id not in calls:
            calls.append(info.activity_id)
        return calls.index(info.activity_id) + 1

    def obey(self, moment: str, visit: int, info: activity.Info) -> None:
        """Die if this is the place, unless it was done before."""
        try:
            with open(self.orders, encoding="utf-8") as source:  # noqa: PTH123
                order: dict[str, Any] = json.load(source)
        except (OSError, ValueError):
            return
        if (order["activity"], order["visit"], order["moment"]) != (info.activity_type, visit, moment):
            return
        try:
            os.close(os.open(order["marker"], os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


class _Watcher(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, watched: Watched) -> None:
        super().__init__(inner)
        self.watched = watched

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        if self.watched.turn is None:
            return await self._watch(input)
        async with self.watched.turn:
            return await self._watch(input)

    async def _watch(self, order: ExecuteActivityInput) -> Any:
        info = activity.info()
        visit = self.watched.visit(info)
        self.watched.note("enter", info)
        self.watched.obey("start", visit, info)
        try:
            result = await super().execute_activity(order)
        except BaseException:
            await self.watched.settle()
            self.watched.note("error", info)
            raise
        await self.watched.settle()
        self.watched.note("leave", info)
        self.watched.obey("end", visit, info)
        return result


def main() -> None:
    """Serve until SIGTERM."""
    options = argparse.ArgumentParser()
    options.add_argument("--package", required=True)
    options.add_argument("--orders", required=True)
    options.add_argument("--diary", required=True)
    options.add_argument("--calls", help="where the services say what was called; runs one activity at a time")
    options.add_argument("--continues", help="MODULE.SETTING: after how many steps a run continues as new")
    asked = options.parse_args()
    if asked.continues:
        module, _, setting = asked.continues.rpartition(".")
        setattr(importlib.import_module(module), setting, 1)
    serving = importlib.import_module(f"{asked.package}.worker")

    async def serve() -> None:
        watched = Watched(asked.orders, asked.diary, asked.calls)
        watched.begin()
        await serving.serve(interceptors=[watched])

    asyncio.run(serve())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # the SDK's threads can abort an interpreter that ends in the ordinary way


if __name__ == "__main__":
    main()
