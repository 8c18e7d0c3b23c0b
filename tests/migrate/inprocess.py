"""A migrated project run without a server, beside its original: the same outside world for both, their calls compared.

The workflow's code, the policies, the conversion of values and the adapter are the generated ones. Only the engine is
replaced: an activity is called once, in its own test environment, its values through the data converter.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import httpx
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError, FailureError
from temporalio.testing import ActivityEnvironment


@dataclass
class World:
    """Services that answer by the number of the call, fail where they are told to, and keep what they were asked."""

    answers: list[int]
    fails: frozenset[int] = frozenset()
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def request(self, url: str, **options: Any) -> Any:
        """One request: its path and what was sent are kept; the answer is a number."""
        sent = options.get("json")
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
        coordination = importlib.import_module(f"{package}.coordination")
        activities = importlib.import_module(f"{package}.activities").Activities
        steps = activities(importlib.import_module(f"{package}.adapter").Legacy())
        patched.setattr(coordination, "workflow", _Engine(coordination.workflow, steps))
        made = importlib.import_module(f"{package}.workflow")
        defined = next(v for n, v in vars(made).items() if n.endswith("Workflow"))
        return _ran(world, lambda: defined().run(*arguments))


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
    """The engine's module as the coordination of a project sees it."""

    def __init__(self, real: ModuleType, steps: Any) -> None:
        self._real = real
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def set_current_details(self, _: str) -> None:
        """Nobody looks."""

    def all_handlers_finished(self) -> bool:
        """There are none."""
        return True

    async def wait_condition(self, condition: Callable[[], bool], **_: Any) -> None:
        """What is waited for is there already."""
        assert condition()

    async def execute_activity_method(self, activity: Any, *, args: list[Any], **_: Any) -> Any:
        """Call it, its arguments and its result by way of their stored form."""
        function = getattr(self._steps, activity.__name__)
        hints = get_type_hints(activity, vars(sys.modules["typing"]) | activity.__globals__)
        kinds = [hint for name, hint in hints.items() if name != "return"]
        given = [_stored(a, kind) for a, kind in zip(args, kinds, strict=True)]
        try:
            made = ActivityEnvironment().run(function, *given)
            result = await made if asyncio.iscoroutine(made) else made
        except FailureError as error:
            raise _failed(error) from error
        return _stored(result, hints.get("return"))

    execute_local_activity_method = execute_activity_method


def _stored(value: Any, kind: Any) -> Any:
    payloads: list[Payload] = pydantic_data_converter.payload_converter.to_payloads([value])
    return pydantic_data_converter.payload_converter.from_payloads(payloads, None if kind is None else [kind])[0]


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
