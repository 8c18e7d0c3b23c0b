"""What the command line asks of this house: one code base, assessed."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from assess.catalogue.catalogue import Catalogue
from assess.checks.run import run_checks
from assess.crashing import crash_table
from assess.model.assessment import SCHEMA_VERSION, Assessment, Target, Tool
from assess.model.explanation import Explanation
from assess.model.source import ExcerptLine, Unresolved
from assess.model.woven import WovenPipeline
from assess.reading.excerpts import excerpt
from assess.reading.tree import SourceTree
from assess.scoring import finish
from assess.weaving.explaining import explain_place
from assess.weaving.pipelines import weave

T = TypeVar("T")
Woven = tuple[tuple[WovenPipeline, ...], tuple[Unresolved, ...]]
STACK = 512 * 1024 * 1024
"""Bytes of stack for the thread that follows code: scanned code may be nested deeply."""
DEEPEST = 60_000


class TargetError(ValueError):
    """The path is no tree that can be assessed; the message says what to do."""


class NoPythonError(TargetError):
    """There is no Python under the path."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can choose; `catalogue` are files with rows of the user's own."""

    catalogue: tuple[Path, ...] = field(default=())


def assess(root: Path, settings: Settings = Settings()) -> Assessment:
    """Assess the code base under root without running any of it.

    Raises TargetError if root is no readable folder, NoPythonError if it holds no Python, and
    `assess.catalogue.catalogue.CatalogueError` if the user's own rows are wrong.
    """
    tree, catalogue = _opened(root, settings)
    woven, unresolved = _with_room(lambda: weave(tree, catalogue))
    return _assessment(tree, woven, unresolved)


def explain(root: Path, file: str, line: int, cell: int | None = None, settings: Settings = Settings()) -> Explanation:
    """Why a place is or is not a step.

    Raises what `assess` raises, and `assess.weaving.explaining.NoPlaceError` if there is no such place.
    """
    tree, catalogue = _opened(root, settings)
    return _with_room(lambda: explain_place(tree, catalogue, file, line, cell))


def _opened(root: Path, settings: Settings) -> tuple[SourceTree, Catalogue]:
    if not root.exists():
        raise TargetError(f"{root} does not exist: give the folder of a Python code base")
    if not root.is_dir():
        raise TargetError(f"{root} is not a folder: give the folder that the file is in")
    catalogue = Catalogue.load(settings.catalogue)
    tree = SourceTree(root.resolve())
    if not tree.data:
        raise NoPythonError(f"no Python files under {root}: looked for *.py and *.ipynb outside of environments")
    return tree, catalogue


def _assessment(tree: SourceTree, woven: tuple[WovenPipeline, ...], unresolved: tuple[Unresolved, ...]) -> Assessment:
    def quoted(file: str, line: int, end_line: int, cell: int | None) -> tuple[ExcerptLine, ...]:
        return excerpt(tree, file, line, end_line, cell)

    findings = run_checks(woven, quoted)
    pipelines, answers, recommendation = finish(woven, findings, crash_table)
    target = Target(
        root_name=tree.root.name, commit=_commit(tree.root), files=len(tree.data), lines=tree.count_lines(),
        digests=tree.digests(), skipped=tuple(sorted(set(tree.skipped), key=lambda s: (s.file, s.reason))),
        unresolved=unresolved,
    )  # fmt: skip
    return Assessment(SCHEMA_VERSION, Tool("lastgood", version()), target, pipelines, findings, answers, recommendation)


def version() -> str:
    """The version of this tool as installed."""
    try:
        return metadata.version("lastgood")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def _commit(root: Path) -> str | None:
    """The commit that is checked out at root, read from git's own files: no program runs on the scanned tree."""
    git = root / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head if len(head) in (40, 64) else None
        name = head.removeprefix("ref: ")
        loose = git / name
        if loose.is_file():
            return loose.read_text(encoding="utf-8").strip() or None
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split(" ")[0] for line in packed if line.endswith(f" {name}")), None)
    except (OSError, UnicodeDecodeError):
        return None


def _with_room(work: Callable[[], T]) -> T:
    """Run in a thread with a large stack and the collector off: deep code and many small values."""
    results: list[T] = []
    problems: list[BaseException] = []

    def target() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001 - handed over to the caller below
            problems.append(problem)

    limit, size, collecting = sys.getrecursionlimit(), threading.stack_size(STACK), gc.isenabled()
    sys.setrecursionlimit(DEEPEST)
    gc.disable()
    try:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
    if problems:
        raise problems[0]
    return results[0]
