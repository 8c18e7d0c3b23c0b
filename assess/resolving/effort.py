"""How much of a tree is read and followed: all of it, unless it is very large; then what promises most, first.

The cost of a very large tree is bounded by design (see docs/performance.md); what is left out gets its lines under
`skipped`, so that nobody takes "not looked at" for "nothing there".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assess.catalogue.catalogue import Catalogue
from assess.model.source import Skipped
from assess.reading.promise import Promise, promises
from assess.reading.testing import is_test
from assess.reading.tree import SourceTree

READ_WHOLE = 6_000_000
"""Bytes of source (some 150,000 lines) up to which every file is read; of a larger tree so many bytes are."""
MOST_CALLS = 1500
"""Function bodies followed for one entry; a run that needs more is cut and says so."""
CALLS_BEFORE_SHORT = 40_000
"""Function bodies followed for a whole tree, after which each further entry gets only FEW_CALLS."""
FEW_CALLS = 150
CALLS_IN_ALL = 60_000
"""Function bodies followed in all, after which no entry is followed any more."""
CALLS_IN_VERY_LARGE = 15_000
SHARE_IN_VERY_LARGE = 40
"""The same for a very large tree, and what one entry of it gets: many entries in part tell more than a few whole."""
UNLIMITED = 1 << 62


@dataclass(frozen=True, slots=True)
class Effort:
    """What a session may do: the files it reads from the start, in this order, and the calls it follows."""

    files: tuple[str, ...]
    calls: int = CALLS_IN_ALL
    before_short: int = CALLS_BEFORE_SHORT
    share: int = FEW_CALLS

    def for_entry(self, spent: int) -> int:
        """The function bodies that the next entry may follow, after so many have been."""
        return MOST_CALLS if spent < self.before_short else self.share


def effort(tree: SourceTree, catalogue: Catalogue, *, thorough: bool = False) -> Effort:
    """What is read of this tree; what is not is noted in its `skipped`."""
    paths = sorted(tree.data)
    if thorough:
        return Effort(tuple(paths), UNLIMITED, UNLIMITED)
    if sum(map(len, tree.data.values())) <= READ_WHOLE:
        return Effort(tuple(paths))
    found = promises(tree.data, catalogue.model_roots, catalogue.roots)
    room = READ_WHOLE
    chosen: list[str] = []
    late: list[str] = []
    for path in sorted(paths, key=lambda p: (is_test(p), found[p], p)):
        if found[path] is Promise.NOTHING or is_test(path):
            continue
        room -= len(tree.data[path])
        (chosen if room >= 0 else late).append(path)
    quiet = sum(promise is Promise.NOTHING for promise in found.values())
    tree.skipped.append(Skipped(".", f"{quiet} files name nothing outside of the process: read only where imported"))
    tree.skipped += left_out(late, f"files not read: of a tree this large {READ_WHOLE // 1_000_000} MB are")
    return Effort(tuple(chosen), CALLS_IN_VERY_LARGE, 0, SHARE_IN_VERY_LARGE)


def left_out(files: Iterable[str], what: str) -> list[Skipped]:
    """A line for each folder at the top: how many of its files (or entries) were left out, why, and what helps."""
    count = Counter(path.partition("/")[0] + "/" if "/" in path else path for path in files)
    return [
        Skipped(folder, f"{number} {what}; assess this folder alone, or use --thorough")
        for folder, number in sorted(count.items())
    ]
