"""What an abstract run leaves behind: the calls that left the process, in the shape of the code that led to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from assess.catalogue.facts import Fact
from assess.model.observed import HandlerKind, LogKind
from assess.model.step import Retry, Timeout, Via
from assess.reading.versions import Used
from assess.resolving.values import NONE, Configuration, Origins, Value


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the source, with the function it stands in."""

    file: str
    line: int
    column: int
    end_line: int
    cell: int | None
    function: str


Site = tuple[str, int | None, int, int]
"""A call by its place: file, cell, line and column."""


class Gives(StrEnum):
    """What a `return` is known to give."""

    NONE = "none"
    EMPTY = "empty"
    SOMETHING = "something"


@dataclass(frozen=True, slots=True)
class Asked:
    """A test of what a call gave: what that must have been for one arm, and for the other."""

    site: Site
    then: frozenset[Gives]
    otherwise: frozenset[Gives]


@dataclass(eq=False, slots=True)
class Event:
    """One call outside, reached on one way. `uses` are the events whose results go into it."""

    number: int
    spot: Spot
    via: tuple[Via, ...]
    call: str
    path: str
    fact: Fact
    made: Configuration | None
    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    uses: Origins = NONE
    value_names: dict[int, set[str]] = field(default_factory=dict)
    timeout: Timeout = field(default_factory=Timeout)
    retry: Retry = field(default_factory=Retry)
    in_loop: bool = False
    in_parallel: bool = False
    conditional: bool = False
    words: tuple[str, ...] = ()
    sure: bool = True
    limited: bool = False
    """Something limits how many of these calls run at once."""
    used: Used | None = None
    assigned: str | None = None
    result_type: str | None = None
    in_file: bool = False
    """What it gave lies in a file that it wrote."""
    others: list[Configuration] = field(default_factory=list)
    """Further clients that the same call may be made on."""


@dataclass(eq=False, slots=True)
class Again:
    """What is reached on one more way than are kept apart: the visits that are shown elsewhere stand for it."""

    spot: Spot
    shown: Trace

    def parts(self) -> Iterator[Trace]:
        """Nothing: what it stands for is shown elsewhere."""
        return iter(())


@dataclass(eq=False, slots=True)
class Recursed:
    """A function calls itself, directly or through others: the run is at the start of `frame` again.

    `inner` holds what the further call does that the first one does not, with the visits of the first in between.
    """

    spot: Spot
    frame: Trace
    inner: Trace

    def parts(self) -> Iterator[Trace]:
        """What is not shown in the frame."""
        yield self.inner


@dataclass(eq=False, slots=True)
class Yielded:
    """A generator hands over to whoever goes through it: `body` is what is done with what it gives."""

    spot: Spot
    body: Trace

    def parts(self) -> Iterator[Trace]:
        """What is done with it."""
        yield self.body


@dataclass(eq=False, slots=True)
class Trace:
    """Nodes one after another; `exits` says how control leaves before the end (return, raise, continue, break).

    `begins` are the lines of its first statement, if that is a call before which nothing can fail.
    """

    nodes: list[Node] = field(default_factory=list)
    exits: str | None = None
    begins: tuple[int, int] | None = None
    gives: Gives | None = None
    """What it returns, if the code says so."""

    def events(self) -> Iterator[Event]:
        """Every event under here, in order."""
        todo = self.nodes[::-1]
        while todo:
            node = todo.pop()
            if isinstance(node, Event):
                yield node
            elif not isinstance(node, Logged):
                for part in [*node.parts()][::-1]:
                    todo += part.nodes[::-1]

    @property
    def calls(self) -> bool:
        """Whether a call outside is made in here, shown here or elsewhere."""
        return any(
            isinstance(node, Event | Again | Recursed)
            or (not isinstance(node, Logged) and any(part.calls for part in node.parts()))
            for node in self.nodes
        )

    @property
    def silent(self) -> bool:
        """Whether there is no event under here."""
        todo = list(self.nodes)
        while todo:
            node = todo.pop()
            if isinstance(node, Event):
                return False
            if not isinstance(node, Logged):
                for part in node.parts():
                    todo += part.nodes
        return True

    @property
    def quiet(self) -> bool:
        """Whether nothing in here is seen outside: no call, no log line, no error that is caught."""
        return all(
            isinstance(node, Branch | Loop | Parallel | Called | Yielded) and all(part.quiet for part in node.parts())
            for node in self.nodes
        )


