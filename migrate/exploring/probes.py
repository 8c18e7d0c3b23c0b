"""Values that notice what is done with them: real texts, numbers, lists and dicts, and records, each tied to its place.

Where the code wants something else than what stands there (a key, a field, an item, another kind), the place learns it
and `Learned` is raised. Where the code compares or asks, the place learns the words, and the run goes on.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from .places import ANY_KEY, ITEMS, Chosen, Learned, Place

_DICT = frozenset("get items keys values setdefault update".split())
_LIST = frozenset("append extend insert remove sort reverse pop clear copy".split())
_TIME = frozenset("isoformat strftime timestamp date year month day hour astimezone".split())
_KEPT = ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "capitalize", "replace", "removeprefix",
         "removesuffix", "expandtabs", "swapcase")  # fmt: skip


class Watch:
    """What one run has noticed: the spots that were looked at, and whether anything new was learned."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.touched: dict[str, None] = {}
        self.lessons = 0
        self.unpacked: Any = None
        self.hashed: dict[str, Place] = {}

    def learn(self, new: bool) -> None:
        """Begin again if something is new."""
        if new:
            self.lessons += 1
            raise Learned

    def note(self, new: bool) -> None:
        """Something is new, but the run can go on."""
        self.lessons += new


class _Probe:
    """What all of them share."""

    chosen: Chosen
    watch: Watch

    def __copy__(self) -> Any:
        return self if isinstance(self, str | int | float) else _tied(type(self)(self), self.chosen, self.watch)  # type: ignore[call-arg]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if isinstance(self, list):
            return _tied(type(self)(copy.deepcopy(v, memo) for v in list.__iter__(self)), self.chosen, self.watch)  # type: ignore[call-arg]
        if isinstance(self, dict):
            made = {k: copy.deepcopy(v, memo) for k, v in dict.items(self)}
            return _tied(type(self)(made), self.chosen, self.watch)  # type: ignore[call-arg]
        return self

    def _touch(self) -> Place:
        self.watch.touched.setdefault(self.chosen.at)
        return self.chosen.place

    def _want(self, kind: str, key: str | None = None, *, optional: bool = False) -> None:
        """The code takes the value for something else."""
        place = self._touch()
        new = place.become(kind)
        if place.kind == kind and key is not None:
            new = place.key(key, optional=optional) or new
        self.watch.learn(new)

    def _missing(self, name: str) -> NoReturn:
        """A field that is not there."""
        if not name.startswith("__"):
            if name in ("json", "raise_for_status", "status_code"):
                self._want_answer()
            elif name in _DICT and self.chosen.place.kind != "record":
                self._want("dict")
            elif name in _LIST:
                self._want("list")
            elif name in _TIME:
                self._want("datetime")
            elif name == "decode":
                self._want("bytes")
            elif name not in ("model_dump", "model_dump_json", "dict", "to_dict"):
                self._want("record" if self.chosen.place.stored else "dict", name)
            else:
                self._want("record")
        raise AttributeError(name)

    def _want_key(self, key: str, *, optional: bool = False) -> None:
        """A field that is not there yet, of something that has fields."""
        self.watch.learn(self._touch().key(key, optional=optional))

    def _want_answer(self) -> None:
        """It is taken for an answer over HTTP."""
        place = self._touch()
        new = place.become("record")
        if place.kind == "record" and place.key("status_code"):
            status, text, okay = place.part("status_code"), place.part("text"), place.part("ok")
            status.kind, status.usual, text.kind, okay.kind = "number", 200, "json", "flag"
            place.part("headers").kind = "dict"
            new = True
        self.watch.learn(new)


