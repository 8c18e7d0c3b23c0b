"""What is copied from the original: types, constants and pure functions, and the errors that it handles."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import import_lines
from migrate.rewriting.copies import Copied, CopyKind
from migrate.rewriting.draft import Draft


def originals_part(draft: Draft) -> Context:
    """The copies in an order in which each finds what it needs."""
    wanted: dict[str, Copied] = {}

    def add(name: str) -> None:
        if name in wanted or name not in draft.copies.taken:
            return
        copied = draft.copies.taken[name]
        for needed in copied.needs:
            if needed != name:
                add(needed)
        wanted[name] = copied

    for name in draft.copied:
        add(name)
    imports = {name: (module, member) for c in wanted.values() for module, member, name in c.imports}
    ordered = list(wanted.values())
    return {
        "copies": [
            {"file": c.file, "line": c.line, "text": c.text, "gap": "" if c.kind is CopyKind.CONSTANT else "\n"}
            for c in ordered
        ],
        "type_copies": [c for c in ordered if c.kind is CopyKind.TYPE],
        "all_copies": ordered,
        "imports": import_lines(imports),
    }


def handled_errors(draft: Draft) -> list[tuple[str, str]]:
    """The errors that handlers name, by package and name, and the class in the workflow."""
    found = {f"{c.dotted.partition('.')[0]}.{c.name}": c.name for c in draft.caught.values()}
    for name in draft.fails_with:
        copied = draft.copies.taken.get(name)
        if copied is not None:
            found[f"{copied.module.partition('.')[0]}.{name}"] = name
        elif name not in draft.caught:
            found[f"builtins.{name}"] = name
    for name in draft.handled:
        found[f"builtins.{name}"] = name
    return sorted(found.items())


def own_failures(draft: Draft) -> list[str]:
    """The copied error classes that may end the run."""
    return [name for name in draft.fails_with if name not in draft.caught]


def names_in(code: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in the code."""
    words = set(re.findall(r"\w+", code))
    return [n for n in names if n in words]
