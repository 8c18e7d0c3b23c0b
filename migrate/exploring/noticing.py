"""What all values that notice share: what has been noticed in a run, and what is learned from it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NoReturn

from .places import Chosen, Learned, Place

_DICT = frozenset("get items keys values setdefault update".split())
_LIST = frozenset("append extend insert remove sort reverse pop clear copy".split())
_TIME = frozenset("isoformat strftime timestamp date year month day hour astimezone".split())


class Watch:
    """What one run has noticed: the spots that were looked at, and whether anything new was learned."""

    def __init__(self, lengths: Sequence[int] = (), kinds: Sequence[str] = (), file: str = "") -> None:
        """`lengths` and `kinds` are those that the code, which stands in `file`, asks for."""
        self.lengths = lengths
        self.kinds = kinds
        self.file = file
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


class Probe:
    """What all of them share."""

    chosen: Chosen
    watch: Watch

    def __copy__(self) -> Any:
        return self if isinstance(self, str | int | float) else tied(type(self)(self), self.chosen, self.watch)  # type: ignore[call-arg]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if isinstance(self, list):
            return tied(type(self)(copy.deepcopy(v, memo) for v in list.__iter__(self)), self.chosen, self.watch)
        if isinstance(self, dict):
            made = {k: copy.deepcopy(v, memo) for k, v in dict.items(self)}
            return tied(type(self)(made), self.chosen, self.watch)
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


def tied(made: Any, chosen: Chosen, watch: Watch) -> Any:
    """A value that notices, with its place and the watch of its run."""
    made.chosen, made.watch = chosen, watch
    return made
