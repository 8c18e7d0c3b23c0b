"""What the rewriting has found so far: units that become activities, waits, copies, and the workflow's functions."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

import libcst as cst

from assess.model.step import Step, Visit
from assess.model.woven import Trigger, WovenPipeline
from migrate.plan import How
from migrate.rewriting.copies import Copies
from migrate.rewriting.crossing import UNKNOWN, Annotation
from migrate.rewriting.limits import Limit
from migrate.rewriting.mutating import Mutations
from migrate.rewriting.reading import Reading
from migrate.rewriting.sites import Passage
from migrate.rewriting.source import Function, Legacy
from migrate.rewriting.state import State, Variable


class UntranslatableError(Exception):
    """A piece of code cannot become workflow code; the message says why."""

    def __init__(self, reason: str, file: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.file = file
        self.line = line


class UnsplittableError(UntranslatableError):
    """No part of the function can be told apart: it has to be one activity."""


class TogetherError(UntranslatableError):
    """All statements that use an object have to be one activity."""

    def __init__(self, reason: str, file: str, line: int, name: str) -> None:
        """`name` is that of the object."""
        super().__init__(reason, file, line)
        self.name = name


@dataclass(frozen=True, slots=True)
class Given:
    """One value that an activity is given."""

    name: str
    annotation: Annotation


@dataclass(slots=True)
class Unit:
    """One piece of legacy code that will be one activity; the adapter runs `body`, which needs `imports`."""

    name: str
    how: How
    module: str
    symbol: str
    file: str
    line: int
    end_line: int
    colour: str
    visits: list[tuple[Step, Visit]]
    params: list[Given]
    returns: Annotation
    body: list[cst.BaseStatement]
    imports: dict[str, tuple[str, str | None]]
    instances: dict[str, str] = field(default_factory=dict)
    local: bool = False
    reason: str = ""
    leaves: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    ends: bool = True
    changes: tuple[str, ...] = ()
    sites: int = 0
    piece: bool = False
    is_statements: bool = False
    heaviest: tuple[int, int] = (0, 0)
    uses: tuple[str, ...] = ()
    drive: Drive | None = None
    framework: str = ""
    state: frozenset[Variable] = frozenset()


@dataclass(slots=True)
class Drive:
    """A framework's run that goes on inside the workflow: what is run, what it reaches, whom it asks.

    `kept` is the module and the expression of the graph or agent there; `body` is the unit's with the run awaited.
    """

    framework: str
    kept: tuple[str, str]
    inside: list[Unit]
    body: list[cst.BaseStatement]
    wait: str | None = None


@dataclass(slots=True)
class WaitPoint:
    """One wait for a person: what later code reads of the answer, as keys or as fields, and compares it with."""

    name: str
    file: str
    line: int
    end_line: int
    function: str
    visits: list[tuple[Step, Visit]]
    replaces: str
    answer: Annotation
    required: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    pending: list[tuple[str, str]] = field(default_factory=list)
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know or decide; `question` is False where it only has to be known."""

    file: str
    line: int
    what: str
    because: str
    risk: str
    question: bool = True
    factory: str | None = None


@dataclass(frozen=True, slots=True)
class Caught:
    """An exception class that a handler of the workflow names but cannot import: a stand-in has to be made."""

    name: str
    dotted: str


@dataclass(frozen=True, slots=True)
class Factory:
    """How the adapter gets an object of the legacy process that several activities use."""

    body: list[cst.BaseStatement]
    imports: dict[str, tuple[str, str | None]]
    instances: dict[str, str]
    place: str

    @property
    def code(self) -> str:
        """Its statements as text."""
        return "".join(cst.Module([]).code_for_node(s) for s in self.body)


# A function on the way, and the objects of the legacy process that it is handed.
Way = tuple[Function, tuple[tuple[str, str], ...]]
# How much has been drafted: units, waits, functions, notes, and the methods by then.
Mark = tuple[int, int, int, int, dict[Way, str]]


