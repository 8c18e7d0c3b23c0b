"""Lock files: what a tool resolved. They can be large, so the TOML ones are read line by line for two keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from assess.reading.beside.requirements import Asked, locked

_HEAD = re.compile(r"\[+([^\]]*)\]+\s*$")
_KEY = re.compile(r"""(name|version)\s*=\s*["']([^"']*)["']\s*$""")


def read_toml_lock(text: str) -> Iterator[Asked]:
    """`[[package]]` with name and version: uv.lock, poetry.lock, pdm.lock; `[[packages]]` of pylock.toml."""
    said: dict[str, str] | None = None
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head is not None:
            said = {} if line.startswith("[[") and head[1].strip() in ("package", "packages") else None
        elif said is not None and len(said) < 2:
            key = _KEY.match(line)
            if key is not None:
                said[key[1]] = key[2]
            if len(said) == 2:
                yield from locked(said["name"], said["version"])


def read_pipfile_lock(text: str) -> Iterator[Asked]:
    """`default` and `develop` of Pipfile.lock."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    for group in ("default", "develop"):
        packages = data.get(group) if isinstance(data, dict) else None
        for name, given in packages.items() if isinstance(packages, dict) else ():
            version = given.get("version") if isinstance(given, dict) else None
            yield from locked(name, version.lstrip("=") if isinstance(version, str) else None)
