"""A configuration's text to a policy, with all its mistakes and their places at once.

A configuration of the scanned tree is a stranger's: it may choose what is looked at and shown, but it names no code to
run and no file outside of the tree.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assess.model.finding import Severity
from assess.model.step import Confidence
from assess.policy.hints import line_of, meant, shown
from assess.policy.jurisdictions import jurisdiction
from assess.policy.jurisdictions import meant as region_meant
from assess.policy.keys import BY_NAME, CHOICES, NEVER, Name, Takes
from assess.policy.values import Ignored, Policy

MOST = 100
"""Mistakes that are told; whoever made more of them did not mean to be read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a configuration comes from: its name for people, its folder, its table, and the tree it may not leave.

    `tree` is None for a configuration that the person who runs lastgood has named.
    """

    name: str
    folder: Path
    table: str
    tree: Path | None


@dataclass(slots=True)
class Reader:
    """One configuration being read; `known` are the names of the checks."""

    text: str
    origin: Origin
    known: Collection[str]
    mistakes: list[tuple[int, str]] = field(default_factory=list)

    def policy(self) -> Policy:
        """What the text says; what is wrong in it is left away and stands in the policy's mistakes, by line."""
        given: dict[Name, Any] = {}
        table = self._table()
        self._know_own(table.get(Name.CHECKS))
        for name, value in table.items():
            if len(self.mistakes) >= MOST:
                break
            key = BY_NAME.get(name)
            if key is None:
                self._wrong(name, f"no such key{meant(name, BY_NAME)}")
                continue
            read = self._value(name, key.takes, value)
            if read is not None:
                given[key.name] = read
        if given.get(Name.REQUIRE_REASON):
            self._require_reasons((*given.get(Name.IGNORE, ()), *given.get(Name.PER_FILE_IGNORES, ())))
        return replace(_made(given, self.origin), keys=tuple(table), mistakes=self._told())

    def _told(self) -> tuple[str, ...]:
        return tuple(says for _, says in sorted(self.mistakes, key=lambda one: one[0]))

    def _know_own(self, checks: object) -> None:
        """The names of the checks that this configuration brings along."""
        if self.origin.tree is None and isinstance(checks, list):
            self.known = {*self.known, *(check_name(Path(file)) for file in checks if isinstance(file, str))}

    def _table(self) -> dict[str, Any]:
        try:
            data: Any = tomllib.loads(self.text)
        except (ValueError, RecursionError) as wrong:
            self.mistakes.append((0, f"{self.origin.name}: not TOML: {' '.join(str(wrong).split())}"))
            return {}
        for part in filter(None, self.origin.table.split(".")):
            data = data.get(part, {}) if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.mistakes.append((0, f"{self.origin.name}: {self.origin.table}: a table is expected"))
            return {}
        return data

    def _wrong(self, key: str, says: str) -> None:
        if len(self.mistakes) >= MOST:
            return
        line = line_of(self.text, self.origin.table, key)
        place = self.origin.name if line is None else f"{self.origin.name}:{line}"
        table = f"{self.origin.table}." if self.origin.table else ""
        self.mistakes.append((line or 0, f"{place}: {table}{shown(key)[1:-1]}: {says}"))

    def _value(self, name: str, takes: Takes, value: Any) -> Any:
        match takes:
            case Takes.PATTERNS:
                return self._texts(name, takes, value)
            case Takes.NAMES:
                found = self._texts(name, takes, value)
                return None if found is None else tuple(n for n in found if self._is_check(name, n))
            case Takes.REASONS:
                return self._reasons(name, takes, value, None)
            case Takes.PER_FILE:
                return self._per_file(name, value)
            case Takes.FILE | Takes.FILES:
                return self._files(name, takes, value)
            case Takes.ENTRIES:
                return self._entries(name, value)
            case _:
                return self._word(name, takes, value)

    def _word(self, name: str, takes: Takes, value: Any) -> Any:
        choices = CHOICES.get(takes)
        if choices is not None:
            if value in choices:
                return value
            hint = meant(value, choices) if isinstance(value, str) else ""
            self._wrong(name, f"{takes.value} is expected, not {shown(value)}{hint}")
            return None
        fits = {
            Takes.FLAG: isinstance(value, bool),
            Takes.SCORE: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100,
            Takes.REGION: isinstance(value, str) and jurisdiction(value) is not None,
        }[takes]
        if not fits:
            hint = region_meant(value) if takes is Takes.REGION and isinstance(value, str) else ""
            self._wrong(name, f"{takes.value} is expected, not {shown(value)}{hint}")
        return value if fits else None

    def _texts(self, name: str, takes: Takes, value: Any) -> tuple[str, ...] | None:
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        self._wrong(name, f"{takes.value} is expected, not {shown(value)}")
        return None

    def _is_check(self, name: str, check: str) -> bool:
        if check not in self.known and len(self.mistakes) < MOST:
            self._wrong(name, f"there is no check {shown(check)}{meant(check, self.known)}")
        return check in self.known

    def _reasons(self, name: str, takes: Takes, value: Any, pattern: str | None) -> tuple[Ignored, ...] | None:
        """Names with reasons; a list has none."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            pairs = [(item, "") for item in value]
        elif isinstance(value, dict) and all(isinstance(reason, str) for reason in value.values()):
            pairs = [(check, " ".join(reason.split())) for check, reason in value.items()]
        else:
            self._wrong(name, f"{takes.value} is expected, not {shown(value)}")
            return None
        return tuple(Ignored(check, pattern, reason) for check, reason in pairs if self._is_check(name, check))

    def _per_file(self, name: str, value: Any) -> tuple[Ignored, ...] | None:
        if not isinstance(value, dict):
            self._wrong(name, f"{Takes.PER_FILE.value} is expected, not {shown(value)}")
            return None
        found = [self._reasons(name, Takes.PER_FILE, inner, pattern) for pattern, inner in value.items()]
        return tuple(one for part in found if part is not None for one in part)

    def _entries(self, name: str, value: Any) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(value, dict):
            self._wrong(name, f"{Takes.ENTRIES.value} is expected, not {shown(value)}")
            return None
        found = {}
        for inner, items in value.items():
            if inner not in ("add", "ignore"):
                self._wrong(name, f"no such key {shown(inner)}{meant(inner, ('add', 'ignore'))}")
                continue
            texts = self._texts(name, Takes.PATTERNS, items)
            found[inner] = tuple(one for one in texts or () if inner == "ignore" or self._is_function(name, one))
        return found

    def _is_function(self, name: str, text: str) -> bool:
        file, colon, function = text.rpartition(":")
        good = bool(colon and file.endswith((".py", ".ipynb")) and function)
        if not good:
            self._wrong(name, f"add takes file.py:function, not {shown(text)}")
        return good

    def _files(self, name: str, takes: Takes, value: Any) -> tuple[Path, ...] | None:
        if name == Name.CHECKS and self.origin.tree is not None:
            self._wrong(
                name,
                "these files are code, and a scanned tree must not make lastgood run code: "
                f"name them on the command line (--checks FILE, or --config {self.origin.name})",
            )
            return None
        texts = self._texts(name, takes, [value] if takes is Takes.FILE else value)
        if texts is None:
            return None
        found = (self._file(name, text) for text in texts)
        return tuple(path for path in found if path is not None)

    def _file(self, name: str, text: str) -> Path | None:
        path = self.origin.folder / text.replace("\0", "?")
        tree = self.origin.tree
        if tree is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(tree)):
            self._wrong(name, f"{shown(text)} leads out of the tree")
            return None
        if not path.is_file() and name != Name.BASELINE:
            self._wrong(name, f"{shown(text)} is no file beside {self.origin.name}")
            return None
        return path

    def _require_reasons(self, ignored: Collection[Ignored]) -> None:
        for one in ignored:
            if not one.reason:
                name = Name.IGNORE if one.pattern is None else Name.PER_FILE_IGNORES
                self._wrong(name, f"{one.check} is ignored without a reason, and require-reason is on")


def check_name(file: Path) -> str:
    """The name of the check in a file."""
    return file.stem.replace("_", "-")


def _made(given: dict[Name, Any], origin: Origin) -> Policy:
    entries = given.get(Name.ENTRIES, {})
    fail_on = given.get(Name.FAIL_ON, NEVER)
    return Policy(
        exclude=given.get(Name.EXCLUDE, ()),
        catalogue=given.get(Name.CATALOGUE, ()),
        checks=given.get(Name.CHECKS, ()),
        select=given.get(Name.SELECT, ()),
        ignored=(*given.get(Name.IGNORE, ()), *given.get(Name.PER_FILE_IGNORES, ())),
        min_severity=Severity(given.get(Name.MIN_SEVERITY, Severity.NOTE)),
        min_confidence=Confidence(given.get(Name.MIN_CONFIDENCE, Confidence.LOW)),
        fail_on=None if fail_on == NEVER else Severity(fail_on),
        fail_under=given.get(Name.FAIL_UNDER),
        baseline=next(iter(given.get(Name.BASELINE, ())), None),
        require_reason=given.get(Name.REQUIRE_REASON, False),
        region=jurisdiction(str(given[Name.REGION])) if Name.REGION in given else None,
        entries_add=entries.get("add", ()),
        entries_ignore=entries.get("ignore", ()),
        source=origin.name,
    )
