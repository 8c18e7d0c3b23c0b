"""The state of one abstract run: where it is, what it has emitted, and how much it may still do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial

from assess.catalogue.catalogue import Catalogue
from assess.catalogue.facts import Client, Fact, Read, Telemetry
from assess.model.source import Unresolved
from assess.model.step import Retry, Timeout, Via
from assess.reading.versions import Dependencies, Used
from assess.resolving.effort import FEW_CALLS, Effort
from assess.resolving.program import ClassInfo, FunctionInfo, Program
from assess.resolving.scopes import Scope
from assess.resolving.trace import Event, Node, Parallel, Recursed, Site, Spot, Trace
from assess.resolving.values import NONE, Class, Configuration, External, Instance, Origins, Value

DEEPEST_CALL = 40
MOST_VISITS = 16
"""Ways to one place that are kept apart; in a run with MANY_VISITS, FEW_VISITS of each further place."""
MANY_VISITS = 120
FEW_VISITS = 2
NEAR = 2
"""Calls inside each other up to which a place is kept apart all the same: what an entry does itself is what it is."""


@dataclass(eq=False, slots=True)
class Arguments:
    """The arguments of one call, as values; `open` says that `*args` or `**kwargs` of unknown content went in."""

    positional: list[Value]
    keywords: dict[str, Value]
    node: ast.Call | None
    scope: Scope
    open: bool = False
    rest: Origins = NONE
    """Where what is passed on by `**` of unknown content comes from."""

    def get(self, position: int, *names: str) -> Value | None:
        """The argument of one of these names, or at this position."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.positional[position] if 0 <= position < len(self.positional) else None

    def all(self) -> list[Value]:
        """All argument values."""
        return [*self.positional, *self.keywords.values(), *([Value(self.rest)] if self.rest else [])]

    def after(self, count: int, *without: str) -> Arguments:
        """The arguments without the first `count` and without these names."""
        keywords = {k: v for k, v in self.keywords.items() if k not in without}
        return Arguments(self.positional[count:], keywords, self.node, self.scope, self.open, self.rest)