def seen(value: Any, chosen: Chosen, watch: Watch, record: type) -> Any:
    """The value, as the workflow got it, with everything in it tied to its place. `record` is the class of records."""
    inner: list[Any]
    if chosen.kind in ("text", "json", "enum") and type(value) is str:
        return _tied(SeenText(value), chosen, watch)
    if chosen.kind in ("number", "enum") and type(value) in (int, float):
        return _tied(SeenInt(value) if type(value) is int else SeenFloat(value), chosen, watch)
    if chosen.kind in ("list", "tuple") and type(value) in (list, tuple) and len(value) == len(chosen.items):
        inner = [seen(v, c, watch, record) for v, c in zip(value, chosen.items, strict=True)]
        if type(value) is tuple:
            return tuple(inner)
        return _tied(SeenList(inner), chosen, watch)
    if type(value) is dict:
        made = {k: seen(v, chosen.parts[k], watch, record) if k in chosen.parts else v for k, v in value.items()}
        return _tied(SeenDict(made), chosen, watch) if chosen.kind == "dict" else value
    if isinstance(value, record):
        fields = vars(value)["_fields"]
        made = {k: seen(v, chosen.parts[k], watch, record) if k in chosen.parts else v for k, v in fields.items()}
        return _seen_record(record)(vars(value)["_kinds"], made, chosen, watch)
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


def _tied(made: Any, chosen: Chosen, watch: Watch) -> Any:
    made.chosen, made.watch = chosen, watch
    return made


class SeenText(_Probe, str):
    """A text; if nothing is known of its place, it becomes what the code takes it for."""

    def _like(self, other: object) -> None:
        place = self._touch()
        if type(other) is str or type(other) is SeenText:
            if self.chosen.kind != "enum":
                self.watch.note(place.word(str.__str__(other)))
        elif isinstance(other, int | float) and not isinstance(other, bool):
            self._want("number")
        elif isinstance(other, bool):
            self._want("flag")
        elif isinstance(other, list):
            self._want("list")
        elif isinstance(other, dict):
            self._want("dict")

    def __eq__(self, other: object) -> bool:
        self._like(other)
        return str.__eq__(self, other) if isinstance(other, str) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self.watch.hashed.setdefault(self.chosen.at, self._touch())
        return str.__hash__(self)

    def __bool__(self) -> bool:
        self.watch.note(self._touch().word(""))
        return len(str.__str__(self)) > 0

    def __len__(self) -> int:
        self.watch.note(self._touch().word(""))
        return str.__len__(self)

    def __contains__(self, other: object) -> bool:
        place = self._touch()
        if isinstance(other, str):
            self.watch.note(place.kind in (None, "text") and place.word(f"text{str.__str__(other)}text"))
            return str.__contains__(self, other)
        return False

    def startswith(self, *given: Any) -> bool:
        self._begins(given[0], "{}text")
        return str.startswith(self, *given)

    def endswith(self, *given: Any) -> bool:
        self._begins(given[0], "text{}")
        return str.endswith(self, *given)

    def _begins(self, told: Any, form: str) -> None:
        for word in told if isinstance(told, tuple) else (told,):
            self.watch.note(self._touch().word(form.format(str.__str__(word))))

    def __iter__(self) -> Iterator[Any]:
        if self._touch().kind is None:
            self._want("list")
        self.watch.unpacked = self
        return (_tied(SeenText(c), self.chosen, self.watch) for c in str.__str__(self))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            self._want("dict", str.__str__(key))
        elif isinstance(key, int) and self._touch().kind is None:
            self._want("list")
        return str.__getitem__(self, key)

    def __getattr__(self, name: str) -> Any:
        self._missing(name)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, str):
            self._like(other)
        return str.__add__(self, other)

    def __radd__(self, other: Any) -> Any:
        if isinstance(other, str):
            return str.__add__(other, str.__str__(self))
        self._like(other)
        return NotImplemented

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, float):
            self._want("number")
        return str.__mul__(self, other)

    def _count(self, *_: Any) -> Any:
        self._want("number")
        return NotImplemented

    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _count  # type: ignore[assignment]
    __neg__ = __abs__ = __round__ = __index__ = _count  # type: ignore[assignment]

    def __gt__(self, other: Any) -> bool:
        return self._ordered(other) if not isinstance(other, str) else str.__gt__(self, other)

    def __ge__(self, other: Any) -> bool:
        return self._ordered(other) if not isinstance(other, str) else str.__ge__(self, other)

    def __lt__(self, other: Any) -> bool:
        return self._ordered(other) if not isinstance(other, str) else str.__lt__(self, other)

    def __le__(self, other: Any) -> bool:
        return self._ordered(other) if not isinstance(other, str) else str.__le__(self, other)

    def _ordered(self, other: Any) -> bool:
        if isinstance(other, int | float):
            self._want("number")
        return NotImplemented

    def __int__(self) -> int:
        return int(self._digits())

    def __float__(self) -> float:
        return float(self._digits())

    def _digits(self) -> str:
        text, place = str.__str__(self), self._touch()
        try:
            float(text)
        except ValueError:
            if not place.format and place.kind in (None, "text"):
                self.watch.note(place.word("1") | place.word("9"))
            raise
        return text

    def __format__(self, spec: str) -> str:
        if spec[-1:] in tuple("fgeEdn%"):
            self._want("number")
        return str.__format__(self, spec)

    def split(self, *given: Any, **named: Any) -> Any:
        parts = [_tied(SeenText(p), self.chosen, self.watch) for p in str.split(self, *given, **named)]
        cut = given[0] if given else named.get("sep")
        made = _tied(SeenParts(parts), self.chosen, self.watch)
        made.cut = " " if cut is None else str.__str__(cut)
        return made

    def splitlines(self, *given: Any) -> Any:
        made = _tied(SeenParts([_tied(SeenText(p), self.chosen, self.watch) for p in str.splitlines(self, *given)]),
                     self.chosen, self.watch)  # fmt: skip
        made.cut = "\n"
        return made

    def partition(self, cut: str, /) -> Any:
        self.watch.note(self._touch().word(f"text{cut}text"))
        return str.partition(self, cut)

    def find(self, *given: Any) -> int:
        self.watch.note(self._touch().word(f"text{given[0]}text"))
        return str.find(self, *given)

    def index(self, *given: Any) -> int:
        self.watch.note(self._touch().word(f"text{given[0]}text"))
        return str.index(self, *given)

    def isdigit(self) -> bool:
        self.watch.note(self._touch().word("1"))
        return str.isdigit(self)


