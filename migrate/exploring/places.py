"""What is known of the values that steps give back: a tree of places, which learns from what the code does.

A *place* is one spot in the value that one call in the code gets: "classify@41.choices[].text". What is learned of it
holds for all runs. What a run finds there is *chosen* for that run alone, by the script of the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MARK = "__record__"
ITEMS = "[]"
ANY_KEY = "*"
SOME = "key"
_DEEPEST = 12
_MOMENTS = ("2026-01-02T03:04:05", "2026-01-02T03:04:05+00:00")
_MOST_FLIPS = 3

Script = dict[str, Any]


class Learned(BaseException):
    """The code has shown something new about a value: the run is begun again with better values."""


@dataclass(eq=False)
class Place:
    """What is known of one place. `kind` is None as long as nothing is: then a text stands there.

    Kinds: text, number, flag, none, list, tuple, dict, record (an object with fields), json (a text with JSON in it),
    datetime, date, bytes, enum (one of `words`). `sure`: a type that is checked says so. `stored`: objects can stand
    there. `format`: a text of a form of its own, as a date has it: one of `words` and nothing else.
    """

    name: str
    kind: str | None = None
    sure: bool = False
    stored: bool = True
    nullable: bool = False
    parts: dict[str, Place] = field(default_factory=dict)
    optional: dict[str, None] = field(default_factory=dict)
    words: list[Any] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)
    least: int = 1
    sizes: list[int] = field(default_factory=list)
    exact: int | None = None
    usual: Any = None
    lead: str | None = None
    others: list[Place] = field(default_factory=list)
    flips: int = 0
    format: bool = False

    def part(self, key: str) -> Place:
        """What stands under a key, in a field or, with `ITEMS`, in every item; made if it is new."""
        if key not in self.parts:
            name = f"{self.name}{key}" if key == ITEMS else f"{self.name}.{key}"
            self.parts[key] = Place(name, stored=self.stored)
        return self.parts[key]

    def become(self, kind: str) -> bool:
        """Learn a kind; False if it is known to be another."""
        if self.kind == kind:
            return False
        if not self.stored and kind in ("record", "datetime", "date", "bytes"):
            return False
        grown = (self.kind, kind) in (("dict", "record"), ("text", "json"), ("list", "tuple"), (None, kind))
        if self.sure and (self.kind, kind) != ("text", "json"):
            return False
        if not grown:
            if (self.kind, kind) in (("record", "dict"), ("json", "text")) or self.flips >= _MOST_FLIPS:
                return False
            self.flips += 1
        self.kind = kind
        return True

    def word(self, value: Any) -> bool:
        """Learn a value that the code compares with; False if it is known."""
        if any(type(w) is type(value) and w == value for w in self.words) or len(self.words) > 24:
            return False
        self.words.append(value)
        return True

    def key(self, name: str, *, optional: bool = False) -> bool:
        """Learn a key or a field; False if it is known."""
        if name in self.parts:
            return False
        self.part(name)
        if optional:
            self.optional[name] = None
        return True

    def length(self, least: int) -> bool:
        """Learn how many items there have to be at the least; False if it is known or out of bounds."""
        if least <= self.least or least > 40:
            return False
        self.least = least
        return True

    def size(self, number: int) -> bool:
        """Learn a number of items that the code asks for; False if it is known or out of bounds."""
        if number in self.sizes or number > 40:
            return False
        self.sizes.append(number)
        return True

    def leads(self, text: str) -> bool:
        """Learn which text the code can read, of a number or a day; False if one is known."""
        if self.kind not in (None, "text") or self.format or self.lead is not None:
            return False
        self.lead = text
        return True

    def alternatives(self, kinds: list[str]) -> bool:
        """Learn that values of other kinds can stand here; False if that is known."""
        if self.kind is not None or self.others or not kinds:
            return False
        self.others = [Place(self.name, kind, stored=self.stored) for kind in kinds]
        return True


@dataclass(frozen=True)
class Choice:
    """One question that a run was asked: where, what it could have been, what it was."""

    key: str
    at: str
    about: str
    options: tuple[Any, ...]
    usual: Any
    chosen: Any
    told: bool


@dataclass(eq=False)
class Chosen:
    """A value as one run finds it: the place, the kind that it has now, its parts. `bare` is it in terms of JSON."""

    place: Place
    at: str
    kind: str
    bare: Any
    parts: dict[str, Chosen] = field(default_factory=dict)
    items: list[Chosen] = field(default_factory=list)


class Chooser:
    """Makes the values of one run by its script, and notes every choice."""

    def __init__(self, script: Mapping[str, Any], extra: Callable[[Place], list[Any]]) -> None:
        """`extra` gives values of last resort for a place."""
        self._script = script
        self._extra = extra
        self.choices: list[Choice] = []

    def choose(self, key: str, at: str, about: str, options: list[Any], usual: int = 0) -> Any:
        """What the script says, else the usual one."""
        told = key in self._script
        without = options[usual % len(options)]
        chosen = self._script[key] if told else without
        self.choices.append(Choice(key, at, about, tuple(options), without, chosen, told))
        return chosen

    def value(self, place: Place, at: str, turn: int = 0, depth: int = 0) -> Chosen:
        """A value for a place. From the third turn on the usual values change, so that loops over answers end."""
        late = max(0, turn - 1)
        if place.nullable and self.choose(f"{at}?", at, f"{place.name}?", ["there", "none"]) == "none":
            return Chosen(place, at, "none", None)
        odd = self._script.get(f"{at}!")
        rest = self._extra(place)
        if rest or odd is not None:
            odd = self.choose(f"{at}!", at, f"{place.name}!", [None, *rest])
        if odd is not None:
            return Chosen(place, at, "odd", odd[0])
        if depth > _DEEPEST:
            return Chosen(place, at, "text", "text")
        if place.others and (other := self.choose(f"{at}|", at, f"{place.name}|", [*range(len(place.others) + 1)])):
            place = place.others[other - 1]
        made: Callable[[Place, str, int, int], Chosen] = getattr(self, f"_{place.kind or 'text'}")
        return made(place, at, late, depth)

    def _text(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        text = "text"
        for cut, number in reversed(place.cuts.items()):
            text = cut.join([text] * max(1, number))
        words = [w for w in place.words if isinstance(w, str)]
        whole = [text] if place.lead is None else [place.lead, text]
        other = ["another"] if text in words else []  # the code compares with the very text that stands here
        usual = words if place.format else [*whole, *(w for w in words if w not in whole), *other]
        return Chosen(place, at, "text", self.choose(at, at, place.name, usual, late))

    def _number(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        words = [w for w in place.words if isinstance(w, int | float) and not isinstance(w, bool)]
        usual = 1 if place.usual is None else place.usual
        options = [usual, *(w for w in words if w != usual)]
        return Chosen(place, at, "number", self.choose(at, at, place.name, options, late))

    def _flag(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        return Chosen(place, at, "flag", self.choose(at, at, place.name, [True, False], late))

    def _enum(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        return Chosen(place, at, "enum", self.choose(at, at, place.name, list(place.words), late))

    def _none(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        return Chosen(place, at, "none", None)

    def _list(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        least = max(1, place.least)
        usual = [least, 0, least + 1, *(n for n in place.sizes if n > least + 1)]
        lengths = usual if place.exact is None else [place.exact]
        length = self.choose(f"{at}#", at, f"{place.name}#", lengths, min(late, 1))
        part = place.part(ITEMS)
        items = [self.value(part, f"{at}[{n}]", 0, depth + 1) for n in range(length)]
        return Chosen(place, at, "list", [i.bare for i in items], items=items)

    def _tuple(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        names = sorted((k for k in place.parts if k.isdecimal()), key=int)
        items = [self.value(place.parts[k], f"{at}[{k}]", late, depth + 1) for k in names]
        bare: Any = [i.bare for i in items]
        return Chosen(place, at, "tuple", {MARK: ["tuple"], "value": bare} if not place.sure else bare, items=items)

    def _mapping(self, place: Place, at: str, late: int, depth: int) -> dict[str, Chosen]:
        parts: dict[str, Chosen] = {}
        for key in [k for k in place.parts if k not in (ITEMS, ANY_KEY)]:
            told = key not in place.optional or (
                self.choose(f"{at}.{key}?", at, f"{place.name}.{key}?", ["there", "absent"]) == "there"
            )
            if told:
                parts[key] = self.value(place.parts[key], f"{at}.{key}", late + 1 if late else 0, depth + 1)
        if ANY_KEY in place.parts:
            for n in range(self.choose(f"{at}#", at, f"{place.name}#", [1, 0, 2], min(late, 1))):
                key = SOME if not n else f"{SOME}_{n + 1}"
                parts.setdefault(key, self.value(place.parts[ANY_KEY], f"{at}.{key}", 0, depth + 1))
        return parts

    def _dict(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        parts = self._mapping(place, at, late, depth)
        return Chosen(place, at, "dict", {k: p.bare for k, p in parts.items()}, parts)

    def _record(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        parts = self._mapping(place, at, late, depth)
        classes = [f"answers.{c}" for c in place.classes] or ["answers.Shape"]
        kind = self.choose(f"{at}:", at, f"{place.name}:", classes, late)
        bare = {MARK: [kind], "value": {k: p.bare for k, p in parts.items()}}
        return Chosen(place, at, "record", bare, parts)

    def _json(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        inner = self.value(place.part("json"), f"{at}.json", late + 1 if late else 0, depth + 1)
        text = self.choose(at, at, place.name, ["JSON", *(w for w in place.words if isinstance(w, str)), "not JSON"])
        bare = json.dumps(_without_marks(inner.bare)) if text == "JSON" else text
        return Chosen(place, at, "json", bare, {"json": inner} if text == "JSON" else {})

    def _datetime(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        told = self.choose(at, at, place.name, [*place.words, *_MOMENTS], late)
        return Chosen(place, at, "datetime", {MARK: ["datetime"], "value": told})

    def _date(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        return Chosen(place, at, "date", {MARK: ["date"], "value": "2026-01-02"})

    def _bytes(self, place: Place, at: str, late: int, depth: int) -> Chosen:
        return Chosen(place, at, "bytes", {MARK: ["bytes"], "value": "dGV4dA=="})


def _without_marks(bare: Any) -> Any:
    """What a service would send: objects as plain JSON."""
    if isinstance(bare, list):
        return [_without_marks(b) for b in bare]
    if isinstance(bare, dict):
        inner = bare["value"] if MARK in bare else bare
        return {k: _without_marks(v) for k, v in inner.items()} if isinstance(inner, dict) else _without_marks(inner)
    return bare
