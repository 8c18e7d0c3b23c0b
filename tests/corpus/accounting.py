"""Accounts for every call that looks external in the functions that some run reaches, code base by code base.

    python tests/corpus/accounting.py FOLDER [FOLDER ...] [--show 10]

Each is a step, part of a step (an implementation that is shown where its interface is called), under `unresolved` with
the row to add, or in a file that stands under `skipped`. What is none of these is printed: calls that the catalogue
knows, in runs that make no pipeline, and the rest, for which the exit code is 1. Nothing of the code is run.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assess.catalogue.catalogue import Catalogue
from assess.model.step import Kind
from assess.reading.tree import SourceTree
from assess.resolving import interfaces
from assess.resolving.interpreter import INTERPRETER, open_session
from assess.resolving.running import Arguments, Run, Session
from assess.resolving.unresolved import looks_external
from assess.resolving.values import External, Value, options
from assess.usecases import _with_room
from assess.weaving.pipelines import weave_session

Spot = tuple[str, int | None, int, int]
COLUMNS = ("looks external", "steps", "part of a step", "unresolved", "skipped", "in no pipeline", "nowhere")


@dataclass
class Account:
    """How many calls there are of each sort, and those that are of none."""

    counts: Counter[str] = field(default_factory=Counter)
    nowhere: list[str] = field(default_factory=list)


class _Listener:
    """Notes what is called where, while code is followed as always."""

    def __init__(self) -> None:
        self.seen: dict[Spot, dict[str, External]] = {}
        self.in_interfaces: set[Spot] = set()
        self._asking = 0
        self.operations = replace(INTERPRETER, call=self._call)

    def _call(self, run: Run, callee: Value, arguments: Arguments) -> Value:
        node = arguments.node
        if isinstance(node, ast.Call) and not run.muted:
            scope = arguments.scope
            spot = (scope.module.path, scope.cell, node.lineno, run.spot(node, scope).column)
            found = self.seen.setdefault(spot, {})
            if self._asking:
                self.in_interfaces.add(spot)
            found.update({option.path: option for option in options(callee) if isinstance(option, External)})
        return INTERPRETER.call(run, callee, arguments)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, it is known whether code is followed only to tell what the implementations of a method do."""
        real = interfaces._service  # noqa: SLF001 - the one place where implementations are joined

        def asking(*given: Any) -> Any:
            self._asking += 1
            try:
                return real(*given)
            finally:
                self._asking -= 1

        interfaces._service = asking  # noqa: SLF001
        try:
            yield
        finally:
            interfaces._service = real  # noqa: SLF001


def account(root: Path) -> Account:
    """The account of one code base."""
    tree, catalogue = SourceTree(root.resolve()), Catalogue.load()
    return _with_room(lambda: _account(tree, catalogue))


def _account(tree: SourceTree, catalogue: Catalogue) -> Account:
    listener = _Listener()
    session = open_session(tree, catalogue)
    session.operations = listener.operations
    with listener.listening():
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
        elif spot in listener.in_interfaces:
            sort = "part of a step"
        elif spot[0] in skipped:
            sort = "skipped"
        else:
            known = all(session.fact(c.path) for c in callees.values() if _looks_external(session, c))
            sort = "in no pipeline" if known else "nowhere"
        result.counts.update((COLUMNS[0], sort))
        if sort in COLUMNS[-2:]:
            result.nowhere.append(f"{spot[0]}:{spot[2]}: {', '.join(callees)}")
    return result


def _looks_external(session: Session, callee: External) -> bool:
    fact = session.fact(callee.path)
    if fact is not None:
        return fact.kind is not Kind.WAIT  # some only give others their turn
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
        failed = failed or found.counts["nowhere"] > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
