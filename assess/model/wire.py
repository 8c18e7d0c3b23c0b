"""Model values to JSON and back, and the JSON Schema, all derived from the dataclasses themselves."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from assess.model.assessment import SCHEMA_VERSION, Assessment
from assess.model.building import MismatchError, builder
from assess.model.collecting import uncollected

T = TypeVar("T")


class WireError(ValueError):
    """The JSON is not an assessment of this schema version; `mistakes` names every place that is off."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__(mistakes[0])
        self.mistakes = mistakes


def to_json(value: Any) -> Any:
    """Any model value as plain JSON values; tuples become lists, enums their words."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in sorted(value.items())}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {wire: to_json(getattr(value, name)) for name, wire in _fields(type(value))}
    return value


def dumps(value: Any) -> str:
    """The same value always gives the same text; characters outside ASCII are kept.

    A record in a list of a pipeline (a step, an edge, a row) stands on a line of its own: large assessments are half
    as long as with a line for every value, and two of them can still be compared line by line.
    """
    return _laid_out(to_json(value), 0) + "\n"


def _laid_out(value: Any, depth: int) -> str:
    if depth == _SPREAD or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join(_laid_out(item, depth + 1) for item in value)}{outer}]"
    items = (f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, depth + 1)}" for key, item in value.items())
    return f"{{{inner}{f',{inner}'.join(items)}{outer}}}"


_SPREAD = 4
"""So deep in the document values stand on lines of their own: list of pipelines, pipeline, field, record."""


_hints = functools.cache(typing.get_type_hints)


@functools.cache
def _fields(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, _wire_name(field)) for field in dataclasses.fields(kind))


@uncollected()
def loads_assessment(text: str) -> Assessment:
    """Read an assessment back.

    Raises WireError with one sentence if it is not JSON, of another schema version, or not of the schema.
    """
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise WireError(f"not JSON: {problem}") from None
    except RecursionError:
        raise WireError("nested too deeply to be an assessment") from None
    if not isinstance(data, dict) or "schema_version" not in data:
        raise WireError("no schema_version in it, so it is no assessment")
    if data["schema_version"] != SCHEMA_VERSION:
        raise WireError(
            f"schema version {data['schema_version']!r}, this version reads {SCHEMA_VERSION!r}: assess again"
        )
    return from_json(Assessment, data)


def from_json(kind: type[T], data: Any) -> T:
    """Build a model value from plain JSON; unknown fields are ignored. Raises WireError."""
    try:
        return typing.cast("T", builder(typing.cast("typing.Hashable", kind))(data))
    except (MismatchError, ValueError, TypeError, KeyError):
        # Once more, to say what is wrong where.
        pass
    return typing.cast("T", _build(kind, data, "assessment"))


def schema(kind: type = Assessment) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a model value."""
    definitions: dict[str, Any] = {}
    root = _describe(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"lastgood {kind.__name__.lower()}, version {SCHEMA_VERSION}",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _wire_name(field: dataclasses.Field[Any]) -> str:
    return str(field.metadata.get("wire", field.name))


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _build(kind: Any, data: Any, where: str) -> Any:
    if _is_union(kind):
        inner = [k for k in typing.get_args(kind) if k is not type(None)]
        return None if data is None else _build(inner[0], data, where)
    origin = typing.get_origin(kind)
    if origin is tuple:
        args = typing.get_args(kind)
        items = _expect(list, data, where)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_gathered(_build, ((args[0], item, f"{where}[{n}]") for n, item in enumerate(items))))
        if len(items) != len(args):
            raise WireError(f"{where}: {len(args)} values expected")
        each = ((a, item, f"{where}[{n}]") for n, (a, item) in enumerate(zip(args, items, strict=True)))
        return tuple(_gathered(_build, each))
    if origin is not None and issubclass(origin, Mapping):
        value_kind = typing.get_args(kind)[1]
        found = _expect(dict, data, where)
        built = _gathered(_build, ((value_kind, v, f"{where}.{k}") for k, v in found.items()))
        return types.MappingProxyType(dict(zip(found, built, strict=True)))
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(typing.cast("type", kind), _expect(dict, data, where), where)
    if issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            raise WireError(f"{where}: {data!r} is none of {', '.join(m.value for m in kind)}") from None
    if kind is float:
        return float(_expect((int, float), data, where))
    return _expect(kind, data, where)


def _build_dataclass(kind: type, data: dict[str, Any], where: str) -> Any:
    hints = _hints(kind)

    def one(field: dataclasses.Field[Any]) -> tuple[str, Any] | None:
        name = _wire_name(field)
        if name in data:
            return field.name, _build(hints[field.name], data[name], f"{where}.{name}")
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise WireError(f"{where}: {name} is missing")
        return None

    built = _gathered(one, ((field,) for field in dataclasses.fields(kind)))
    return kind(**dict(pair for pair in built if pair is not None))


def _gathered(build: Callable[..., T], each: Iterable[tuple[Any, ...]]) -> list[T]:
    """What is built of each; if some cannot be, one error with all their mistakes."""
    built: list[T] = []
    mistakes: list[str] = []
    for arguments in each:
        try:
            built.append(build(*arguments))
        except WireError as wrong:
            mistakes += wrong.mistakes
    if mistakes:
        raise WireError(*mistakes)
    return built


def _expect(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        wanted = getattr(kind, "__name__", "number")
        raise WireError(f"{where}: {wanted} expected, {type(data).__name__} found")
    return data


_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _describe(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if _is_union(kind):
        parts = [_describe(k, definitions) for k in typing.get_args(kind) if k is not type(None)]
        return {"anyOf": [*parts, {"type": "null"}]}
    origin = typing.get_origin(kind)
    if origin is tuple:
        args = typing.get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return {"type": "array", "items": _describe(args[0], definitions)}
        prefix = [_describe(a, definitions) for a in args]
        return {"type": "array", "prefixItems": prefix, "items": False, "minItems": len(args)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _describe(typing.get_args(kind)[1], definitions)}
    if dataclasses.is_dataclass(kind):
        return _describe_dataclass(typing.cast("type", kind), definitions)
    if issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    return {"type": _PLAIN[kind]}


def _describe_dataclass(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = typing.get_type_hints(kind)
        properties = {_wire_name(f): _describe(hints[f.name], definitions) for f in dataclasses.fields(kind)}
        definitions[name].update(
            type="object",
            description=(kind.__doc__ or "").strip().partition("\n")[0],
            properties=properties,
            required=list(properties),
        )
    return {"$ref": f"#/$defs/{name}"}
