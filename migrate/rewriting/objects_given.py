"""Objects of the legacy code's own classes that a function on the way hands to its caller, which is the workflow."""

from __future__ import annotations

import libcst as cst

from migrate.plan import How
from migrate.rewriting.draft import Draft, Note, UntranslatableError
from migrate.rewriting.given_back import gives_unknown, gives_what_lives
from migrate.rewriting.sites import Site
from migrate.rewriting.source import Function
from migrate.rewriting.syntax import walk


def refuse_or_ask(draft: Draft, caller: Function, site: Site) -> None:
    """What lives in one process stays with those who use it; of what may not be storable a question asks.

    Raises UntranslatableError.
    """
    callee = site.callee
    if callee is None or not _is_used(caller, site):
        return
    if gives_what_lives(draft.copies.valued, callee):
        raise UntranslatableError("it gives an object that lives in one process", callee.module.file, callee.line)
    _ask_whether_stored(draft, callee)


def ask_of_results(draft: Draft) -> None:
    """The same question for functions that activities call as they are."""
    modules = {module.dotted: module for module in draft.legacy.read()}
    for unit in draft.units:
        home = modules.get(unit.module)
        callee = home.functions.get(unit.symbol) if home is not None and unit.how is How.CALLED else None
        if callee is not None and not unit.returns.storable:
            _ask_whether_stored(draft, callee)


def _ask_whether_stored(draft: Draft, callee: Function) -> None:
    """A question, once for each class, where a function gives an object that keeps whatever it has been given."""
    unknown = gives_unknown(draft.copies.valued, callee)
    if unknown is None:
        return
    note = Note(
        callee.module.file,
        callee.line,
        f"Does {unknown[1]} hold plain data only?",
        f"{callee.qualname} gives one; between steps it is stored as a record of its fields, whose types nobody says",
        "with a client or a stream in a field the step fails for good, after its work has been done",
    )
    if all(known.what != note.what for known in draft.notes):
        draft.notes.append(note)


def _is_used(caller: Function, site: Site) -> bool:
    alone = [n.value for n in walk(caller.node.body) if isinstance(n, cst.Expr)]
    return not any((n.expression if isinstance(n, cst.Await) else n) is site.node for n in alone)
