"""Runs the original once in the user's own interpreter and writes what it returned or raised as JSON.

A script of its own: it imports nothing of lastgood, because that interpreter need not have it. The plan (a JSON file)
says the folder to import from, the module and the function with its arguments, or the source of a script or notebook,
what somebody types who is asked, and where to write the ending.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import datetime as dt
import decimal
import enum
import importlib
import inspect
import io
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def main() -> None:
    """One run; the ending is written before the process ends, as suddenly as any program ends."""
    with open(sys.argv[1], encoding="utf-8") as source:  # noqa: PTH123
        plan: dict[str, Any] = json.load(source)
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):  # noqa: PTH120
        del sys.path[0]  # this folder's module names must not hide the application's
    sys.path.insert(0, plan["root"])
    sys.stdin = io.StringIO(plan["answers"])
    sys.argv = [plan["file"] or plan["module"]]
    ending = _ending(plan)
    draft = plan["ending"] + ".part"
    with open(draft, "w", encoding="utf-8") as target:  # noqa: PTH123
        json.dump(ending, target)
    os.replace(draft, plan["ending"])  # noqa: PTH105
    while plan["stays"]:  # whoever started this ends it, when what runs beside the run has come to rest
        time.sleep(1)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _ending(plan: Mapping[str, Any]) -> dict[str, Any]:
    try:
        entry = _entry(plan)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the run has not begun
        return {"unable": f"{type(error).__name__}: {error}"}
    try:
        value = entry(**plan["arguments"])
        return {"result": plain(asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value)}
    except BaseException as error:  # noqa: BLE001 - SystemExit is an ending too
        sys.excepthook(*sys.exc_info())
        kinds = [f"{c.__module__}.{c.__qualname__}" for c in type(error).__mro__]
        return {"error": {"type": type(error).__name__, "kinds": kinds, "message": str(error)}}


def _entry(plan: Mapping[str, Any]) -> Any:
    """What is called; a method needs an object, which is made without arguments."""
    if plan["source"] is not None:
        return lambda **_: _script(plan["source"], plan["file"])
    found: Any = importlib.import_module(plan["module"])
    holder = None
    for name in plan["symbol"].split("."):
        holder, found = found, getattr(found, name)
    if inspect.isclass(holder) and not isinstance(inspect.getattr_static(holder, name), staticmethod | classmethod):
        found = getattr(holder(), name)
    return found


def _script(source: str, file: str) -> None:
    """All statements at module level, `await` among them as in a notebook. It gives nothing back."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))  # noqa: PTH100, PTH120
    names: dict[str, Any] = {"__name__": "__main__", "__file__": file}
    sys.modules["__main__"].__dict__.update(names)
    code = compile(source, file, "exec", flags=_TOP_LEVEL_AWAIT, dont_inherit=True)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(_awaited(eval(code, sys.modules["__main__"].__dict__)))  # noqa: S307 - the user's own code, on demand
    else:
        exec(code, sys.modules["__main__"].__dict__)  # noqa: S102 - the same


async def _awaited(value: Any) -> Any:
    return await value


def plain(value: Any) -> Any:
    """The value as JSON knows it; of an object the fields that it shows."""
    return json.loads(json.dumps(value, default=_fields))


def _fields(value: Any) -> Any:
    for kinds, say in _AS_JSON:
        if isinstance(value, kinds):
            return say(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return {k: v for k, v in getattr(value, "__dict__", {}).items() if not k.startswith("_")}


_AS_JSON: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.value),
    ((bytes, bytearray), lambda value: base64.b64encode(value).decode()),
    ((dt.datetime, dt.date, dt.time), lambda value: value.isoformat()),
    ((decimal.Decimal, uuid.UUID, os.PathLike), str),
    (Mapping, dict),
    ((set, frozenset), lambda value: sorted(value, key=repr)),
)


if __name__ == "__main__":
    main()
