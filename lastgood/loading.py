"""Reads the JSON files that lastgood wrote earlier and says plainly when one is not what it should be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assess.model.assessment import Assessment
from assess.model.wire import WireError, loads_assessment
from lastgood.problems import Problem


def load_assessment(path: Path) -> Assessment:
    """The assessment in this file. Raises Problem."""
    try:
        return loads_assessment(_read(path, "an assessment"))
    except WireError as wrong:
        raise Problem(
            f"'{path}' is not an assessment that this version can read ({wrong}). "
            f"Make one with: lastgood assess PATH --report json={path.name}"
        ) from None


def load_mapping(path: Path, what: str) -> Mapping[str, Any]:
    """A plan or a proof, as plain values. Raises Problem."""
    try:
        value = json.loads(_read(path, what))
    except (ValueError, RecursionError) as wrong:
        raise Problem(f"'{path}' is not {what}: it is not JSON ({wrong}).") from None
    if not isinstance(value, dict):
        raise Problem(f"'{path}' is not {what}: a JSON object is expected.")
    return value


def _read(path: Path, what: str) -> str:
    if path.is_dir():
        raise Problem(f"'{path}' is a folder: name a file with {what} in it.")
    if path.exists() and not path.is_file():
        raise Problem(f"'{path}' is not a regular file: name a file with {what} in it.")
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"'{path}' does not exist: name a file with {what} in it.") from None
    except UnicodeDecodeError:
        raise Problem(f"'{path}' is not {what}: it is not UTF-8 text.") from None
    except (OSError, ValueError) as wrong:
        raise Problem(f"'{path}' cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from None
