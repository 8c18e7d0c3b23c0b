"""Lists, dicts and records that notice which items, keys and fields the code wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .noticing import Probe, Watch
from .places import ANY_KEY, ITEMS, Chosen


class SeenList(Probe, list):  # type: ignore[type-arg]
    """A list: that its length matters is noticed, and an item that the code wants and is not there."""

    def __iter__(self) -> Iterator[Any]:
        self._touch()
        self.watch.unpacked = self
        return list.__iter__(self)

    def __len__(self) -> int:
        place = self._touch()
        self.watch.lessons += sum([place.size(n) for n in self.watch.lengths])
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


class SeenDict(Probe, dict):  # type: ignore[type-arg]
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


_RECORDS: dict[type, type] = {}


def seen_record(record: type) -> Any:
    """The class of records that learn, made once for the class of records of the project."""
    if record not in _RECORDS:
        _RECORDS[record] = type("SeenRecord", (SeenRecord, record), {})
    return _RECORDS[record]


class SeenRecord(Probe):
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
