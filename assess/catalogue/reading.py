"""Values out of a TOML table, with a mistake noted for each that does not fit; knows no file format beyond that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from assess.catalogue.facts import Parameter, Place
from assess.catalogue.paths import expand

E = TypeVar("E", bound=StrEnum)
_NUMBER = (int, float)
_TYPES = {str: "a string", bool: "true or false", list: "a list", dict: "a table"}
_PARAMETER_KEYS = {"names", "position", "default", "scale"}
_PLACE_KEYS = {"parameters", "environment", "default", "jurisdiction", "selfhosted"}


class Reader:
    """Collects the mistakes of one file, so that all are told at once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.mistakes: list[str] = []

    def mistake(self, row: str, says: str) -> None:
        """Note what is wrong in a row (the empty row is the file itself)."""
        text = f"{self._file}: {row}: {says}" if row else f"{self._file}: {says}"
        if text not in self.mistakes:
            self.mistakes.append(text)

    def only_known(self, table: Mapping[str, Any], known: Iterable[str], row: str) -> None:
        """Note every key that the format does not have."""
        for name in sorted(set(table) - set(known)):
            self.mistake(row, f"unknown key {name!r}")

    def row(self, table: Mapping[str, Any], keys: Mapping[str, type], row: str) -> None:
        """Note every key of a row that the format does not have, and every value of the wrong type."""
        self.only_known(table, keys, row)
        for name in sorted(set(table) & set(keys)):
            if not isinstance(table[name], keys[name]):
                self.mistake(row, f"{name} must be {_TYPES[keys[name]]}")

    def value(self, table: Mapping[str, Any], name: str, kind: type) -> Any:
        """The value if it has the kind, else None."""
        if isinstance(table[name], kind):
            return table[name]
        self.mistake(name, f"must be {_TYPES[kind]}")
        return None

    def texts(self, table: Mapping[str, Any], name: str, row: str) -> tuple[str, ...] | None:
        """A list of texts, or None where the table has none."""
        found = table.get(name)
        if found is None:
            return None
        if isinstance(found, list) and all(isinstance(text, str) for text in found):
            return tuple(found)
        self.mistake(row, f"{name} must be a list of strings")
        return None

    def member(self, kind: type[E], text: Any, name: str, row: str) -> E | None:
        """A member of a StrEnum by its word."""
        try:
            return kind(text)
        except ValueError:
            words = ", ".join(kind)
            self.mistake(row, f"{name} must be one of {words}" + ("" if text is None else f", not {text!r}"))
            return None

    def parameter(self, table: Mapping[str, Any], name: str, row: str) -> Parameter | None:
        """A steering parameter: a table with names, or the names alone; `false` says that there is none."""
        found = table.get(name)
        if found is None or found is False:
            return None
        if isinstance(found, list):
            found = {"names": found}
        if not isinstance(found, dict):
            self.mistake(row, f"{name} must be a table with names, a list of names, or false")
            return None
        self.only_known(found, _PARAMETER_KEYS, row)
        numbers = {key: found.get(key) for key in ("position", "default", "scale")}
        for key, number in numbers.items():
            if number is not None and (isinstance(number, bool) or not isinstance(number, _NUMBER)):
                self.mistake(row, f"{name}.{key} must be a number")
                return None
        return Parameter(
            names=self.texts(found, "names", row) or (),
            position=None if numbers["position"] is None else int(numbers["position"]),
            default=None if numbers["default"] is None else float(numbers["default"]),
            scale=float(1.0 if numbers["scale"] is None else numbers["scale"]),
        )

    def place(self, table: Mapping[str, Any], name: str, row: str) -> Place | None:
        """Where content goes, or None where the table does not say."""
        found = table.get(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.mistake(row, f"{name} must be a table")
            return None
        self.only_known(found, _PLACE_KEYS, row)
        for key in ("default", "jurisdiction"):
            if not isinstance(found.get(key, ""), str):
                self.mistake(row, f"{name}.{key} must be a string")
        return Place(
            parameters=self.texts(found, "parameters", row) or (),
            environment=self.texts(found, "environment", row) or (),
            default=found.get("default"),
            jurisdiction=found.get("jurisdiction"),
            selfhosted=bool(found.get("selfhosted", False)),
        )

    def aliases(self, table: Mapping[str, Any]) -> dict[str, str]:
        """Beginnings of paths that stand for another beginning."""
        found: dict[str, str] = {}
        for key, target in table.items():
            if not isinstance(target, str):
                self.mistake(key, "an alias names another path")
                continue
            found.update((path, target) for path in expand(key))
        return found
