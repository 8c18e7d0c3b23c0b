"""Where a configuration stands: named by the person, else in the scanned tree's own folder."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from assess.policy.reading import Origin, Reader
from assess.policy.values import NOTHING, Policy, PolicyError

OWN = "lastgood.toml"
PROJECT = "pyproject.toml"
TABLE = "tool.lastgood"
LARGEST = 200_000
"""Bytes; nobody writes a larger configuration."""

_SPEAKS = re.compile(r"^\s*\[+\s*tool\s*\.\s*[\"']?lastgood\b|^\s*\[\s*tool\s*\]|^\s*tool\.lastgood", re.MULTILINE)


def find_policy(tree: Path, named: Path | None, known: Collection[str]) -> Policy:
    """The configuration that was named, else `lastgood.toml` of the tree, else `[tool.lastgood]` of its project file.

    `known` are the names of the checks. The empty policy if there is none; what is wrong stands in its mistakes.
    """
    if named is not None:
        try:
            text = _named_text(named)
        except PolicyError as wrong:
            return Policy(source=str(named), mistakes=wrong.mistakes)
        return Reader(text, Origin(str(named), named.parent, _table_of(named), None), known).policy()
    for name in (OWN, PROJECT):
        found = _text_in(tree, name)
        if found is not None and (name == OWN or _SPEAKS.search(found)):
            return Reader(found, Origin(name, tree, _table_of(Path(name)), tree), known).policy()
    return NOTHING


def _table_of(path: Path) -> str:
    return TABLE if path.name == PROJECT else ""


def _named_text(path: Path) -> str:
    try:
        if path.is_dir():
            raise PolicyError([f"{path}: is a folder: name a file, such as {path / OWN}"])
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PolicyError([f"{path}: is not UTF-8 text"]) from None
    except (OSError, ValueError) as wrong:
        raise PolicyError([f"{path}: cannot be read: {getattr(wrong, 'strerror', None) or wrong}"]) from None


def _text_in(tree: Path, name: str) -> str | None:
    """A file of the scanned tree; None if it is not there, leads out of the tree or is nothing that a person wrote."""
    path = tree / name
    try:
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(tree))
        if not inside or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
