"""Texts and numbers that notice what they are compared with, and for what else the code takes them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from typing import Any

from .containers import SeenParts
from .noticing import Probe, tied

_KEPT = ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "capitalize", "replace", "removeprefix",
         "removesuffix", "expandtabs", "swapcase")  # fmt: skip


class SeenText(Probe, str):
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

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """`isinstance` asks for it where the class is another: the kinds that the code tells apart are tried."""
        if sys._getframe(1).f_code.co_filename == self.watch.file:
            self.watch.note(self._touch().alternatives([k for k in self.watch.kinds if k != "text"]))
        return SeenText

    def __eq__(self, other: object) -> bool:
        self._like(other)
        return str.__eq__(self, other) if isinstance(other, str) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self.watch.hashed.setdefault(self.chosen.at, self._touch())
        return str.__hash__(self)

    def __str__(self) -> str:
        return self

    def __bool__(self) -> bool:
        self.watch.note(self._touch().word(""))
        return len(str.__str__(self)) > 0

    def __len__(self) -> int:
        place = self._touch()
        words = ["", *("t" * n for n in self.watch.lengths if n > len("text"))]
        if place.kind in (None, "text") and not place.format:
            self.watch.lessons += sum([place.word(w) for w in words])
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
        return (tied(SeenText(c), self.chosen, self.watch) for c in str.__str__(self))

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

    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _count
    __neg__ = __abs__ = __round__ = __index__ = _count

    def __gt__(self, other: Any) -> Any:
        return self._ordered(other, str.__gt__)

    def __ge__(self, other: Any) -> Any:
        return self._ordered(other, str.__ge__)

    def __lt__(self, other: Any) -> Any:
        return self._ordered(other, str.__lt__)

    def __le__(self, other: Any) -> Any:
        return self._ordered(other, str.__le__)

    def _ordered(self, other: Any, compare: Any) -> Any:
        if isinstance(other, SeenText) and self._touch().kind is other._touch().kind is None:
            other.chosen.place.become("number")  # what is put in an order is a number, unless something says otherwise
            self._want("number")
        if isinstance(other, int | float):
            self._want("number")
        if isinstance(other, dt.date):
            self._touch().word(other.isoformat())
            self._want("datetime" if isinstance(other, dt.datetime) else "date")
        return compare(self, other) if isinstance(other, str) else NotImplemented

    def __int__(self) -> int:
        return int(self._digits())

    def __float__(self) -> float:
        return float(self._digits())

    def _digits(self) -> str:
        text, place = str.__str__(self), self._touch()
        try:
            float(text)
        except ValueError:
            self.watch.learn(place.leads("1"))
            raise
        return text

    def __format__(self, spec: str) -> str:
        if spec[-1:] in tuple("fgeEdn%"):
            self._want("number")
        return str.__format__(self, spec)

    def split(self, *given: Any, **named: Any) -> Any:
        parts = [tied(SeenText(p), self.chosen, self.watch) for p in str.split(self, *given, **named)]
        cut = given[0] if given else named.get("sep")
        made = tied(SeenParts(parts), self.chosen, self.watch)
        made.cut = " " if cut is None else str.__str__(cut)
        return made

    def splitlines(self, *given: Any) -> Any:
        made = tied(SeenParts([tied(SeenText(p), self.chosen, self.watch) for p in str.splitlines(self, *given)]),
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
        return tied(SeenText(getattr(str, name)(self, *given)), self.chosen, self.watch)

    return same


for _name in _KEPT:
    setattr(SeenText, _name, _kept(_name))


class _SeenNumber(Probe):
    """A number: what it is compared with are the limits to try."""

    plain: type = int

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
