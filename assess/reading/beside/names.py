"""Which files beside the code say how it is started and what it needs, known by their names."""

from __future__ import annotations

import re

LARGEST_BESIDE = 512_000
"""Bytes; files that people write by hand are smaller."""
LARGEST_LOCK = 8_000_000
"""Bytes; lock files are written by tools, with a hash for each file of each package."""

_NAMES = re.compile(
    r"""Procfile(?:\.\w+)? | (?:[\w.-]+\.)?(?:Dockerfile|dockerfile|Containerfile)(?:\.[\w-]+)?
    | (?:docker-)?compose[\w.-]*\.ya?ml | crontab(?:\.\w+)? | [\w.-]+\.(?:cron|crontab)
    | serverless[\w.-]*\.ya?ml | (?:sam-)?template[\w.-]*\.ya?ml | sam[\w.-]*\.ya?ml | [\w.-]*cron-?job[\w.-]*\.ya?ml
    | langgraph\.json | (?:GNUm|m|M)akefile | [\w.-]+\.mk | [\w.-]+\.sh | pyproject\.toml | setup\.cfg""",
    re.VERBOSE,
)

_LOCKS = re.compile(r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[\w-]+)?\.toml|Pipfile\.lock")
_NEEDS = re.compile(
    r"""[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in) | Pipfile | (?:conda-)?env(?:ironment)?[\w.-]*\.ya?ml""",
    re.VERBOSE,
)


def largest(name: str) -> int:
    """The size up to which a file beside the code is read, in bytes."""
    return LARGEST_LOCK if _LOCKS.fullmatch(name) else LARGEST_BESIDE


def tells_needs(folder: str, name: str) -> bool:
    """Whether a file can say which versions of its packages the code runs with; `folder` as below."""
    if folder.endswith(("requirements/", "reqs/")) and name.endswith((".txt", ".in")):
        return True
    return _LOCKS.fullmatch(name) is not None or _NEEDS.fullmatch(name) is not None


def tells_starts(folder: str, name: str) -> bool:
    """Whether a file can say how code is started; `folder` is relative to the root and ends in `/`, or is empty."""
    if folder.endswith(".github/workflows/"):
        return name.endswith((".yml", ".yaml"))
    if folder.endswith("cron.d/"):
        return True
    return _NAMES.fullmatch(name) is not None