@dataclass(slots=True)
class Draft:
    """Everything found; the emitter reads it, the plan is made from it."""

    legacy: Legacy
    copies: Copies
    entry: Function
    pipeline: WovenPipeline
    mutations: Mutations = field(init=False)
    state: State = field(init=False)
    reading: Reading = field(init=False)
    fields_read: set[str] = field(default_factory=set)
    units: list[Unit] = field(default_factory=list)
    waits: list[WaitPoint] = field(default_factory=list)
    functions: list[cst.FunctionDef] = field(default_factory=list)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    copied: dict[str, None] = field(default_factory=dict)
    caught: dict[str, Caught] = field(default_factory=dict)
    handled: dict[str, None] = field(default_factory=dict)
    fails_with: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    methods: dict[Way, str] = field(default_factory=dict)
    factories: dict[str, Factory] = field(default_factory=dict)
    parameters: list[tuple[str, Annotation, str | None]] = field(default_factory=list)
    returns: Annotation = UNKNOWN
    passages: list[Passage] = field(default_factory=list)
    left: list[tuple[Step, Visit]] = field(default_factory=list)
    pooled: bool = False
    people: set[str] = field(default_factory=set)
    kept: list[Variable] = field(default_factory=list)

    def __post_init__(self) -> None:
        """What the legacy code changes, and what it only reads, is asked of one place."""
        self.mutations = Mutations(self.legacy)
        modules = [] if self.entry.script else self.legacy.read()
        self.state = State(self.legacy, self.mutations, modules, self.entry)
        self.copies.changing = self.state.changed
        self.reading = Reading(self.legacy, self.copies.valued, self.mutations)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """What starts the pipeline from outside."""
        return self.pipeline.triggers

    @property
    def entry_method(self) -> str:
        """What the entry is called in the workflow: its own name, unless that is taken."""
        name = self.entry.name.strip("_") or "entry"
        return f"{name}_steps" if name in _RESERVED else name

    def is_piece(self, name: str) -> bool:
        """Whether a unit is a run of statements of an orchestrating function, not a function of its own."""
        return any(u.name == name and u.piece for u in self.units)

    def unique(self, base: str) -> str:
        """A name that no unit, wait or method has yet."""
        base = _fit(base)
        taken = {u.name for u in self.units} | {w.name for w in self.waits} | set(self.methods.values()) | _RESERVED
        taken.add(self.entry_method)
        name, n = base, 2
        while name in taken:
            name, n = f"{base}_{n}", n + 1
        return name

    def factory(self, base: str, made: Factory) -> str:
        """Where an object comes from: a factory of the adapter, shared if another has the same text."""
        name, n = f"_{base}", 2
        while name in self.factories:
            known = self.factories[name]
            if (known.code, known.imports, known.instances) == (made.code, made.imports, made.instances):
                return f"factory:{name}"
            name, n = f"_{base}_{n}", n + 1
        self.factories[name] = made
        return f"factory:{name}"

    def mark(self) -> Mark:
        """Where the draft stands now, for `back_to`."""
        return len(self.units), len(self.waits), len(self.functions), len(self.notes), dict(self.methods)

    def back_to(self, mark: Mark) -> None:
        """Forget what was drafted since the mark."""
        units, waits, functions, notes, methods = mark
        del self.units[units:], self.waits[waits:], self.functions[functions:], self.notes[notes:]
        self.methods = methods


LONGEST_NAME = 60
"""Characters of a name that is made: it becomes a file's name and an id, and both have their limits."""


def _fit(base: str) -> str:
    """A text as a name that Python takes and people can read."""
    name = re.sub(r"\W+", "_", base).strip("_").lower()[:LONGEST_NAME].strip("_")
    return f"{name}_step" if not name.isidentifier() or keyword.iskeyword(name) else name


_RESERVED = frozenset(
    """run step step_for decided decide stage finished waiting_on recorded waits required errors now time sleep uuid4
    random wait wait_for as_completed timeout logger print exit""".split()
)
