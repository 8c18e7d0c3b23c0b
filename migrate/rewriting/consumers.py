"""Loops that take messages: the loop stays with its process, what it does with one message becomes the run.

A consumer goes round for ever (or is a callback that a queue calls): it takes something, works on it and says so. Only
the work is worth recording. This room finds it among the statements of the loop: the call of one function, the
handler, or the statements themselves with the values of the message that they read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from assess.model.step import Step, Visit
from migrate.rewriting.changing import changed_in
from migrate.rewriting.exits import Exits
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.taking import Reading, is_costly

Visits = list[tuple[Step, Visit]]
_FLAGS = re.compile(r"stop|exit|shut|quit|run|alive|active|closed|cancel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A function that takes messages, and the statements in it that work on one.

    `handler` is the call that does all of the work, None where the statements do it themselves; `given` are the
    values of the message that they read, `setup` what the function prepares for them before it begins to take.
    `request`: what is taken is a request, by its handler.
    """

    visits: Visits
    left: Visits
    region: list[cst.BaseStatement]
    handler: Site | None
    given: tuple[str, ...]
    setup: list[cst.BaseStatement]
    acknowledged: list[cst.Call]
    request: bool = False


def consumer_in(way: Route, *, is_callback: bool) -> Consumer | None:
    """The consumer that this function is, None if it is none; `is_callback`: a queue calls it with each message."""
    if way.lost or way.local_calls or not way.sites:
        return None
    reading = Reading(way)
    body = _statements(way.function.node.body)
    found = _called_with_a_message(reading, body) if is_callback else _going_round(reading, body)
    return None if found is None else _consumer(reading, found)


def _statements(suite: cst.BaseSuite) -> list[cst.BaseStatement]:
    return [s for s in statements_of(suite) if isinstance(s, cst.BaseStatement)]


@dataclass(slots=True)
class _Found:
    """The work on one message, the names that come from the message, and what stands before the loop."""

    region: list[cst.BaseStatement] = field(default_factory=list)
    taken: dict[str, None] = field(default_factory=dict)
    before: list[cst.BaseStatement] = field(default_factory=list)


def _called_with_a_message(reading: Reading, body: list[cst.BaseStatement]) -> _Found | None:
    if not any(reading.acknowledges(s) for s in body):
        return None
    found = _Found(taken=dict.fromkeys(parameter_names(reading.way.function.node.params)))
    return found if _One(reading, found).work_in(body) else None


def _going_round(reading: Reading, body: list[cst.BaseStatement]) -> _Found | None:
    """The loop without an end in which all of the function's work stands."""
    at = next((n for n, s in enumerate(body) if reading.work(s)), None)
    if at is None or any(reading.work(s) for s in body[at + 1 :]):
        return None
    statement = body[at]
    if isinstance(statement, cst.With) or (isinstance(statement, cst.Try) and not reading.works_on_errors(statement)):
        found = _going_round(reading, _statements(statement.body))
    elif isinstance(statement, cst.While) and _is_endless(reading, statement):
        found = _Found()
        found = found if _One(reading, found).work_in(_statements(statement.body)) else None
    elif isinstance(statement, cst.For) and reading.is_stream(statement):
        found = _Found(taken=dict.fromkeys(target_names(statement.target)))
        found = found if _One(reading, found).work_in(_statements(statement.body)) else None
    else:
        return None
    if found is not None:
        found.before = [*body[:at], *found.before]
    return found


def _is_endless(reading: Reading, loop: cst.While) -> bool:
    if reading.takes(loop) or reading.acknowledges(loop):
        return True
    endless = dotted_name(loop.test) == "True" or isinstance(loop.test, cst.Integer)
    endless = endless or bool(_FLAGS.search(reading.text(loop.test)))
    return endless and reading.rests(loop) and not {"break", "return"} & set(Exits(_statements(loop.body)).kinds)


