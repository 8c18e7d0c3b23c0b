"""Which names a run of statements needs from before, and which of those that it sets are read afterwards.

Follows a function body as the interpreter would: branches, loops (their way back too), handlers. Where it cannot know
it says "maybe": a name is read, or is not set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.syntax import Looking, parents_in

_Suite = cst.BaseSuite | None


@dataclass(slots=True)
class Looked:
    """What a run of statements reads before it sets it, and what it has surely set where it ends (None: never ends)."""

    reads: dict[str, None] = field(default_factory=dict)
    sets: set[str] | None = field(default_factory=set)

    def read(self, names: Sequence[str]) -> None:
        """Names that are read here, unless they are set by then."""
        known = self.sets or set()
        self.reads |= dict.fromkeys(n for n in names if n not in known)


@dataclass(frozen=True, slots=True)
class Place:
    """What holds around a run of statements: names that may and that must be set before, names that are read after."""

    maybe_set: frozenset[str]
    surely_set: frozenset[str]
    read_after: frozenset[str]


def look(statements: Sequence[cst.CSTNode], known: frozenset[str] = frozenset()) -> Looked:
    """Follow statements in a row."""
    found = Looked(sets=set(known))
    for node in statements:
        if found.sets is None:
            break
        _statement(node, found)
    return found


def statements_of(suite: _Suite) -> list[cst.CSTNode]:
    """The statements of a suite, whether it is indented or stands on the line of its colon."""
    if suite is None:
        return []
    if isinstance(suite, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine(suite.body)]
    return list(suite.body)


def _statement(node: cst.CSTNode, found: Looked) -> None:
    if isinstance(node, cst.SimpleStatementLine):
        for small in node.body:
            _small(small, found)
    elif isinstance(node, cst.If):
        found.read(reads(node.test))
        _set(found, binds(node.test))
        orelse = node.orelse
        other = [orelse] if isinstance(orelse, cst.If) else statements_of(orelse.body if orelse else None)
        _join(found, [statements_of(node.body), other])
    elif isinstance(node, cst.For):
        found.read(reads(node.iter))
        _loop(found, node, target_names(node.target))
    elif isinstance(node, cst.While):
        found.read(reads(node.test))
        _loop(found, node, [])
    elif isinstance(node, cst.With):
        found.read([n for n in reads(*node.items) if n not in binds(*node.items)])
        _set(found, binds(*node.items))
        _through(found, statements_of(node.body))
    elif isinstance(node, cst.Try | cst.TryStar):
        _try(found, node)
    elif isinstance(node, cst.Match):
        found.read(reads(node.subject))
        found.read([n for c in node.cases for n in look(statements_of(c.body)).reads if n not in binds(c.pattern)])
    else:
        found.read(reads(node))
        _set(found, binds(node))


def _small(small: cst.BaseSmallStatement, found: Looked) -> None:
    found.read(reads(small))
    if isinstance(small, cst.Return | cst.Raise | cst.Break | cst.Continue):
        found.sets = None
    elif isinstance(small, cst.Del):
        gone = set(reads(small.target))
        found.sets = None if found.sets is None else found.sets - gone
    elif not (isinstance(small, cst.AnnAssign) and small.value is None):
        _set(found, binds(small))


def _set(found: Looked, names: Sequence[str]) -> None:
    if found.sets is not None:
        found.sets |= set(names)


def _through(found: Looked, statements: Sequence[cst.CSTNode]) -> None:
    inner = look(statements, frozenset(found.sets or ()))
    found.reads |= inner.reads
    found.sets = inner.sets


def _join(found: Looked, branches: Sequence[Sequence[cst.CSTNode]]) -> None:
    ends = [look(branch, frozenset(found.sets or ())) for branch in branches]
    for end in ends:
        found.reads |= end.reads
    open_ends = [e.sets for e in ends if e.sets is not None]
    found.sets = set.intersection(*open_ends) if open_ends else None


def _loop(found: Looked, node: cst.For | cst.While, targets: list[str]) -> None:
    before = frozenset(found.sets or ())
    found.reads |= look(statements_of(node.body), before | set(targets)).reads
    found.reads |= look(statements_of(node.orelse.body if node.orelse else None), before).reads
    if _for_ever(node) and not _leaves(node.body):
        found.sets = None


def _for_ever(node: cst.For | cst.While) -> bool:
    return isinstance(node, cst.While) and isinstance(node.test, cst.Name) and node.test.value == "True"


def _leaves(body: cst.BaseSuite) -> bool:
    """Whether a `break` of this loop stands in its body."""
    for node in _blocks(statements_of(body)):
        if isinstance(node, cst.SimpleStatementLine) and any(isinstance(s, cst.Break) for s in node.body):
            return True
    return False


def _blocks(statements: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Statements and those inside them, but not inside loops and functions."""
    for node in statements:
        yield node
        if isinstance(node, cst.For | cst.While | cst.FunctionDef | cst.ClassDef):
            continue
        for suite in suites(node):
            yield from _blocks(statements_of(suite))