def _kept(name: str) -> Any:
    def same(self: SeenText, *given: Any) -> Any:
        return _tied(SeenText(getattr(str, name)(self, *given)), self.chosen, self.watch)

    return same


for _name in _KEPT:
    setattr(SeenText, _name, _kept(_name))


class _SeenNumber(_Probe):
    """A number: what it is compared with are the limits to try."""

    def _limit(self, other: Any) -> Any:
        place = self._touch()
        if isinstance(other, int | float) and not isinstance(other, bool) and self.chosen.kind != "enum":
            for value in (other - 1, other, other + 1):
                self.watch.note(place.word(type(self).plain(value)))
        return other


class SeenInt(_SeenNumber, int):
    """A whole number."""

    plain = int

    def __bool__(self) -> bool:
        self._limit(0)
        return int(self) != 0

    def __getattr__(self, name: str) -> Any:
        self._missing(name)


class SeenFloat(_SeenNumber, float):
    """A number with a point."""

    plain = float

    def __bool__(self) -> bool:
        self._limit(0)
        return float(self) != 0


def _comparing(base: type, name: str) -> Any:
    def compare(self: _SeenNumber, other: Any) -> Any:
        return getattr(base, name)(self, self._limit(other))

    return compare


for _base, _kind in ((int, SeenInt), (float, SeenFloat)):
    for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
        setattr(_kind, _name, _comparing(_base, _name))
    setattr(_kind, "__hash__", _base.__hash__)  # noqa: B010 - a class that compares loses it


class SeenList(_Probe, list):  # type: ignore[type-arg]
    """A list: that its length matters is noticed, and an item that the code wants and is not there."""

    def __iter__(self) -> Iterator[Any]:
        self._touch()
        self.watch.unpacked = self
        return list.__iter__(self)

    def __len__(self) -> int:
        self._touch()
        return list.__len__(self)

    def __bool__(self) -> bool:
        self._touch()
        return list.__len__(self) > 0

    def __contains__(self, other: object) -> bool:
        place = self._touch()
        if isinstance(other, str):
            self.watch.note(place.part(ITEMS).word(str.__str__(other)))
        return list.__contains__(self, other)

    def __getitem__(self, key: Any) -> Any:
        place = self._touch()
        if isinstance(key, str):
            self._want("dict", key)
        if isinstance(key, int) and list.__len__(self):
            self.watch.learn(place.length(key + 1 if key >= 0 else -key))
        return list.__getitem__(self, key)

    def __getattr__(self, name: str) -> Any:
        self._missing(name)

    def exactly(self, number: int) -> bool:
        """Learn how many items are unpacked."""
        place = self.chosen.place
        new = place.exact != number and list.__len__(self) > 0
        place.exact = number
        return new


