"""Which files beside the code say how it is started, known by their names."""

from __future__ import annotations

import re

LARGEST_BESIDE = 512_000
"""Bytes; files that people write by hand are smaller."""

_NAMES = re.compile(
    r"""Procfile(?:\.\w+)? | (?:[\w.-]+\.)?(?:Dockerfile|dockerfile|Containerfile)(?:\.[\w-]+)?
    | (?:docker-)?compose[\w.-]*\.ya?ml | crontab(?:\.\w+)? | [\w.-]+\.(?:cron|crontab)
    | serverless[\w.-]*\.ya?ml | (?:sam-)?template[\w.-]*\.ya?ml | sam[\w.-]*\.ya?ml | [\w.-]*cron-?job[\w.-]*\.ya?ml
    | langgraph\.json | (?:GNUm|m|M)akefile | [\w.-]+\.mk | [\w.-]+\.sh | pyproject\.toml | setup\.cfg""",
    re.VERBOSE,
)


def tells_starts(folder: str, name: str) -> bool:
    """Whether a file can say how code is started; `folder` is relative to the root and ends in `/`, or is empty."""
    if folder.endswith(".github/workflows/"):
        return name.endswith((".yml", ".yaml"))
    if folder.endswith("cron.d/"):
        return True
    return _NAMES.fullmatch(name) is not None
