"""Legacy code as the body of an adapter function: the call or the statements as written, and what they need."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from migrate.rewriting.crossing import UNKNOWN, Annotation
from migrate.rewriting.draft import Given, UntranslatableError
from migrate.rewriting.liveness import look
from migrate.rewriting.names import binds, reads
from migrate.rewriting.source import Function, Legacy, Module
from migrate.rewriting.state import Variable, alias_of

_BUILTINS = frozenset(dir(builtins))
_EVERY_MODULE_HAS = frozenset({"__file__", "__path__", "__annotations__"})


class Surroundings:
    """What names mean inside one orchestrating function: its locals, objects that it holds, its module."""

    def __init__(self, legacy: Legacy, function: Function, local_names: Iterable[str]) -> None:
        self.legacy = legacy
        self.function = function
        self.module: Module = function.module
        self.locals = set(local_names)
        self.held: dict[str, list[cst.BaseStatement]] = {}
        self.entered: dict[str, cst.With] = {}
        self.objects: dict[str, str] = {}
        self.defined: dict[str, cst.BaseStatement] = {}
        self.types: dict[str, Annotation] = {}
        # Values as they were when an object was built of them.
        self.kept: set[str] = set()
        # Names that hold what only the running workflow has: a pool, what has begun and not ended.
        self.running: set[str] = set()
        # Functions inside the function that wait for steps: the workflow has them, and no activity can be given one.
        self.functions: set[str] = set()
        # Variables of the module that belong to the run, by their names here, and how to find those that code uses.
        self.state: dict[str, Variable] = {}
        self.touched: Callable[[Sequence[cst.CSTNode]], frozenset[Variable]] = lambda _: frozenset()

    def needed(self, *nodes: cst.CSTNode, given: Iterable[str] | None = None) -> Needed:
        """What these pieces of code need to run outside their function.

        `given`: the locals that may have a value by then; none other is handed over.
        """
        needed = Needed(None if given is None else frozenset(given))
        needed.state = self.held_by_run(nodes)
        self._collect(needed, look(nodes).reads)
        if needed.state:
            needed.imports |= {alias_of(v.module): (v.module, None) for v in needed.state}
        return needed

    def held_by_run(self, nodes: Sequence[cst.CSTNode]) -> frozenset[Variable]:
        """Variables that must be in their modules while this code runs: it changes some, or what it calls uses them."""
        made = [s for name in reads(*nodes) for s in self._made(name)]
        touched = self.touched([*nodes, *made])
        named = {*reads(*nodes), *binds(*nodes)}
        return touched | {v for n, v in self.state.items() if n in named} if touched else touched

    def _made(self, name: str) -> list[cst.BaseStatement]:
        defined = self.defined.get(name)
        return self.held.get(name, []) if defined is None else [defined]

    def _collect(self, needed: Needed, names: Iterable[str]) -> None:
        for name in names:
            if name in self.objects:
                needed.instances[name] = self.objects[name]
            elif name == "self" and self.function.owner is not None:
                needed.instances["self"] = self.instance()
            elif name in self.entered or name in self.held or name in self.defined:
                self._build(needed, name)
            elif name in self.state:
                if not needed.state:
                    needed.give(name, UNKNOWN)
            elif name in self.kept:
                needed.given.setdefault(name, self.types.get(name, UNKNOWN))
            elif name in self.locals:
                needed.give(name, self.types.get(name, UNKNOWN))
            elif name not in _BUILTINS:
                needed.imports[name] = self._imported(name)

    def _imported(self, name: str) -> tuple[str, str | None]:
        origin = self.origin(name)
        if origin is None:
            reason = f"`{name}` is defined nowhere in its file"
            raise UntranslatableError(reason, self.module.file, self.function.line)
        return origin

    def _build(self, needed: Needed, name: str) -> None:
        """What makes this name anew in the adapter, and what that needs."""
        if name in needed.held:
            return
        needed.held.append(name)
        if name in self.entered:
            self._collect(needed, reads(*self.entered[name].items))
            needed.wraps.append(self.entered[name])
            return
        made = self.held.get(name) or [self.defined[name]]
        self._collect(needed, [n for n in reads(*made) if n != name])
        needed.prelude += [s for s in made if s not in needed.prelude]

    def origin(self, name: str) -> tuple[str, str | None] | None:
        """How another file imports this module-level name."""
        if name in self.module.imports:
            imported = self.module.imports[name]
            return imported.module, imported.member
        if name in self.module.functions or name in self.module.classes or name in self.module.assigned:
            return self.module.dotted, name
        # What a star import gives, or a `with` or loop at module level, the module has too.
        known = self.module.takes_all or name in self._bound or name in _EVERY_MODULE_HAS
        return (self.module.dotted, name) if known else None

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset([*self.module.lone, *binds(*self.module.loose)])

    def instance(self) -> str:
        """The expression that gives the object whose method this function is, evaluated in the adapter."""
        owner = self.function.owner or ""
        return f"{self.module.dotted}:{owner}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Statements in a row that move into one activity, and how they hand on what they did.

    `leaves` are names that later code reads; of those, `carried` may keep the value from before, and `new` may stay
    without one. `changes` are names of values that are changed in place. `exits` are the ways out other than the end;
    `returns`: all of it ends with a `return` or `raise`.
    """

    group: list[cst.BaseStatement]
    leaves: tuple[str, ...]
    exits: tuple[str, ...]
    known: frozenset[str]
    carried: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    ends: bool = True
    returns: bool = False
    changes: tuple[str, ...] = ()


class Needed:
    """Values given from the workflow, imports, objects built anew, and the instance behind `self`."""

    def __init__(self, allowed: frozenset[str] | None = None) -> None:
        self.allowed = allowed
        self.given: dict[str, Annotation] = {}
        self.imports: dict[str, tuple[str, str | None]] = {}
        self.instances: dict[str, str] = {}
        self.prelude: list[cst.BaseStatement] = []
        self.wraps: list[cst.With] = []
        self.held: list[str] = []
        self.state: frozenset[Variable] = frozenset()

    def give(self, name: str, annotation: Annotation) -> None:
        """A local of the function, handed over unless it cannot have a value yet."""
        if self.allowed is None or name in self.allowed:
            self.given.setdefault(name, annotation)

    def wrapped(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """The body inside the `with` statements that make the objects it uses."""
        made = list(body)
        for around in reversed(self.wraps):
            made = [around.with_changes(body=cst.IndentedBlock(made), leading_lines=())]
        return made

    def around(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """The body after what it needs has been built, and inside the `with` statements around it."""
        entered = {name for w in self.wraps for name in binds(*w.items)}
        inside = [s for s in self.prelude if entered & set(reads(s))]
        before = [s for s in self.prelude if s not in inside]
        return [*before, *self.wrapped([*inside, *body])]

    def params(self) -> list[Given]:
        """The given values as parameters, in order of appearance."""
        return [Given(name, annotation) for name, annotation in self.given.items()]
