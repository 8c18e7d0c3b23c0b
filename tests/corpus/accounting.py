"""Accounts for every call that looks external in the functions that some run reaches, code base by code base.

    python tests/corpus/accounting.py FOLDER [FOLDER ...] [--show 10]

Each is a step, part of a step (an implementation that is shown where its interface is called, or one of too many ways
to a place), in a file that stands under `skipped`, or under `unresolved` with the row to add. What is none of these is
printed, and the exit code is 1. Nothing of the code is installed or run.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assess.catalogue.catalogue import Catalogue
from assess.reading.tree import SourceTree
from assess.resolving.interpreter import INTERPRETER, open_session
from assess.resolving.running import Arguments, Run, Session
from assess.resolving.unresolved import looks_external
from assess.resolving.values import External, Value, options
from assess.usecases import _with_room
from assess.weaving.pipelines import weave_session

Spot = tuple[str, int | None, int, int]
COLUMNS = ("looks external", "steps", "part of a step", "unresolved", "skipped", "nowhere")


@dataclass
class Account:
    """How many calls there are of each sort, and those that are of none."""

    counts: Counter[str] = field(default_factory=Counter)
    nowhere: list[str] = field(default_factory=list)


class _Listener:
    """Notes what is called where, while code is followed as always."""

    def __init__(self) -> None:
        self.seen: dict[Spot, dict[str, External]] = {}
        self.operations = replace(INTERPRETER, call=self._call)

    def _call(self, run: Run, callee: Value, arguments: Arguments) -> Value:
        node = arguments.node
        if isinstance(node, ast.Call) and not run.muted:
            scope = arguments.scope
            spot = (scope.module.path, scope.cell, node.lineno, run.spot(node, scope).column)
            found = self.seen.setdefault(spot, {})
            found.update({option.path: option for option in options(callee) if isinstance(option, External)})
        return INTERPRETER.call(run, callee, arguments)


def account(root: Path) -> Account:
    """The account of one code base."""
    tree, catalogue = SourceTree(root.resolve()), Catalogue.load()
    return _with_room(lambda: _account(tree, catalogue))


def _account(tree: SourceTree, catalogue: Catalogue) -> Account:
    listener = _Listener()
    session = open_session(tree, catalogue)
    session.operations = listener.operations
    pipelines, unresolved = weave_session(session, catalogue)
    steps = {(s.file, s.cell, s.line, s.column) for p in pipelines for s in p.steps}
    listed = {(u.file, u.line) for u in unresolved}
    skipped = {s.file for s in tree.skipped}
    result = Account()
    for spot, callees in sorted(listener.seen.items(), key=str):
        if not any(_looks_external(session, callee) for callee in callees.values()):
            continue
        if spot in steps:
            sort = "steps"
        elif (spot[0], spot[2]) in listed:
            sort = "unresolved"
        elif all(session.fact(path) is not None for path, c in callees.items() if _looks_external(session, c)):
            sort = "part of a step"
        else:
            sort = "skipped" if spot[0] in skipped else "nowhere"
        result.counts.update((COLUMNS[0], sort))
        if sort == "nowhere":
            result.nowhere.append(f"{spot[0]}:{spot[2]}: {', '.join(callees)}")
    return result


def _looks_external(session: Session, callee: External) -> bool:
    if session.fact(callee.path) is not None:
        return True
    made = callee.made.path if callee.made is not None else None
    return looks_external(callee.path, made) and not session.catalogue.harmless(callee.path)


def main() -> int:
    """Print a row a code base; 1 if a call stands nowhere."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=10, help="how many of the calls that stand nowhere are shown")
    given = parser.parse_args()
    width = max(len(folder.name) for folder in given.folders)
    sys.stdout.write(" " * width + "".join(f"  {column:>14}" for column in COLUMNS) + "\n")
    failed = False
    for folder in given.folders:
        found = account(folder)
        sys.stdout.write(folder.name.ljust(width) + "".join(f"  {found.counts[c]:>14}" for c in COLUMNS) + "\n")
        sys.stdout.writelines(f"    {line}\n" for line in found.nowhere[: given.show])
        sys.stdout.flush()
        failed = failed or bool(found.nowhere)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