def suites(node: cst.CSTNode) -> list[cst.BaseSuite]:
    """The suites of a compound statement, in the order of the text."""
    if isinstance(node, cst.If):
        rest = suites(node.orelse) if isinstance(node.orelse, cst.If) else [node.orelse.body] if node.orelse else []
        return [node.body, *rest]
    if isinstance(node, cst.For | cst.While):
        return [node.body, *([node.orelse.body] if node.orelse else [])]
    if isinstance(node, cst.With):
        return [node.body]
    if isinstance(node, cst.Try | cst.TryStar):
        found = [node.body, *(h.body for h in node.handlers)]
        return [*found, *(part.body for part in (node.orelse, node.finalbody) if part is not None)]
    if isinstance(node, cst.Match):
        return [case.body for case in node.cases]
    return []


def _try(found: Looked, node: cst.Try | cst.TryStar) -> None:
    before = frozenset(found.sets or ())
    body = look([*statements_of(node.body), *statements_of(node.orelse.body if node.orelse else None)], before)
    found.reads |= body.reads
    ends = [body.sets]
    for handler in node.handlers:
        name = handler.name.name if handler.name is not None else None
        caught = {name.value} if isinstance(name, cst.Name) else set()
        if handler.type is not None:
            found.read(reads(handler.type))
        inside = look(statements_of(handler.body), before | caught)
        found.reads |= {n: None for n in inside.reads if n not in caught}
        ends.append(None if inside.sets is None else inside.sets - caught)
    open_ends = [e for e in ends if e is not None]
    found.sets = set.intersection(*open_ends) if open_ends else None
    if node.finalbody is not None:
        last = look(statements_of(node.finalbody.body), before)
        found.reads |= last.reads
        if last.sets is None:
            found.sets = None
        elif found.sets is not None:
            found.sets |= last.sets


def place_of(body: cst.BaseSuite, group: Sequence[cst.CSTNode], parameters: Sequence[str]) -> Place:
    """What holds around these statements, which stand in a row somewhere in the body."""
    finding = _Finding(group, body)
    finding.block(statements_of(body), set(parameters), set(parameters), set())
    found = finding.place or Place(frozenset(parameters), frozenset(parameters), frozenset(reads(body)))
    late = _Late(frozenset(map(_itself, group)))
    late.look(body)
    return Place(found.maybe_set, found.surely_set, found.read_after | late.names)


def _itself(statement: cst.CSTNode) -> cst.CSTNode:
    """What a statement is known by: a line by its first part, since lines are put together anew."""
    return statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and statement.body else statement


