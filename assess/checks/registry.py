"""Finds the check files: every module in the three rooms beside this file is a check, and nothing else is."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from assess.checks.check import Check, load
from assess.model.finding import Axis


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, by axis and id."""
    found = []
    for axis in Axis:
        room = importlib.import_module(f"assess.checks.{axis.value}")
        names = sorted(module.name for module in pkgutil.iter_modules(room.__path__))
        found += [load(importlib.import_module(f"{room.__name__}.{name}")) for name in names]
    return tuple(found)


def by_id(wanted: str) -> Check | None:
    """The check with this id."""
    return next((check for check in all_checks() if check.id == wanted), None)