class SeenParts(SeenList):
    """What a text was cut into."""

    cut = " "

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and not -list.__len__(self) <= key < list.__len__(self):
            self.watch.learn(self._cuts(key + 1 if key >= 0 else -key))
        return list.__getitem__(self, key)

    def _cuts(self, number: int) -> bool:
        place = self._touch()
        if place.kind not in (None, "text") or number > 20 or place.cuts.get(self.cut, 1) >= number:
            return False
        place.cuts[self.cut] = number
        return True

    def exactly(self, number: int) -> bool:
        """Learn how many parts are unpacked."""
        return self._cuts(number)


class SeenDict(_Probe, dict):  # type: ignore[type-arg]
    """A dict: keys that the code wants are learned."""

    def _ask(self, key: Any, *, optional: bool) -> None:
        place = self._touch()
        if isinstance(key, str) and not dict.__contains__(self, key) and str.__str__(key) not in place.parts:
            self.watch.learn(place.key(str.__str__(key), optional=optional))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and not dict.__len__(self):
            self._want("list")
        self._ask(key, optional=False)
        return dict.__getitem__(self, key)

    def get(self, key: Any, default: Any = None) -> Any:
        self._ask(key, optional=True)
        return dict.get(self, key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        self._ask(key, optional=bool(default))
        return dict.pop(self, key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self._ask(key, optional=True)
        return dict.setdefault(self, key, default)

    def __contains__(self, key: object) -> bool:
        self._ask(key, optional=True)
        return dict.__contains__(self, key)

    def _open(self) -> None:
        place = self._touch()
        if not place.parts:
            self.watch.learn(place.key(ANY_KEY))

    def __iter__(self) -> Iterator[Any]:
        self._open()
        return dict.__iter__(self)

    def keys(self) -> Any:
        self._open()
        return dict.keys(self)

    def values(self) -> Any:
        self._open()
        return dict.values(self)

    def items(self) -> Any:
        self._open()
        return dict.items(self)

    def __bool__(self) -> bool:
        self._open()
        return dict.__len__(self) > 0

    def __hash__(self) -> int:  # type: ignore[override]
        if self._touch().kind == "dict" and not self.chosen.place.sure:
            self._want("text")
        raise TypeError("unhashable type: 'dict'")

    def __getattr__(self, name: str) -> Any:
        self._missing(name)


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
    if isinstance(value, _SeenRecord):
        return type(value).__mro__[2](vars(value)["_kinds"], bare(vars(value)["_fields"]))  # type: ignore[call-arg]
    return value


_RECORDS: dict[type, type] = {}


def _seen_record(record: type) -> Any:
    """The class of records that learn, made once for the class of records of the project."""
    if record not in _RECORDS:
        _RECORDS[record] = type("SeenRecord", (_SeenRecord, record), {})
    return _RECORDS[record]


class _SeenRecord(_Probe):
    """An object with fields."""

    def __init__(self, kinds: list[str], fields: dict[str, Any], chosen: Chosen, watch: Watch) -> None:
        self.__dict__.update({"_kinds": kinds, "_fields": fields, "chosen": chosen, "watch": watch})

    def __getattr__(self, name: str) -> Any:
        if name in ("dict", "to_dict"):
            return self.model_dump
        if name in self.__dict__["_fields"]:
            return self.__dict__["_fields"][name]
        if not name.startswith("_"):
            self._want_key(name)
        raise AttributeError(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int):
            self._want("list")
        if key not in self.__dict__["_fields"]:
            self._want_key(str(key))
        return self.__dict__["_fields"][key]

    def get(self, key: str, default: Any = None) -> Any:
        """As of a dict."""
        if key not in self.__dict__["_fields"]:
            self._want_key(key, optional=True)
        return self.__dict__["_fields"].get(key, default)

    def __contains__(self, key: object) -> bool:
        if key not in self.__dict__["_fields"]:
            self._want_key(str(key), optional=True)
        return key in self.__dict__["_fields"]

    def json(self, **options: Any) -> Any:
        """The body of an answer over HTTP."""
        if "status_code" not in self.chosen.place.parts:
            self._want_answer()
        return super().json(**options)  # type: ignore[misc]


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
