"""Model values from plain JSON, quickly: one function for each type, made once.

Knows no places: who needs to say what is wrong where goes through the data again (`wire.py`).
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

Builder = Callable[[Any], Any]


class MismatchError(Exception):
    """The data is not of the type."""


@functools.cache
def builder(kind: Any) -> Builder:
    """What builds values of this type. It raises MismatchError, ValueError, TypeError or KeyError."""
    origin = typing.get_origin(kind)
    args = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _optional(next(a for a in args if a is not type(None)))
    if origin is tuple:
        return _rows(args[0]) if len(args) == 2 and args[1] is Ellipsis else _row(args)
    if origin is not None and issubclass(origin, Mapping):
        return _table(args[1])
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast("type", kind))
    if issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return _plain(kind)


def _optional(kind: Any) -> Builder:
    build = builder(kind)
    return lambda data: None if data is None else build(data)


def _rows(kind: Any) -> Builder:
    build = builder(kind)
    return lambda data: tuple([build(item) for item in _of(list, data)])


def _row(kinds: tuple[Any, ...]) -> Builder:
    builds = [builder(kind) for kind in kinds]
    return lambda data: tuple([build(item) for build, item in zip(builds, _of(list, data), strict=True)])


def _table(kind: Any) -> Builder:
    build = builder(kind)
    return lambda data: types.MappingProxyType({name: build(value) for name, value in _of(dict, data).items()})


def _record(kind: type) -> Builder:
    hints = typing.get_type_hints(kind)
    fields = [(f.name, str(f.metadata.get("wire", f.name)), hints[f.name]) for f in dataclasses.fields(kind)]
    # Made when it is needed first: types hold each other.
    builds: list[tuple[str, str, Builder]] = []

    def build(data: Any) -> Any:
        if not builds:
            builds.extend((name, wire, builder(hint)) for name, wire, hint in fields)
        _of(dict, data)
        return kind(**{name: make(data[wire]) for name, wire, make in builds if wire in data})

    return build


def _plain(kind: type) -> Builder:
    if kind is bool:
        return lambda data: _of(bool, data)
    if kind is float:
        return lambda data: float(_number((int, float), data))
    return lambda data: _number(kind, data)


def _number(kind: Any, data: Any) -> Any:
    if not isinstance(data, kind) or isinstance(data, bool):
        raise MismatchError
    return data


def _of(kind: type, data: Any) -> Any:
    if not isinstance(data, kind):
        raise MismatchError
    return data
