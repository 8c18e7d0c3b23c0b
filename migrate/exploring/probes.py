"""Values that notice what is done with them: real texts, numbers, lists and dicts, and records, each tied to its place.

Where the code wants something else than what stands there (a key, a field, an item, another kind), the place learns it
and `Learned` is raised. Where the code compares or asks, the place learns the words, and the run goes on.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from .containers import SeenDict, SeenList, SeenRecord, seen_record
from .noticing import Probe, Watch, tied
from .places import Chosen
from .texts import SeenFloat, SeenInt, SeenText

__all__ = ["SeenList", "Watch", "bare", "loads", "readable", "seen", "wanted"]


def seen(value: Any, chosen: Chosen, watch: Watch, record: type) -> Any:
    """The value, as the workflow got it, with everything in it tied to its place. `record` is the class of records."""
    inner: list[Any]
    if chosen.kind in ("text", "json", "enum") and type(value) is str:
        return tied(SeenText(value), chosen, watch)
    if chosen.kind in ("number", "enum") and type(value) in (int, float):
        return tied(SeenInt(value) if type(value) is int else SeenFloat(value), chosen, watch)
    if chosen.kind in ("list", "tuple") and type(value) in (list, tuple) and len(value) == len(chosen.items):
        inner = [seen(v, c, watch, record) for v, c in zip(value, chosen.items, strict=True)]
        if type(value) is tuple:
            return tuple(inner)
        return tied(SeenList(inner), chosen, watch)
    if type(value) is dict:
        made = {k: seen(v, chosen.parts[k], watch, record) if k in chosen.parts else v for k, v in value.items()}
        return tied(SeenDict(made), chosen, watch) if chosen.kind == "dict" else value
    if isinstance(value, record):
        fields = vars(value)["_fields"]
        made = {k: seen(v, chosen.parts[k], watch, record) if k in chosen.parts else v for k, v in fields.items()}
        return seen_record(record)(vars(value)["_kinds"], made, chosen, watch)
    return _filled(value, chosen, watch, record)


def _filled(value: Any, chosen: Chosen, watch: Watch, record: type) -> Any:
    """An object of a class of the original: its fields are tied, itself stays what it is."""
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict) and chosen.kind == "dict":
        for name, part in chosen.parts.items():
            if name in own:
                with contextlib.suppress(TypeError):
                    own[name] = seen(own[name], part, watch, record)
    return value


def bare(value: Any) -> Any:
    """The value without anything that notices."""
    if isinstance(value, SeenText):
        return str.__str__(value)
    if isinstance(value, SeenInt):
        return int(value)
    if isinstance(value, SeenFloat):
        return float(value)
    if isinstance(value, list):
        return [bare(v) for v in list.__iter__(value)]
    if type(value) in (tuple, set):
        return type(value)(bare(v) for v in value)
    if isinstance(value, dict) and type(value) in (dict, SeenDict):
        return {bare(k): bare(v) for k, v in dict.items(value)}
    if isinstance(value, SeenRecord):
        return type(value).__bases__[1](vars(value)["_kinds"], bare(vars(value)["_fields"]))
    return value


_WANTED = {"list": "list", "tuple": "list", "set": "list", "dict": "dict", "model": "dict", "dataclass": "dict",
           "string": "text", "int": "number", "float": "number", "bool": "flag", "none": "none"}  # fmt: skip


def wanted(value: Any, problem: str, where: tuple[int | str, ...]) -> bool:
    """Learn from what pydantic says of a value that it refuses, such as `list_type` or `missing`; False if known."""
    if not isinstance(value, Probe):
        return False
    place = value.chosen.place
    if problem == "missing":
        return place.become("dict") | (place.kind == "dict" and place.key(str(where[-1])))
    kind = _WANTED.get(problem.partition("_")[0])
    return kind is not None and place.become(kind)


def readable(names: Mapping[str, Any], error: BaseException) -> bool:
    """Learn from an error that says that a text is no number or no day: texts at hand become such; False if known."""
    text = str.__str__(str(error))
    form = re.search(r"does not match format '(.*)'", text)
    if form is not None:
        lead = _DAY.strftime(form[1])
    elif "isoformat" in text:
        lead = _DAY.isoformat()
    elif type(error).__name__ == "InvalidOperation" or "could not convert string" in text or "invalid literal" in text:
        lead = "1"
    else:
        return False
    near = [v for v in names.values() if isinstance(v, SeenText)]
    inside = [v for d in names.values() if isinstance(d, dict) for v in dict.values(d) if isinstance(v, SeenText)]
    return sum([value.chosen.place.leads(lead) for value in near or inside]) > 0


_DAY = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
_loads = json.loads


def loads(text: Any, *given: Any, **named: Any) -> Any:
    """In place of `json.loads`: the place of the text learns that JSON stands in it."""
    if not isinstance(text, SeenText):
        return _loads(text, *given, **named)
    place = text._touch()
    if place.kind in (None, "text") and not place.format and place.become("json"):
        inside = place.part("json")
        inside.kind, inside.stored = "dict", False
        text.watch.learn(True)
    found = _loads(str.__str__(text), *given, **named)
    inner = text.chosen.parts.get("json")
    return found if inner is None else seen(found, inner, text.watch, type("Nothing", (), {}))