@dataclass(frozen=True, slots=True)
class Decoration:
    """One decorator on a function: the dotted path outside the tree, and its arguments if it was called."""

    path: str
    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    made: Configuration | None = None
    called: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A function of the tree that is being followed: what it shows so far, and how many calls lead to it."""

    info: FunctionInfo
    bound: Value | None
    trace: Trace
    calls: int
    recursed: list[Recursed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Handed:
    """A function that was handed to something that will start it; `path` is the callee that it was handed to."""

    path: str
    function: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Operations:
    """What the parts of the interpreter ask of each other; each is a function of its own file."""

    evaluate: Callable[[Run, ast.expr, Scope], Value]
    """The value of an expression."""
    execute: Callable[[Run, list[ast.stmt], Scope], str | None]
    """Follow statements; how control leaves them before their end, or None."""
    call: Callable[[Run, Value, Arguments], Value]
    """The value of a call."""
    attribute: Callable[[Run, Value, str], Value]
    """The value of an attribute."""
    promise: Callable[[Run, ast.expr, Scope], Value]
    """What a name with this annotation may be."""


class _Counting:
    """Inside, a counter of a run is one higher. A class and no generator: nothing is entered more often."""

    __slots__ = ("_counter", "_run")

    def __init__(self, run: Run, counter: str) -> None:
        self._run = run
        self._counter = counter

    def __enter__(self) -> None:
        setattr(self._run, self._counter, getattr(self._run, self._counter) + 1)

    def __exit__(self, *problem: object) -> None:
        setattr(self._run, self._counter, getattr(self._run, self._counter) - 1)


class _Capturing:
    """Inside, a run writes to a trace of its own."""

    __slots__ = ("_outer", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run

    def __enter__(self) -> Trace:
        self._outer = self._run.trace
        self._run.trace = inner = Trace()
        return inner

    def __exit__(self, *problem: object) -> None:
        self._run.trace = self._outer


@dataclass(eq=False)
class Session:
    """What all runs over one tree share: modules followed once, decorators seen, calls in no catalogue."""

    program: Program
    catalogue: Catalogue
    operations: Operations
    effort: Effort
    module_scopes: dict[str, Scope] = field(default_factory=dict)
    decorations: dict[int, list[Decoration]] = field(default_factory=dict)
    wrapped: dict[int, Value] = field(default_factory=dict)
    """What decorators of the tree made of methods, by the method's syntax."""
    giving_up: set[int] = field(default_factory=set)
    """Handlers, by their syntax, that go round again and raise in the end."""
    unresolved: dict[tuple[str, int, str], Unresolved] = field(default_factory=dict)
    class_scopes: dict[int, Scope] = field(default_factory=dict)
    called: set[int] = field(default_factory=set)
    silent: dict[tuple[int, object], object] = field(default_factory=dict)
    enclosing: dict[int, Scope] = field(default_factory=dict)
    graphs: dict[int, object] = field(default_factory=dict)
    codecs: dict[int, object] | None = None
    handed: list[Handed] = field(default_factory=list)
    tools: dict[int, list[Value]] = field(default_factory=dict)
    numbers: int = 0
    calls: int = 0
    services: dict[object, object] = field(default_factory=dict)
    setters: dict[int, dict[str, list[FunctionInfo]]] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    class_attributes: dict[tuple[int, str], Value] = field(default_factory=dict)
    mentioned: dict[str, bool] = field(default_factory=dict)
    set_up: dict[str, dict[object, Configuration]] = field(default_factory=dict)
    facts: dict[str, Fact | None] = field(default_factory=dict)
    clients: dict[str, Client | None] = field(default_factory=dict)
    ancestries: dict[int, tuple[Class | External, ...]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    unfollowed: list[str] = field(default_factory=list)
    """Files of entries that were not followed, because the effort was spent."""

    def spent(self, file: str) -> bool:
        """Whether an entry in this file can no longer be followed; it is noted then."""
        if self.calls < self.effort.calls:
            return False
        self.unfollowed.append(file)
        return True

    def fact(self, path: str) -> Fact | None:
        """The catalogue's fact for a path, asked once."""
        if path not in self.facts:
            self.facts[path] = self.catalogue.fact(path)
        return self.facts[path]

    def mentions(self, word: str) -> bool:
        """Whether some Python file of the tree speaks of this word."""
        if word not in self.mentioned:
            self.mentioned[word] = any(word.encode() in data for data in self.program.tree.data.values())
        return self.mentioned[word]

    def telemetry(self, path: str) -> Telemetry | None:
        """Where a call of this path sends traces or telemetry, or None."""
        return self.catalogue.telemetry(path)

    def client(self, path: str) -> Client | None:
        """The catalogue's client for a path, asked once."""
        if path not in self.clients:
            self.clients[path] = self.catalogue.client(path)
        return self.clients[path]

    @cached_property
    def dependencies(self) -> Dependencies:
        """The versions of packages that the tree asks for."""
        return Dependencies(self.program.tree)

    def used(self, read: Read, file: str) -> Used | None:
        """The version of a row's package that the code of a file runs with; None where nothing tells."""
        return self.dependencies.used(read.package, read.at, file) if read.package else None


class Run:
    """One abstract run, from one entry."""

    def __init__(self, session: Session) -> None:
        self.session = session
        operations = session.operations
        self.evaluate = partial(operations.evaluate, self)
        self.execute = partial(operations.execute, self)
        self.call = partial(operations.call, self)
        self.attribute = partial(operations.attribute, self)
        self.promise = partial(operations.promise, self)
        self.program = session.program
        self.catalogue = session.catalogue
        self.trace = Trace()
        self.events: dict[object, Event] = {}
        self.places: dict[object, list[Event]] = {}
        self.via: list[Via] = []
        self.sites: list[tuple[str, int, int]] = []
        self.stack: list[FunctionInfo] = []
        self.frames: list[Frame] = []
        self.direct: set[Site] = set()
        self.scopes: dict[str, Scope] = {}
        self.assumed: dict[int, Instance] = {}
        self.assuming: list[ClassInfo] = []
        self.implementers: dict[int, list[Value]] = {}
        self.loops = self.parallel = self.conditional = self.muted = self.giving = self.asking = 0
        self.trying = self.limits = 0
        self.retries: list[Retry] = []
        self.timeouts: list[Timeout] = []
        self.awaiting: ast.expr | None = None
        self.main: str | None = None
        self.calls_left = session.effort.for_entry(session.calls)
        self.guessing = 0
        self.hidden = 0
        self.shown: dict[tuple[int, object], Trace] = {}
        self.cuts = 0
        self.spent: dict[tuple[int, object], object] = {}
        self.late: set[tuple[int, str]] = set()
        self.following: list[object] = []
        self.states: list[str] = []
        self.staged: dict[int, set[str]] = {}
        self.groups: list[Parallel | None] = []
        self.called_from_outside = False
        self.asked: set[tuple[str, str]] = set()
        self.dropped: ast.expr | None = None
        self.left: dict[str | int, tuple[Value, Origins]] = {}
        self.raised: Origins = NONE
        self.deciding: list[tuple[Scope, Origins]] = []
        self.declaring: list[object | None] = []

    def crowded(self, place: object) -> bool:
        """Whether a place has been reached on so many ways that one more would hide more than it shows."""
        many = len(self.events) > MANY_VISITS and len(self.sites) > NEAR
        most = FEW_VISITS if many else MOST_VISITS
        return not self.muted and len(self.places.get(place, ())) >= most

    def emit(self, node: Node) -> None:
        """Add a node to the trace that is being written."""
        if not self.muted:
            self.trace.nodes.append(node)

    def capturing(self) -> AbstractContextManager[Trace]:
        """Write to a trace of its own."""
        return _Capturing(self)

    def counting(self, counter: str) -> AbstractContextManager[None]:
        """Inside, `loops`, `parallel`, `conditional`, `muted`, `giving` or `asking` is one higher."""
        return _Counting(self, counter)

    @contextmanager
    def decided_by(self, scope: Scope, deciding: Origins) -> Iterator[None]:
        """Inside, whether the code of this scope runs is decided by these events."""
        self.deciding.append((scope, deciding))
        try:
            yield
        finally:
            self.deciding.pop()

    @contextmanager
    def part_of_budget(self, share: int) -> Iterator[None]:
        """Inside, only one of `share` parts of the calls that are left may be used, so that the others get theirs."""
        left = self.calls_left
        part = self.calls_left = max(left // share, min(left, FEW_CALLS))
        try:
            yield
        finally:
            self.calls_left = left - (part - self.calls_left)

    @contextmanager
    def layer(self, *, retry: Retry | None = None, timeout: Timeout | None = None) -> Iterator[None]:
        """Inside, calls are also under this retry or time-out."""
        if retry is not None:
            self.retries.append(retry)
        if timeout is not None:
            self.timeouts.append(timeout)
        try:
            yield
        finally:
            if retry is not None:
                self.retries.pop()
            if timeout is not None:
                self.timeouts.pop()

    def spot(self, node: ast.AST, scope: Scope) -> Spot:
        """Where a node stands."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        end = getattr(node, "end_lineno", None) or line
        syntax = scope.module.syntax
        if column and syntax is not None:
            column = _in_characters(syntax.lines(scope.cell), line, column)
        return Spot(scope.module.path, line, column, end, scope.cell, scope.qualified_name)


def _in_characters(lines: tuple[str, ...], line: int, column: int) -> int:
    """A column that counts bytes, as the parser gives it, counted in characters."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))


Wrapper = Callable[[Run, Arguments], Value]
