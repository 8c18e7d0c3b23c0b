"""Which files only test the others."""

from __future__ import annotations

from pathlib import PurePosixPath

TEST_FOLDERS = frozenset({"tests", "test", "testing", "__tests__"})


def is_test(path: str) -> bool:
    """Whether a file only tests the others."""
    pure = PurePosixPath(path)
    return (
        any(part in TEST_FOLDERS for part in pure.parts[:-1])
        or pure.name in ("conftest.py", "setup.py", "noxfile.py")
        or pure.name.startswith("test_")
        or pure.stem.endswith("_test")
    )
