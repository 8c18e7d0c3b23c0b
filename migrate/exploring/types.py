"""What a type says of a value: a place made from the annotation of a step, a parameter or a wait."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import pathlib
import types
import typing
import uuid
from typing import Any

from .places import ANY_KEY, ITEMS, Place

_WORDS: dict[Any, list[str]] = {
    dt.datetime: ["2026-01-02T03:04:05", "2026-01-02T03:04:05+00:00"],
    dt.date: ["2026-01-02"],
    dt.time: ["03:04:05"],
    dt.timedelta: ["PT1H"],
    decimal.Decimal: ["1.5"],
    uuid.UUID: ["00000000-0000-0000-0000-000000000001"],
    pathlib.Path: ["file.txt"],
    bytes: ["bytes"],
}
_DEEPEST = 8


def typed(place: Place, hint: Any, depth: int = 0) -> Place:
    """Let the place know what the type says; of `Any` and its like nothing is known."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return typed(place, inner[0], depth)
    if origin in (typing.Union, types.UnionType):
        rest = [a for a in inner if a is not type(None)]
        place.nullable = place.nullable or len(rest) < len(inner)
        for other in rest[1:] if depth <= _DEEPEST else ():
            place.others.append(typed(Place(place.name, stored=place.stored), other, depth + 1))
        return typed(place, rest[0], depth) if rest else place
    if origin is typing.Literal:
        return _of(place, "enum", list(inner))
    if hint is None or hint is type(None):
        return _of(place, "none")
    if depth > _DEEPEST:
        return place
    if origin is not None:
        return _generic(place, origin, inner, depth)
    return _class(place, hint, depth) if isinstance(hint, type) else place


def _of(place: Place, kind: str, words: list[Any] | None = None) -> Place:
    place.kind, place.sure = kind, True
    place.words += words or []
    return place


def _generic(place: Place, origin: Any, inner: tuple[Any, ...], depth: int) -> Place:
    if not isinstance(origin, type):
        return place
    if issubclass(origin, tuple) and not (len(inner) == 2 and inner[1] is Ellipsis):
        for number, hint in enumerate(inner):
            typed(place.part(str(number)), hint, depth + 1)
        return _of(place, "tuple")
    if issubclass(origin, dict | typing.Mapping):
        if len(inner) == 2 and inner[1] is not Any:
            typed(place.part(ANY_KEY), inner[1], depth + 1)
        return _of(place, "dict")
    if issubclass(origin, typing.Iterable):
        if inner:
            typed(place.part(ITEMS), inner[0], depth + 1)
        return _of(place, "list")
    return _class(place, origin, depth)


def _class(place: Place, hint: type, depth: int) -> Place:
    if hint in _WORDS:
        place.format = True
        return _of(place, "text", list(_WORDS[hint]))
    if issubclass(hint, enum.Enum):
        return _of(place, "enum", [member.value for member in hint])
    for base, kind in ((bool, "flag"), (int, "number"), (float, "number"), (str, "text"), (list, "list"),
                       (set, "list"), (frozenset, "list"), (dict, "dict")):  # fmt: skip
        if issubclass(hint, base):
            fields = typing.get_type_hints(hint) if kind == "dict" and hint is not dict else {}
            for name, inner in fields.items():
                typed(place.part(name), inner, depth + 1)
            return _of(place, kind)
    return _fields(place, hint, depth)


def _fields(place: Place, hint: type, depth: int) -> Place:
    """Of models and dataclasses: every field that is given when one is made."""
    if hasattr(hint, "model_fields"):
        given = {name: info.alias or name for name, info in hint.model_fields.items()}
    elif dataclasses.is_dataclass(hint):
        given = {f.name: f.name for f in dataclasses.fields(hint) if f.init}
    else:
        return place
    hints = typing.get_type_hints(hint)
    place.stored = False
    for name, told in given.items():
        typed(place.part(told), hints.get(name, Any), depth + 1)
    return _of(place, "dict")
