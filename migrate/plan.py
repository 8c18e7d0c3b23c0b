"""The plan: what becomes of every step, in no engine's words.

Knows activities, waits, retries, time-outs, keys and open questions. Knows neither syntax nor an engine: boundaries
come from `migrate.rewriting`, an emitter turns the plan into files. Every number stands beside its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.step import Effect, Kind

PLAN_VERSION = "1"


class How(StrEnum):
    """How an activity reaches the legacy code."""

    CALLED = "called"  # the legacy function, called unchanged
    LIFTED = "lifted"  # statements of the orchestrating function, their text unchanged
    WHOLE = "whole"  # a function with several steps, called unchanged: a crash in it repeats all of them
    INSIDE = "inside"  # a node of a graph, a tool or a model of an agent: reached by the framework, through its plugin


class KeyHow(StrEnum):
    """How a repeat of a write is told apart from a second write."""

    NOT_NEEDED = "not_needed"  # nothing is changed outside, or a repeat changes nothing more
    CARRIED = "carried"  # the code passes a key of its own
    HEADER = "header"  # the worker adds an Idempotency-Key header to the HTTP request
    NONE = "none"  # no key can be passed: one attempt only


class Outcome(StrEnum):
    """What happens to a step."""

    MOVED = "moved"
    LEFT = "left as it is"
    PERSON = "needs a person"


class Becomes(StrEnum):
    """What a step of the code is in the workflow."""

    ACTIVITY = "activity"
    WAIT = "wait"
    TIMER = "timer"
    LEFT = "left"
    NOTHING = "not made"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the plan and the reason for it."""

    value: float
    because: str


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """Pauses are in seconds; the n-th is `initial * factor ** n`, at most `maximum`.

    Errors are named by their class. `only_on`: no other error is tried again; empty: all but those in `never_on`.
    """

    attempts: Number
    initial: Number
    factor: Number
    maximum: Number
    never_on: tuple[str, ...]
    never_on_because: str
    only_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds: one attempt, all attempts with the pauses between them, and the silence after which one is lost."""

    start_to_close: Number
    schedule_to_close: Number
    heartbeat: Number


@dataclass(frozen=True, slots=True)
class Key:
    """How a repeated write is recognised, and why so."""

    how: KeyHow
    because: str


class Fate(StrEnum):
    """What becomes of a layer of the code that tries again by itself."""

    OFF = "off"
    STAYS = "stays"
    WORKFLOW = "workflow"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class OwnRetry:
    """A layer that tries again by itself: a decorator, a loop, an SDK's own. `attempts` are in all.

    `written`: the code says so; otherwise it is what the SDK does if nothing is said.
    """

    by: str
    file: str
    line: int
    attempts: int | None
    written: bool
    fate: Fate
    because: str


@dataclass(frozen=True, slots=True)
class Payload:
    """What a step gives to the run: its type, its size in bytes where the kind of step tells, and why so.

    `by_reference`: it may be too large for a history: store it and pass a reference (claim check).
    """

    type: str
    expected: int | None
    by_reference: bool
    because: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One recorded step of the workflow: a single piece of legacy code that is called unchanged."""

    name: str
    how: How
    module: str
    symbol: str
    file: str
    line: int
    end_line: int
    colour: str
    visits: tuple[str, ...]
    steps: tuple[str, ...]
    kind: Kind
    effect: Effect
    billed: bool
    in_loop: bool
    in_parallel: bool
    local: bool
    retry: RetryPlan
    timeouts: Timeouts
    key: Key
    own_retries: tuple[OwnRetry, ...]
    result: Payload

    @property
    def keyed(self) -> bool:
        """Whether a repeat of its write carries the same key."""
        return self.key.how in (KeyHow.CARRIED, KeyHow.HEADER)

    @property
    def writes(self) -> bool:
        """Whether a repeat can do something twice."""
        return self.effect in (Effect.WRITE, Effect.UNKNOWN)


