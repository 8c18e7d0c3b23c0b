"""What the command line asks of this house: one code base, assessed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from assess.checks.run import run_checks
from assess.crashing import crash_table
from assess.keeping import Reading, keep, key_of, recall
from assess.model.assessment import SCHEMA_VERSION, Assessment, Target, Tool
from assess.model.change import Change
from assess.model.collecting import uncollected
from assess.model.explanation import Explanation
from assess.model.source import ExcerptLine, Unresolved
from assess.model.woven import WovenPipeline
from assess.policy.comparing import compare as compare_assessments
from assess.policy.entries import without_ignored
from assess.policy.opening import Decisions, decided, decisions
from assess.policy.patterns import meaning
from assess.policy.values import NOTHING, Policy
from assess.reading.commit import checked_out
from assess.reading.excerpts import excerpt
from assess.reading.tree import SourceTree
from assess.scoring import finish

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
    """What a user can choose: files with more rows of the user's own, what the owner decided, whether a very large
    tree is followed whole, and the folder where readings are kept (none: nothing is kept).
    """

    catalogue: tuple[Path, ...] = field(default=())
    policy: Policy = field(default=NOTHING)
    thorough: bool = False
    kept: Path | None = None


def assess(root: Path, settings: Settings = Settings()) -> Assessment:
    """Assess the code base under root without running any of it.

    Raises TargetError if root is no readable folder, NoPythonError if it holds no Python, and
    `assess.policy.values.PolicyError` with all that is wrong in what the user chose.
    """
    tree, made = _opened(root, settings)
    woven, unresolved = _read(tree, made, settings)
    return _assessment(tree, made, woven, unresolved)


def _read(tree: SourceTree, made: Decisions, settings: Settings) -> Woven:
    """What reading the tree gives, from what was kept if the very same was read before."""
    entries = made.policy.entries_add
    if settings.kept is None:
        return _woven(tree, made, settings)
    rows = (*settings.catalogue, *made.policy.catalogue)
    key = key_of(tree, (f"thorough {settings.thorough}", *entries), rows)
    known = recall(settings.kept, key)
    walked = len(tree.skipped)
    if known is None:
        woven, unresolved = _woven(tree, made, settings)
        keep(settings.kept, key, Reading(woven, unresolved, tuple(tree.skipped[walked:])))
        return woven, unresolved
    tree.skipped += known.skipped
    return known.pipelines, known.unresolved


def _woven(tree: SourceTree, made: Decisions, settings: Settings) -> Woven:
    from assess.weaving.pipelines import weave  # noqa: PLC0415 - what was kept needs nothing of what follows code

    entries = made.policy.entries_add
    return _with_room(lambda: weave(tree, made.catalogue, entries, thorough=settings.thorough))


def compare(old: Assessment, new: Assessment) -> Change:
    """What is new, gone and changed between two assessments of one code base."""
    return compare_assessments(old, new)


def explain(root: Path, file: str, line: int, cell: int | None = None, settings: Settings = Settings()) -> Explanation:
    """Why a place is or is not a step.

    Raises what `assess` raises, and `assess.model.explanation.NoPlaceError` if there is no such place.
    """
    tree, made = _opened(root, settings)
    from assess.weaving.explaining import explain_place  # noqa: PLC0415 - as above

    return _with_room(lambda: explain_place(tree, made.catalogue, file, line, cell, made.policy.entries_add))


def _opened(root: Path, settings: Settings) -> tuple[SourceTree, Decisions]:
    if not root.exists():
        raise TargetError(f"{root} does not exist: give the folder of a Python code base")
    if not root.is_dir():
        raise TargetError(f"{root} is not a folder: give the folder that the file is in")
    tree = SourceTree(root.resolve(), meaning(settings.policy.exclude, settings.policy.source))
    made = decisions(tree, settings.policy, settings.catalogue)
    if not tree.data:
        raise NoPythonError(f"no Python files under {root}: {_looked_for(tree)}")
    return tree, made


def _looked_for(tree: SourceTree) -> str:
    if not tree.skipped:
        return "looked for *.py and *.ipynb outside of environments"
    first, more = tree.skipped[0], len(tree.skipped) - 1
    return f"left out {first.file} ({first.reason})" + (f" and {more} more" if more else "")


def _assessment(
    tree: SourceTree, made: Decisions, found: tuple[WovenPipeline, ...], unresolved: tuple[Unresolved, ...]
) -> Assessment:
    def quoted(file: str, line: int, end_line: int, cell: int | None) -> tuple[ExcerptLine, ...]:
        return excerpt(tree, file, line, end_line, cell)

    woven, left_out = without_ignored(found, made.policy)
    findings, remarks = decided(made, run_checks(woven, quoted, made.checks), woven, tree)
    pipelines, answers, recommendation = finish(woven, findings, crash_table)
    target = Target(
        root_name=tree.root.name, commit=checked_out(tree.root), files=len(tree.data), lines=tree.count_lines(),
        digests=tree.digests(), skipped=tuple(sorted(set(tree.skipped), key=lambda s: (s.file, s.reason))),
        unresolved=unresolved,
    )  # fmt: skip
    tool = Tool("lastgood", version())
    told = (*remarks, *left_out)
    return Assessment(SCHEMA_VERSION, tool, target, pipelines, findings, answers, recommendation, told)


def version() -> str:
    """The version of this tool as installed."""
    try:
        return metadata.version("lastgood")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def _with_room(work: Callable[[], T]) -> T:
    """Run in a thread with a large stack and the collector off: deep code and many small values."""
    results: list[T] = []
    problems: list[BaseException] = []

    def target() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001 - handed over to the caller below
            problems.append(problem)

    limit, size = sys.getrecursionlimit(), threading.stack_size()
    try:
        with uncollected():
            _started(target).join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if problems:
        raise problems[0]
    return results[0]


def _started(target: Callable[[], None]) -> threading.Thread:
    """A thread with as much stack as can be had, and functions that call themselves no deeper than it lets them."""
    for share in (1, 4, 16):
        threading.stack_size(STACK // share)
        sys.setrecursionlimit(DEEPEST // share)
        thread = threading.Thread(target=target, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # so much memory cannot even be set aside
            continue
        return thread
    raise MemoryError("there is no memory to follow code in")