class _One:
    """Goes down from a loop's body to the statements that work on one message."""

    def __init__(self, reading: Reading, found: _Found) -> None:
        self._reading = reading
        self._found = found

    def work_in(self, body: Sequence[cst.BaseStatement]) -> bool:
        """Note the statements; False if the code does not show what one message is."""
        reading, taken = self._reading, self._found.taken
        for at, statement in enumerate(body):
            if not reading.work(statement):
                if reading.takes(statement) or set(taken) & set(reads(statement)):
                    taken |= dict.fromkeys(binds(statement))
                continue
            if not any(reading.work(s) for s in body[at + 1 :]):
                inner = self._inside(statement)
                if inner is not None:
                    return self.work_in(inner)
            if not self._takes_what_may_be_missing(body, at):
                self._found.region = self._without_end(body[self._beginning(body, at) :])
                return bool(taken)
            taken |= dict.fromkeys(binds(statement))
        return False

    def _beginning(self, body: Sequence[cst.BaseStatement], at: int) -> int:
        """Where the run begins: at its first step, or above where fewer values have to be handed over then."""
        taken = set(self._found.taken)
        best, given = at, taken & set(self._reading.wanted(body[at:]))
        for start in range(at - 1, -1, -1):
            statement = body[start]
            if (
                not isinstance(statement, cst.SimpleStatementLine)
                or self._reading.sites(statement)
                or not binds(statement)
            ):
                break
            wanted = taken & set(self._reading.wanted(body[start:]))
            if wanted < given:
                best, given = start, wanted
        return best

    def _takes_what_may_be_missing(self, body: Sequence[cst.BaseStatement], at: int) -> bool:
        """Whether this only reads, and a round ends right after it if nothing was found."""
        statement = body[at]
        if self._found.taken or any(is_costly(s) for s in self._reading.work(statement)):
            return False
        bound = set(binds(statement))
        after = next((s for s in body[at + 1 :] if bound & set(reads(s))), None)
        return isinstance(after, cst.If) and not self._reading.work(after.test) and bool(bound & set(reads(after.test)))

    def _inside(self, statement: cst.BaseStatement) -> list[cst.BaseStatement] | None:
        """The body of a statement that belongs to the taking: the messages of one answer, a handler around it all."""
        reading, taken = self._reading, self._found.taken
        if isinstance(statement, cst.For) and statement.orelse is None:
            from_take = not set(taken).isdisjoint(reads(statement.iter))
            looks = not taken and (bool(reading.sites(statement.iter)) or reading.asks_an_object(statement.iter))
            if (from_take or looks) and not any(is_costly(s) for s in reading.work(statement.iter)):
                taken |= dict.fromkeys(target_names(statement.target))
                return _statements(statement.body)
        if isinstance(statement, cst.Try):
            plain = statement.orelse is None and not reading.works_on_errors(statement)
            return _statements(statement.body) if plain else None
        if isinstance(statement, cst.If) and not set(taken).isdisjoint(reads(statement.test)):
            other = statement.orelse
            idle = other is None or (isinstance(other, cst.Else) and not reading.work(other))
            return _statements(statement.body) if idle and not reading.work(statement.test) else None
        return None

    def _without_end(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """The statements up to the last one that is neither an acknowledgement nor a pause."""
        kept = list(body)
        while self._reading.acknowledges(kept[-1]) or self._reading.pauses(kept[-1]):
            kept.pop()
            if not kept or self._reading.work(kept[-1]):
                break
        return kept


def _consumer(reading: Reading, found: _Found) -> Consumer | None:
    sites = [s for node in found.region for s in reading.work(node)]
    visits = [v for s in sites for v in s.visits]
    others = [s for s in reading.way.sites.values() if s not in sites and not reading.is_of_queue(s)]
    exits = Exits(found.region)
    if len(visits) < 2 or any(is_costly(s) for s in others):
        return None
    if exits.yields or exits.outer_names or {"break", "return"} & set(exits.kinds):
        return None
    wanted = reading.wanted(found.region)
    setup = _setup(found.before, wanted)
    handler = _handler(reading, found, sites)
    if handler is None and not _stands_alone(reading, found, wanted, setup):
        return None
    left = [v for v in reading.way.visits if v not in visits]
    given = tuple(n for n in found.taken if n in wanted and n not in ("self", "cls"))
    acknowledged = [c for s in found.region for c in reading.calls(s) if reading.is_ack(c)]
    return Consumer(visits, left, found.region, handler, given, setup, acknowledged)


def _stands_alone(reading: Reading, found: _Found, wanted: Sequence[str], setup: Sequence[cst.BaseStatement]) -> bool:
    """Whether one round leaves nothing for the next, and all that it needs can be made anew for each run."""
    prepared = {n for s in setup for n in binds(s)}
    before = {n for s in found.before for n in binds(s)} - prepared - set(found.taken)
    changed = {*binds(*found.region), *changed_in(found.region)}
    return not before & set(wanted) and not prepared & changed and not any(reading.sites(s) for s in setup)


def _setup(before: Sequence[cst.BaseStatement], wanted: Sequence[str]) -> list[cst.BaseStatement]:
    """What stands before the loop and sets names that the work reads, in its order."""
    needed = set(wanted)
    kept: list[cst.BaseStatement] = []
    for statement in reversed(before):
        if isinstance(statement, cst.SimpleStatementLine) and needed & set(binds(statement)):
            kept.insert(0, statement)
            needed |= set(reads(statement))
    return kept


def _handler(reading: Reading, found: _Found, sites: Sequence[Site]) -> Site | None:
    """The call that does all of the work, if nothing that it is called with is made before the loop."""
    site = sites[0] if len(sites) == 1 else None
    if site is None or site.callee is None or site.opaque or site.inner is None or site.inner.lost:
        return None
    own = next(s for s in found.region if site in reading.work(s))
    made_before = {n for s in found.before for n in binds(s)}
    if site.callee.nested or site.callee.name == "__init__" or not isinstance(own, cst.SimpleStatementLine):
        return None
    return None if made_before & set(reads(site.node)) else site