@dataclass(frozen=True, slots=True)
class FrameworkRun:
    """A step that is a run of a framework, whose own loop goes on inside the workflow by the vendor's plugin.

    `activity` is the step's name, `framework` the framework's (langgraph, openai_agents), `kept` the place where the
    legacy code keeps what is run, as `module:name`. `inside` are the activities that the framework reaches.
    """

    activity: str
    framework: str
    kept: str
    inside: tuple[Activity, ...]
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for a person that outlives the process. `replaces` is what the code did instead: a poll, `input()`."""

    name: str
    file: str
    line: int
    end_line: int
    visits: tuple[str, ...]
    replaces: str
    deadline_hours: Number
    end_state: str

    @property
    def deadline(self) -> tuple[float, str]:
        """The deadline in the unit in which it is a whole number: `(10, "minutes")`."""
        seconds = round(self.deadline_hours.value * 3600, 3)
        unit, name = next((u for u in ((3600, "hours"), (60, "minutes")) if not seconds % u[0]), (1, "seconds"))
        return seconds / unit, name

    @property
    def at_most(self) -> str:
        """The deadline in words."""
        number, unit = self.deadline
        return f"{number:g} {unit if number != 1 else unit[:-1]}"


@dataclass(frozen=True, slots=True)
class FanOut:
    """Steps that run at once, and how many of them at most."""

    activity: str
    file: str
    line: int
    limit: Number


@dataclass(frozen=True, slots=True)
class InLine:
    """Pure code that the workflow runs itself, copied as it stands."""

    symbol: str
    module: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that only a person can decide; `about` names an activity or a wait, None is the run as a whole."""

    id: str
    file: str
    line: int
    question: str
    because: str
    risk: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the workflow does in another way than the original: to be known, with nothing to decide."""

    file: str
    line: int
    what: str
    because: str
    risk: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the run."""

    name: str
    annotation: str | None
    required: bool


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """The function whose coordination moves into the workflow."""

    module: str
    symbol: str
    file: str
    line: int
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What becomes of one visit of a step: the ledger's line. `where` is the name of the activity, wait or consumer."""

    visit: str
    file: str
    line: int
    call: str
    outcome: Outcome
    becomes: Becomes
    where: str
    because: str
    risk: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the plan that an engine does not have; `where` names what asks for it, `instead` what to do."""

    what: str
    where: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class Target:
    """The engine that a plan was looked at for. `environment`: settings that are read from there and nowhere else."""

    engine: str
    writes_projects: bool
    lost: tuple[Lost, ...]
    environment: tuple[str, ...]
    facts: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number in the file, and how many lines of code stand before it."""

    file: str
    number: int
    before: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it.

    `business_key` is the parameter that names a run, None if the caller has to; `run_id` says how. `stages` are the
    words by which a run says where it is, `found_by` what runs can be searched by, `order` which activity or
    wait can directly follow which, as the assessment found it in the source; an empty name stands before the first
    and after the last. `order_on_error` is what runs whose code handles an error can do besides; the activities in
    `handling` may have done so, which nobody sees. A line of a notebook counts through its code cells; `cells` say
    where each begins.
    """

    plan_version: str
    pipeline: str
    name: str
    package: str
    entry: PlannedEntry
    business_key: str | None
    run_id: str
    activities: tuple[Activity, ...]
    waits: tuple[Wait, ...]
    fan_outs: tuple[FanOut, ...]
    in_line: tuple[InLine, ...]
    stages: tuple[str, ...]
    found_by: tuple[str, ...]
    ledger: tuple[Account, ...]
    questions: tuple[OpenQuestion, ...]
    order: tuple[tuple[str, str], ...] = ()
    order_on_error: tuple[tuple[str, str], ...] = ()
    handling: tuple[str, ...] = ()
    target: Target | None = None
    runs: tuple[FrameworkRun, ...] = ()
    cells: tuple[Cell, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def place(self, file: str, line: int) -> str:
        """A place as people look it up: `file:line`, in a notebook `file[cell]:line`."""
        inside = [c for c in self.cells if c.file == file and c.before < line]
        if not inside:
            return f"{file}:{line}"
        cell = max(inside, key=lambda c: c.before)
        return f"{file}[{cell.number}]:{line - cell.before}"

    @property
    def places(self) -> int:
        """How many places of the code the steps of the ledger stand at."""
        return len({(a.file, a.line, a.call) for a in self.ledger})

    def counted(self, outcome: Outcome) -> int:
        """How many steps of a run have this outcome."""
        return sum(a.outcome is outcome for a in self.ledger)

    @property
    def inside(self) -> tuple[Activity, ...]:
        """What frameworks reach inside the workflow, each once."""
        return tuple({a.name: a for run in self.runs for a in run.inside}.values())

    @property
    def recorded(self) -> tuple[Activity, ...]:
        """The activities of a run: of a framework's run those inside, not the run as a whole."""
        runs = {run.activity for run in self.runs}
        return (*(a for a in self.activities if a.name not in runs), *self.inside)

    def activity(self, name: str) -> Activity:
        """The activity with this name."""
        return next(a for a in self.activities if a.name == name)
