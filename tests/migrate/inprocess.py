"""A migrated project run without a server, beside its original: the same outside world for both, their calls compared.

The workflow's code, the policies, the conversion of values and the adapter are the generated ones. Only the engine is
replaced: an activity is called once, in its own test environment, its values through the data converter.
"""

from __future__ import annotations

import asyncio
import copy
import importlib
import sys
import typing
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest
import temporalio.workflow
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError, FailureError
from temporalio.testing import ActivityEnvironment

_CONVERTER = pydantic_data_converter.payload_converter


@dataclass
class World:
    """Services that answer by the number of the call, fail where they are told to, and keep what they were asked."""

    answers: list[int]
    fails: frozenset[int] = frozenset()
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def request(self, url: str, **options: Any) -> Any:
        """One request: its path and what was sent are kept; the answer is a number."""
        # As it is now: the code may change what it has sent.
        sent = copy.deepcopy(options.get("json"))
        self.calls.append((url.rpartition("/")[2], sent))
        # By what is asked, not by when: threads may ask in any order.
        place = zlib.crc32(f"{url} {sent!r}".encode()) % 97
        if place % 11 in self.fails:
            raise ConnectionError(f"{url} {sent!r} is down")
        value = self.answers[place % len(self.answers)] if self.answers else 0
        return httpx.Response(200, json={"value": value}, request=httpx.Request("GET", url))


@dataclass(frozen=True)
class Ran:
    """What a run did: the calls that it made outside, its result or its error."""

    calls: list[tuple[str, Any]]
    result: Any
    error: tuple[str, str] | None


def original(folder: Path, module: str, function: str, arguments: list[Any], world: World) -> Ran:
    """The original, run directly."""
    with _outside(folder, world):
        return _ran(world, lambda: getattr(importlib.import_module(module), function)(*arguments))


def workflow(project: Path, package: str, legacy: Path, arguments: list[Any], world: World) -> Ran:
    """The workflow that was made of it."""
    with _outside(legacy, world), pytest.MonkeyPatch.context() as patched:
        patched.setenv("LEGACY_ROOT", str(legacy))
        patched.syspath_prepend(str(project))
        activities = importlib.import_module(f"{package}.activities").Activities
        steps = activities(importlib.import_module(f"{package}.adapter").Legacy())
        engine = _Engine(steps)
        for name in ("start_activity", "start_local_activity"):
            patched.setattr(temporalio.workflow, name, engine.start)
        patched.setattr(temporalio.workflow, "payload_converter", lambda: _CONVERTER)
        patched.setattr(temporalio.workflow, "time", lambda: 0.0)
        patched.setattr(temporalio.workflow, "set_current_details", lambda _: None)
        made = importlib.import_module(f"{package}.workflow")
        defined = next(v for n, v in vars(made).items() if n.endswith("Workflow"))
        return _ran(world, lambda: type("Here", (_NoJournal, defined), {})().run(*arguments))


class _NoJournal:
    """Outcomes are made where they are asked for: nothing is replayed, and no run is continued."""

    async def _outcome(self, _call: str, _digest: str, make: Callable[[], Awaitable[Any]]) -> Any:
        return await make()

    async def _making(self, work: Callable[[], Awaitable[Any]]) -> Any:
        return await work()

    async def recorded(self, work: Awaitable[Any], _arguments: Any, _journal: Any) -> Any:
        """The run."""
        return await work


def _ran(world: World, run: Callable[[], Any]) -> Ran:
    try:
        made = run()
        result = asyncio.run(made) if asyncio.iscoroutine(made) else made
    except ActivityError as failure:
        cause = failure.cause
        assert isinstance(cause, ApplicationError)
        return Ran(world.calls, None, (str(cause.type), str(cause.message)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return Ran(world.calls, None, (type(error).__name__, str(error)))
    return Ran(world.calls, result, None)


class _Engine:
    """What runs activities."""

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    def start(self, name: str, *, args: list[Any], **_: Any) -> asyncio.Task[RawValue]:
        """Begin one."""
        return asyncio.ensure_future(self._call(getattr(self._steps, name), args))

    async def _call(self, function: Any, args: list[Any]) -> RawValue:
        hints = get_type_hints(function, vars(typing) | function.__globals__)
        kinds = [hint for name, hint in hints.items() if name != "return"]
        payloads = _CONVERTER.to_payloads(args)
        given = [_CONVERTER.from_payload(p, kind) for p, kind in zip(payloads, kinds, strict=True)]
        environment = ActivityEnvironment()
        environment.payload_converter = _CONVERTER
        try:
            made = environment.run(function, *given)
            result = await made if asyncio.iscoroutine(made) else made
        except FailureError as error:
            raise _failed(error) from error
        return RawValue(_CONVERTER.to_payload(result))


def _failed(cause: FailureError) -> ActivityError:
    failure = ActivityError(
        "Activity task failed",
        scheduled_event_id=0,
        started_event_id=0,
        identity="",
        activity_type="",
        activity_id="",
        retry_state=None,
    )
    failure.__cause__ = cause
    return failure


@contextmanager
def _outside(folder: Path, world: World) -> Iterator[None]:
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patched:
        for verb in ("get", "post", "put", "delete"):
            patched.setattr(httpx, verb, world.request)
        patched.syspath_prepend(str(folder))
        try:
            yield
        finally:
            for name in set(sys.modules) - before:
                known = getattr(sys.modules[name], "__file__", None) or ""
                if str(folder.parent) in known:
                    del sys.modules[name]