def _around(node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> set[cst.CSTNode]:
    found: set[cst.CSTNode] = set()
    while (parent := parents.get(node)) is not None:
        found.add(parent)
        node = parent
    return found


class _Finding:
    """Goes down to the group; `after` is what is read once the block that it is in has ended."""

    def __init__(self, group: Sequence[cst.CSTNode], body: cst.BaseSuite) -> None:
        self._group = list(group)
        self._all = set(binds(*statements_of(body)))
        self._around = _around(_itself(group[0]), parents_in(body))
        self.place: Place | None = None

    def block(
        self, statements: Sequence[cst.CSTNode], maybe: set[str], surely: set[str] | None, after: set[str]
    ) -> None:
        """Look for the group in a block; nothing if it is not there."""
        maybe = set(maybe)
        for index, node in enumerate(statements):
            if self.place is not None:
                return
            if _itself(node) is _itself(self._group[0]):
                end = index + len(self._group)
                self.place = Place(
                    frozenset(maybe),
                    frozenset(maybe if surely is None else surely),
                    frozenset(_then(statements[end:], after)),
                )
                return
            if node in self._around:
                self._inside(node, maybe, surely, _then(statements[index + 1 :], after))
            maybe |= set(binds(node))
            surely = None if surely is None else look([node], frozenset(surely)).sets

    def _inside(self, node: cst.CSTNode, maybe: set[str], surely: set[str] | None, after: set[str]) -> None:
        if isinstance(node, cst.For | cst.While):
            again = set(look([node]).reads) | after
            targets = set(target_names(node.target)) if isinstance(node, cst.For) else set()
            inner = None if surely is None else surely | targets
            self.block(statements_of(node.body), maybe | set(binds(node)), inner, again)
            if node.orelse is not None:
                self.block(statements_of(node.orelse.body), maybe | set(binds(node)), surely, after)
        elif isinstance(node, cst.Try | cst.TryStar):
            self._try(node, maybe, surely, after)
        elif isinstance(node, cst.FunctionDef):
            own = set(parameter_names(node.params))
            self.block(statements_of(node.body), maybe | own | self._all, (surely or set()) | own | self._all, set())
        else:
            held = set(binds(*node.items)) if isinstance(node, cst.With) else set()
            held |= set(binds(node.test)) if isinstance(node, cst.If) else set()
            for suite in suites(node):
                self.block(
                    statements_of(suite), maybe | set(binds(node)), None if surely is None else surely | held, after
                )

    def _try(self, node: cst.Try | cst.TryStar, maybe: set[str], surely: set[str] | None, after: set[str]) -> None:
        last = statements_of(node.finalbody.body if node.finalbody else None)
        then = _then(last, after)
        handled = {n for h in node.handlers for n in look(statements_of(h.body)).reads}
        orelse = statements_of(node.orelse.body if node.orelse else None)
        self.block(statements_of(node.body), maybe, surely, _then(orelse, then) | handled)
        inside = maybe | set(binds(node))
        for handler in node.handlers:
            name = handler.name.name if handler.name is not None else None
            caught = {name.value} if isinstance(name, cst.Name) else set()
            self.block(statements_of(handler.body), inside | caught, None if surely is None else surely | caught, then)
        done = None if surely is None else look(statements_of(node.body), frozenset(surely)).sets
        self.block(orelse, inside, done, then)
        self.block(last, inside, surely, after)


def _then(statements: Sequence[cst.CSTNode], after: set[str]) -> set[str]:
    """What may be read from here on: by these statements, and by what follows them."""
    looked = look(statements)
    if looked.sets is None:
        # It may leave by `break` or `continue` too, and what is read there is in `after`.
        return set(looked.reads) | after
    return set(looked.reads) | (after - looked.sets)


class _Late(Looking):
    """Names that functions inside the function read: nobody knows when."""

    def __init__(self, group: frozenset[cst.CSTNode]) -> None:
        self._group = group
        self.names: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _itself(node) in self._group:
            return False
        if isinstance(node, cst.FunctionDef | cst.Lambda):
            self.names |= set(reads(node))
        return super().on_visit(node)
