"""Which variables of modules belong to a run: those that functions on its way change, and that can be stored.

The original keeps them in its process. A workflow keeps them with the run, so that they outlive the worker and no other
run sees them; code that stays with the worker finds them in their modules while it runs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from migrate.rewriting.answers import derived, reached_from
from migrate.rewriting.chains import head_name
from migrate.rewriting.lasting import Lasting
from migrate.rewriting.mutating import Mutations
from migrate.rewriting.names import binds, parameter_names, reads
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import Looking, walk


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a module that belongs to a run; `attribute` is its name there, `initial` its first value."""

    module: str
    file: str
    line: int
    name: str
    attribute: str
    initial: str


@dataclass(frozen=True, slots=True)
class Staying:
    """A variable of a module that is changed and cannot belong to a run, and why."""

    file: str
    line: int
    name: str
    because: str


class State:
    """The variables that the functions of some modules change."""

    def __init__(self, legacy: Legacy, mutations: Mutations, modules: Sequence[Module], entry: Function) -> None:
        """`modules`: where functions are looked for; only those that the entry can come to count."""
        self._legacy = legacy
        self._mutations = mutations
        self._every = [f for m in modules for f in m.every]
        self._by_name: dict[str, list[Function]] = defaultdict(list)
        for function in self._every:
            self._by_name[function.name].append(function)
        self.variables: dict[tuple[str, str], Variable] = {}
        self.staying: list[Staying] = []
        self._fixed: frozenset[tuple[str, str]] = frozenset()
        self._alias: dict[Module, Mapping[str, Variable]] = {}
        self._parts: dict[tuple[str, str], tuple[Function, ...]] = {}
        self._named: dict[Function, dict[str, Variable]] = {}
        self._inside: dict[Function, tuple[frozenset[Variable], tuple[Function, ...]]] = {}
        self.functions = self._reached(self._called(entry.module, entry.node, entry)) | {entry}
        self._find(self.functions)

    def _find(self, functions: set[Function]) -> None:
        changed: dict[tuple[str, str], list[Function]] = defaultdict(list)
        homes: dict[str, Module] = {}
        for function in sorted(functions, key=lambda f: (f.module.file, f.line)):
            for name in sorted(self._changed(function)):
                home = self._home(function.module, name)
                if home is not None:
                    homes[home[0].dotted] = home[0]
                    changed[home[0].dotted, home[1]].append(function)
        taken: set[str] = set()
        for (dotted, name), changing in changed.items():
            module = homes[dotted]
            lasting = Lasting(self._legacy, module, name)
            because = lasting.hindrance(changing)
            assigned = module.assigned[name][0]
            line = module.span(assigned)[0]
            if because is not None:
                self.staying.append(Staying(module.file, line, name, because))
                self._fixed |= {(dotted, name)}
                continue
            attribute = name.strip("_") or "state"
            while attribute in taken:
                attribute = f"{dotted.rpartition('.')[2]}_{attribute}"
            taken.add(attribute)
            self.variables[dotted, name] = Variable(dotted, module.file, line, name, attribute, lasting.initial())

    def _home(self, module: Module, name: str) -> tuple[Module, str] | None:
        """The module whose variable this is, and its name there."""
        found = self._legacy.resolve(module, name)
        if found is None or found[1] not in found[0].assigned:
            return None
        return found

    def _changed(self, function: Function) -> set[str]:
        """Names of the module that this function binds anew, or whose values it changes."""
        body = function.node.body
        told = set(declared_global(function))
        own = own_names(function) - told
        changed = self._mutations.names(function, [body])
        found = {n for n in told if n in binds(body)} | {n for n in changed if n not in own}
        # What is changed may be a part of it, under a name of the function's own.
        parts = changed & own
        outer = [n for n in reads(body) if n not in own and n in function.module.assigned] if parts else []
        return found | {n for n in outer if derived(body, [n]) & parts}

    @property
    def changed(self) -> frozenset[tuple[str, str]]:
        """Module and name of every variable that is changed, whether it can belong to a run or not."""
        return frozenset(self.variables) | self._fixed

    # Who uses it

    def of(self, module: Module) -> Mapping[str, Variable]:
        """The variables by the names that they have in this module."""
        if module not in self._alias:
            found = {}
            for name in (*module.assigned, *module.imports):
                home = self._home(module, name)
                variable = self.variables.get((home[0].dotted, home[1])) if home is not None else None
                if variable is not None:
                    found[name] = variable
            self._alias[module] = found
        return self._alias[module]

    def in_function(self, function: Function) -> dict[str, Variable]:
        """The variables that this function reads or changes by their names."""
        if function not in self._named:
            known = self.of(function.module)
            own = own_names(function) - set(declared_global(function)) if known else set()
            named = {n.value for n in walk(function.node) if isinstance(n, cst.Name)} if known else set()
            self._named[function] = {name: v for name, v in known.items() if name in named and name not in own}
        return self._named[function]

    def hidden(self, function: Function) -> set[str]:
        """Names of variables that the function uses, if functions or comprehensions inside it mean another by them."""
        known = self.of(function.module)
        return {n for n in reads(function.node.body) if n in known and n not in own_names(function)} if known else set()

    def touched(self, function: Function, nodes: Sequence[cst.CSTNode]) -> frozenset[Variable]:
        """The variables that this code of a function changes, and those that functions use which it can come to."""
        if not self.variables:
            return frozenset()
        changed = {*binds(*nodes), *self._mutations.names(function, nodes)}
        found = {v for name, v in self.in_function(function).items() if name in changed}
        for node in nodes:
            found |= self._through_modules(function.module, node)
            for reached in self._reached(self._called(function.module, node, function)):
                found |= self._look_inside(reached)[0]
        return frozenset(found)

    def used_by(self, function: Function) -> frozenset[Variable]:
        """The variables that this function uses, or those that it calls."""
        if not self.variables:
            return frozenset()
        return frozenset(v for f in self._reached([function]) for v in self._look_inside(f)[0])

    def _through_modules(self, module: Module, node: cst.CSTNode) -> set[Variable]:
        """`settings.mode`: the variable of another module."""
        names = {dotted_name(n) for n in walk(node) if isinstance(n, cst.Attribute)} - {None}
        homes = [self._home(module, n) for n in sorted(n for n in names if n) if n.partition(".")[0] in module.imports]
        found = [self.variables.get((h[0].dotted, h[1])) for h in homes if h is not None]
        return {v for v in found if v is not None}

    def _look_inside(self, function: Function) -> tuple[frozenset[Variable], tuple[Function, ...]]:
        if function not in self._inside:
            called = tuple(self._called(function.module, function.node, function))
            direct = set(self.in_function(function).values()) | self._through_modules(function.module, function.node)
            self._inside[function] = frozenset(direct), called
        return self._inside[function]

    def _reached(self, functions: Iterable[Function]) -> set[Function]:
        if self.variables:
            return reached_from(functions, lambda f: self._look_inside(f)[1])
        return reached_from(functions, lambda f: self._called(f.module, f.node, f))

    def _called(self, module: Module, node: cst.CSTNode, around: Function) -> list[Function]:
        """Functions that this code names: by what a name means where that shows, else all methods of that name."""
        meant = (f for name in _named_in(node) for f in self._meant(module, name, around))
        return [f for f in dict.fromkeys(meant) if f is not around]

    def _meant(self, module: Module, name: str, around: Function) -> list[Function]:
        head, dot, rest = name.partition(".")
        if not dot:
            within = module.functions.get(f"{around.qualname}.<locals>.{name}")
            found = self._legacy.resolve(module, name) if within is None and _knows(module, name) else None
            if within is not None or found is None:
                return [within] if within is not None else []
            return self._members(*found)
        if head == "self" and around.owner is not None:
            own = module.functions.get(f"{around.owner}.{rest}")
            if own is not None:
                return [own]
        elif head in module.imports:
            found = self._legacy.resolve(module, name)
            if found is not None:
                return self._members(*found)
        last = name.rpartition(".")[2]
        return [f for f in self._by_name.get(last, ()) if f.owner is not None]

    def _members(self, module: Module, name: str) -> list[Function]:
        if name in module.functions:
            return [module.functions[name]]
        if name in module.assigned:
            return self._put_into(module, name)
        return [f for f in module.every if f.owner == name] if name in module.classes else []

    def _put_into(self, module: Module, name: str) -> list[Function]:
        """Functions that an object of the module is made of: tools of an agent, nodes of a graph."""
        key = module.dotted, name
        if key not in self._parts:
            self._parts[key] = ()
            made: list[cst.CSTNode] = list(module.assigned[name])
            made += [c for c in _calls_of_module(module) if (head := head_name(c.func)) and head.value == name]
            names = {n.value for part in made for n in walk(part) if isinstance(n, cst.Name)} - {name}
            homes = [self._legacy.resolve(module, n) for n in sorted(names) if _knows(module, n)]
            self._parts[key] = tuple(dict.fromkeys(f for h in homes if h is not None for f in self._members(*h)))
        return list(self._parts[key])


