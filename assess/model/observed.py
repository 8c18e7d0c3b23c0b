"""What checks need besides steps, recorded while the flow is woven so that checks stay free of syntax."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FAILURES = ("abort", "cancel", "dead", "dlq", "error", "fail")
"""Parts of words by which a stored state tells that a run did not succeed."""


class HandlerKind(StrEnum):
    """How an error is caught."""

    EXCEPT = "except"
    SUPPRESS = "suppress"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Handler:
    """An error handler around visits.

    `catches` are exception names as written (empty: everything); `raises`: on every way out of the handler an error
    goes on; `stops`: it leaves the run at once without one (`sys.exit`); `leaves` is what the handler hands to what
    follows ("None", "[]", "continue", "pass", an expression), None if nothing was made out; `logs`: it writes a log
    line or prints; `records`: it makes a step of its own (a failed status, a dead letter); `guards` are the ids of the
    visits whose errors it catches, `runs` those of the visits inside the handler; `works` are the calls it guards that
    stay in the process and work on what a step gave, as written; `begun` are the visits among `guards` that have been
    called whatever happens: the body begins with them; `leaving`: after the handler what follows it in its function or
    its loop is passed by (return, continue, break).
    """

    kind: HandlerKind
    file: str
    line: int
    end_line: int
    cell: int | None
    function: str
    catches: tuple[str, ...] = ()
    raises: bool = False
    stops: bool = False
    logs: bool = False
    records: bool = False
    leaves: str | None = None
    guards: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    leaving: bool = False


class LogKind(StrEnum):
    """What writes the line."""

    PRINT = "print"
    LOG = "log"
    SPAN = "span"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A print, log call, trace span or progress event on the way of a run; `near` is the visit before it, if any.

    `keyed`: it carries an id, of the run or of what the run works on.
    """

    kind: LogKind
    file: str
    line: int
    cell: int | None
    function: str
    near: str | None = None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class StatusWrite:
    """A stored write that carries a state of the run; `words` are the state literals seen ("processing", "failed").

    `dated`: a time is stored beside it.
    """

    visit: str
    file: str
    line: int
    words: tuple[str, ...] = ()
    on_failure: bool = False
    dated: bool = False

    @property
    def says_failed(self) -> bool:
        """Whether this write, or one of its words, tells of a failure."""
        return self.on_failure or any(bad in word.lower() for bad in FAILURES for word in self.words)


@dataclass(frozen=True, slots=True)
class Detached:
    """Work that is started and not waited for; `how` is the callee as written, `visits` the steps that run in it."""

    file: str
    line: int
    cell: int | None
    function: str
    how: str
    visits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    """A loop that asks again and again; `bounded`: a deadline or a count ends it; `waits_for` names what it asks."""

    file: str
    line: int
    end_line: int
    cell: int | None
    function: str
    waits_for: str
    bounded: bool
    visits: tuple[str, ...] = ()


class Decides(StrEnum):
    """What a value in the code decides of a call."""

    PLACE = "place"
    MODEL = "model"


class ChosenBy(StrEnum):
    """How: by a literal alone, by one unless a setting says otherwise, by a variable, by an entry of a file."""

    LITERAL = "literal"
    DEFAULT = "default"
    VARIABLE = "variable"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A place in the code that decides where content goes, or which model gets it.

    `says` is the host, region or model of a literal, the name of a variable or entry; `setting` names what can replace
    a default; `file` to `end_line` are where it stands; `steps` are the ids of the steps that it decides for.
    """

    decides: Decides
    by: ChosenBy
    says: str
    file: str
    line: int
    end_line: int
    cell: int | None
    setting: str | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the code connects to the engine that runs a pipeline's work.

    `address` is what the code says of the server's place, None if the SDK decides; `by` says how; `encoded`: payloads
    pass a codec of the owner's before they leave the process.
    """

    file: str
    line: int
    end_line: int
    cell: int | None
    address: str | None
    by: ChosenBy | None
    encoded: bool


@dataclass(frozen=True, slots=True)
class Traced:
    """Where tracing or telemetry of a run is set up; `host` is where it goes, None if nobody can tell."""

    sdk: str
    file: str
    line: int
    end_line: int
    cell: int | None
    host: str | None
    by: ChosenBy | None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpointer:
    """What keeps the state of a graph, as its compilation names it; `lasting`: outside of the process."""

    file: str
    line: int
    end_line: int
    cell: int | None
    what: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """Visits that can be the first of a run, and the last of one that returns; None: one can return without a visit.

    `more` are pairs of which the second can directly follow the first, beyond what the pipeline's edges say.
    """

    begins: tuple[str, ...] = ()
    ends: tuple[str | None, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything of one pipeline that is neither step nor flow."""

    handlers: tuple[Handler, ...] = ()
    logs: tuple[LogLine, ...] = ()
    status_writes: tuple[StatusWrite, ...] = ()
    detached: tuple[Detached, ...] = ()
    polls: tuple[Poll, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    connections: tuple[Connection, ...] = ()
    traced: tuple[Traced, ...] = ()
    checkpointers: tuple[Checkpointer, ...] = ()
    acks_late: bool | None = None
    """Whether a task queue's task is acknowledged after its work; None if no task queue runs it."""
    unthrottled: tuple[str, ...] = ()
    """Visits that run at once, as many as there are items, with nothing that limits how many."""
    bounds: Bounds = Bounds()
    bounds_on_error: Bounds = Bounds()
    """The same for runs whose code handles an error, which any statement can raise."""