@dataclass(eq=False, slots=True)
class Branch:
    """One of the arms runs; `open` says that none may run. `label` is the condition as written.

    `unbroken`: the only arm is the `else` of this loop, and runs if nothing broke out of it.
    """

    spot: Spot
    label: str
    arms: list[tuple[str | None, Trace]]
    open: bool = True
    unbroken: Loop | None = None
    asked: Asked | None = None

    def parts(self) -> Iterator[Trace]:
        """The arms."""
        return (trace for _, trace in self.arms)


@dataclass(eq=False, slots=True)
class Loop:
    """The body runs again and again; `bound` is what limits it as written.

    `endless`: it ends by a `break` only. `sure`: the body runs at least once.
    """

    spot: Spot
    label: str
    bound: str | None
    body: Trace
    endless: bool = False
    sure: bool = False
    asked: Asked | None = None

    def parts(self) -> Iterator[Trace]:
        """The body."""
        yield self.body


@dataclass(eq=False, slots=True)
class Parallel:
    """The branches run at once; one branch with `many` stands for many of its kind. `keeps`: errors are kept apart."""

    spot: Spot
    label: str
    branches: list[Trace]
    many: bool = False

    def parts(self) -> Iterator[Trace]:
        """The branches."""
        return iter(self.branches)


@dataclass(eq=False, slots=True)
class Caught:
    """An error handler: what it catches and does, as far as its syntax shows."""

    kind: HandlerKind
    spot: Spot
    catches: tuple[str, ...]
    raises: bool
    stops: bool
    logs: bool
    leaves: str | None
    trace: Trace


@dataclass(eq=False, slots=True)
class Try:
    """A body with handlers."""

    spot: Spot
    body: Trace
    handlers: list[Caught]
    last: Trace

    def parts(self) -> Iterator[Trace]:
        """Body, handlers, finally."""
        yield self.body
        for handler in self.handlers:
            yield handler.trace
        yield self.last


@dataclass(eq=False, slots=True)
class Called:
    """The body of a function of the tree, called here."""

    spot: Spot
    name: str
    definition: Spot
    body: Trace

    def parts(self) -> Iterator[Trace]:
        """The body."""
        yield self.body


@dataclass(eq=False, slots=True)
class Started:
    """Work started beside; `waited` once somebody waits for it. It is shown there, unless it stays `in_place`."""

    spot: Spot
    how: str
    body: Trace
    waited: bool = False
    in_place: bool = False

    def parts(self) -> Iterator[Trace]:
        """The body, unless it is shown elsewhere."""
        if not self.waited or self.in_place:
            yield self.body


@dataclass(eq=False, slots=True)
class Logged:
    """A log line, print, span or progress event."""

    kind: LogKind
    spot: Spot
    keyed: bool = False


@dataclass(eq=False, slots=True)
class Worked(Logged):
    """Inside a `try`: no call outside of its own. `what` stays in the process and works on what a step gave, as
    written; or, with a `number`, the call is shown as that event, which was reached on so many ways before.
    """

    what: str = ""
    number: int | None = None


@dataclass(eq=False, slots=True)
class Graph:
    """Parts that a framework connects by arrows (indices; -1 is the start, -2 the end)."""

    spot: Spot
    label: str
    nodes: list[tuple[str, Trace]]
    arrows: list[tuple[int, int, str | None]]

    def parts(self) -> Iterator[Trace]:
        """The nodes' traces."""
        return (trace for _, trace in self.nodes)


Node = Event | Again | Recursed | Yielded | Branch | Loop | Parallel | Try | Called | Started | Logged | Graph


def recurses(frame: Trace) -> bool:
    """Whether a function, whose body this is, calls itself."""
    todo = [frame]
    while todo:
        for node in todo.pop().nodes:
            if isinstance(node, Recursed) and node.frame is frame:
                return True
            todo += node.parts() if not isinstance(node, Event | Logged) else ()
    return False