def _calls_of_module(module: Module) -> list[cst.Call]:
    """Calls that stand alone at the level of the module: `graph.add_node("ask", ask)`."""
    lines = [s for s in module.loose if isinstance(s, cst.SimpleStatementLine)]
    return [e.value for s in lines for e in s.body if isinstance(e, cst.Expr) and isinstance(e.value, cst.Call)]


def _knows(module: Module, name: str) -> bool:
    return name in module.functions or name in module.classes or name in module.imports or name in module.assigned


@lru_cache(maxsize=10_000)
def _named_in(node: cst.CSTNode) -> Sequence[str]:
    """The names in this code, those of fields with what they hang on, each once; `?` stands for what is no name."""
    found: dict[str, None] = {}
    for inner in walk(node):
        if type(inner) is cst.Name:
            found.setdefault(inner.value)
        elif type(inner) is cst.Attribute:
            found.setdefault(dotted_name(inner) or f"?.{inner.attr.value}")
    return tuple(found)


class _Globals(Looking):
    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def visit_Global(self, node: cst.Global) -> None:
        self.names |= dict.fromkeys(n.name.value for n in node.names)


@lru_cache(maxsize=10_000)
def declared_global(function: Function) -> Sequence[str]:
    """Names that a function, or one inside it, says to be the module's."""
    looking = _Globals()
    looking.look(function.node.body)
    return tuple(looking.names)


def own_names(function: Function) -> set[str]:
    """Names that a function and those around it give values to, whatever it says of them."""
    parts = function.qualname.split(".<locals>.")
    around = [function.module.functions.get(".<locals>.".join(parts[:n])) for n in range(1, len(parts))]
    found: set[str] = set()
    for one in (*around, function):
        if one is not None:
            found |= {*parameter_names(one.node.params), *binds(one.node.body)} - set(declared_global(one))
    return found


def alias_of(module: str) -> str:
    """What an adapter calls a module itself; by its whole name, since two packages may each have a `utils`."""
    return re.sub(r"\W+", "_", module).strip("_") + "_module"
