"""Abstract values: what a name may stand for, and which events (calls that left the process) it comes from."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assess.resolving.program import ClassInfo, FunctionInfo, ModuleInfo
    from assess.resolving.scopes import Scope
    from assess.resolving.trace import Called, Started, Trace

Origins = frozenset[int]
NONE: Origins = frozenset()
Mark = tuple[str, int | None, int]
"""File, cell, line."""
MOST_OPTIONS = 24
DEEPEST = 8


@dataclass(eq=False, slots=True)
class Value:
    """Something that is not known; every other value is more."""

    origins: Origins = NONE


@dataclass(eq=False, slots=True)
class Const(Value):
    """A literal; `at` is where a text stands in the source.

    `written`: it came here through names and arguments alone, and not out of an object.
    """

    value: object = None
    at: Mark | None = None
    written: bool = False


@dataclass(eq=False, slots=True)
class Text(Value):
    """A text put together at run time: literal pieces, "{}" in between stands for what is filled in.

    `head` is what it begins with if that is filled in, `at` where its literal beginning stands.
    """

    template: str = ""
    at: Mark | None = None
    head: Value | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """How a client was made: the constructor's path and its arguments, as values."""

    path: str
    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    file: str
    line: int
    cell: int | None = None


@dataclass(eq=False, slots=True)
class External(Value):
    """Something from a package outside the tree, as a dotted path through attributes and calls.

    `made` is the client's configuration if a client was made on the way; `result` says that it is what a call outside
    gave back.
    """

    path: str = ""
    made: Configuration | None = None
    result: bool = False


@dataclass(eq=False, slots=True)
class Module(Value):
    """A module of the tree."""

    info: ModuleInfo = None  # type: ignore[assignment]


@dataclass(eq=False, slots=True)
class Function(Value):
    """A function of the tree with the scope that it closes over and the object that it is bound to."""

    info: FunctionInfo = None  # type: ignore[assignment]
    scope: Scope | None = None
    bound: Value | None = None


@dataclass(eq=False, slots=True)
class Class(Value):
    """A class of the tree."""

    info: ClassInfo = None  # type: ignore[assignment]
    scope: Scope | None = None


@dataclass(eq=False, slots=True)
class Instance(Value):
    """An object of a class of the tree; `attributes` are filled as its methods run."""

    cls: Class = None  # type: ignore[assignment]
    attributes: dict[str, Value] = field(default_factory=dict)
    assumed: bool = False
    """Made up for a parameter; nobody saw it constructed."""
    given: bool = False
    """Promised by an annotation, or made by an object that is: whoever starts the run chooses it."""


@dataclass(eq=False, slots=True)
class Items(Value):
    """A list, tuple, set, generator or any iterable: the values seen in it, in order while the order is known."""

    values: list[Value] = field(default_factory=list)
    ordered: bool = True
    rest: Value | None = None
    """What further elements are."""
    lazy: Called | None = None
    """The generator that gives them, and runs while somebody goes through it."""


@dataclass(eq=False, slots=True)
class Mapping(Value):
    """A dict: values by literal key, and what all others are."""

    values: dict[object, Value] = field(default_factory=dict)
    rest: Value | None = None


@dataclass(eq=False, slots=True)
class Bound(Value):
    """`functools.partial`, or a callable that a known wrapper made: called with these arguments first."""

    function: Value = field(default_factory=Value)
    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Coroutine(Value):
    """A call that was made and will run when it is awaited, or work that was started beside."""

    trace: Trace = None  # type: ignore[assignment]
    result: Value = field(default_factory=Value)
    started: Started | None = None
    many: bool = False


@dataclass(eq=False, slots=True)
class Choice(Value):
    """One of several values."""

    options: tuple[Value, ...] = ()


@dataclass(eq=False, slots=True)
class Super(Value):
    """`super()` in a method of `cls`, of the object `instance`."""

    cls: Class = None  # type: ignore[assignment]
    instance: Value = field(default_factory=Value)


@dataclass(eq=False, slots=True)
class Method(Value):
    """A method of a container or another value that is modelled by name (`append`, `get`, `items`)."""

    receiver: Value = field(default_factory=Value)
    name: str = ""


@dataclass(eq=False, slots=True)
class Deferred(Value):
    """What an import gives, which is looked for only when somebody asks: most names of most imports never matter."""

    load: Callable[[], Value] = Value
    _known: Value | None = None

    def known(self) -> Value:
        """The value itself; unknown while it is being looked for (modules that import each other)."""
        if self._known is None:
            self._known = Value()
            self._known = self.load()
        return self._known


def options(value: Value) -> tuple[Value, ...]:
    """The values that this one may be."""
    if type(value) is Deferred:
        value = value.known()
    return value.options if isinstance(value, Choice) else (value,)


def join(values: Iterable[Value]) -> Value:
    """One value that stands for all of these."""
    flat: dict[object, Value] = {}
    unknown: Origins = NONE
    for value in values:
        for option in options(value):
            if type(option) is Value:
                unknown |= option.origins
                flat.setdefault("unknown", option)
            else:
                flat[_identity(option)] = option
        if isinstance(value, Choice):
            unknown |= value.origins
    known = [v for k, v in flat.items() if k != "unknown"]
    if not known:
        return Value(unknown)
    if len(known) == 1 and not unknown:
        return known[0]
    callable_first = sorted(known, key=lambda v: isinstance(v, Const))[:MOST_OPTIONS]
    return Choice(unknown, tuple(callable_first)) if len(callable_first) > 1 or unknown else callable_first[0]


def _identity(value: Value) -> object:
    if isinstance(value, Const):
        return ("const", repr(value.value), value.origins, value.written)
    if isinstance(value, External):
        return ("external", value.path, id(value.made), value.origins)
    if isinstance(value, Function):
        return ("function", id(value.info), id(value.bound), id(value.scope))
    if isinstance(value, Class):
        return ("class", id(value.info))
    return id(value)


_WITHOUT_PARTS = frozenset({Value, Const, Text, External, Module, Function, Class, Super})
MOST_PARTS = 96
"""Parts of one value that are looked at for events; what lies beyond is too far to be what a reader would name."""


def origins(value: Value | None) -> Origins:
    """The events that a value comes from, those of its parts included (the nearest parts first, to a depth)."""
    if value is None:
        return NONE
    if type(value) in _WITHOUT_PARTS:
        return value.origins
    found = value.origins
    level: list[Value] = [value]
    seen = {id(value)}
    for _ in range(DEEPEST):
        below: list[Value] = []
        for whole in level:
            for part in _parts(whole):
                if part.origins and not part.origins <= found:
                    found |= part.origins
                if type(part) not in _WITHOUT_PARTS and id(part) not in seen:
                    seen.add(id(part))
                    below.append(part)
        if not below or len(seen) > MOST_PARTS:
            break
        level = below
    return found


def _parts(value: Value) -> Iterable[Value]:
    """What a value holds; one test of the exact type each, since this is asked more often than anything else."""
    if type(value) is Instance:
        return value.attributes.values()
    if type(value) is Items:
        return value.values if value.rest is None else [*value.values, value.rest]
    if type(value) is Mapping:
        return value.values.values() if value.rest is None else [*value.values.values(), value.rest]
    match value:
        case Choice():
            return value.options
        case Method():
            return (value.receiver,)
        case Coroutine():
            return (value.result,)
        case Bound():
            return (*value.positional, *value.keywords.values())
    return ()


def marked(value: Value, more: Origins) -> Value:
    """The value, also coming from `more`. Objects with an identity are marked in place."""
    if not more or more <= value.origins:
        return value
    match value:
        case Const():
            return Const(value.origins | more, value.value, value.at)
        case Text():
            return Text(value.origins | more, value.template, value.at, value.head)
        case External():
            return External(value.origins | more, value.path, value.made, value.result)
        case Choice():
            return Choice(value.origins | more, value.options)
        case Instance() | Items() | Mapping():
            value.origins |= more
            return value
        case Function() | Class() | Module() | Bound() | Coroutine() | Super() | Method():
            return value
    return Value(value.origins | more)


def of_the_known(results: list[Value]) -> list[Value]:
    """Where one option is known to go outside, one that nobody knows of is of its kind, and gives nothing else."""
    outside = any(isinstance(v, External) and v.result for v in results)
    return [v for v in results if not (outside and isinstance(v, External) and not v.result)]


def element(value: Value) -> Value:
    """What iterating over a value gives."""
    match value:
        case Items():
            known = [*value.values, *([value.rest] if value.rest else [])]
            return marked_copy(join(known), value.origins) if known else Value(value.origins)
        case Mapping():
            keys = [Const(value.origins, k) for k in value.values]
            return join(keys) if keys else Value(origins(value))
        case Choice():
            return marked_copy(join(element(o) for o in value.options), value.origins)
        case External():
            return value
        case Coroutine():
            return value.result
        case Const(value=str()):
            return Value(value.origins)
    return Value(origins(value))


def marked_copy(value: Value, more: Origins) -> Value:
    """Like `marked`, but objects with an identity are left as they are."""
    return value if isinstance(value, Instance | Items | Mapping) else marked(value, more)


def text_of(value: Value | None) -> str | None:
    """The literal text of a value, with "{}" for what is not known; None if nothing is."""
    match value:
        case Const(value=str() as text):
            return text
        case Text():
            return value.template
        case Choice():
            texts = [t for t in map(text_of, value.options) if t]
            return texts[0] if texts else None
    return None


def mark_of(value: Value | None) -> Mark | None:
    """Where the literal text of a value stands, as far as one is known."""
    match value:
        case Const() | Text():
            return value.at
        case Choice():
            return next((m for m in map(mark_of, value.options) if m), None)
    return None


def number_of(value: Value | None) -> float | None:
    """The number that a value is, if it is one."""
    for option in options(value) if value is not None else ():
        if isinstance(option, Const) and isinstance(option.value, int | float) and not isinstance(option.value, bool):
            return float(option.value)
    return None


def source_text(node: ast.AST, limit: int = 60) -> str:
    """An expression as written, on one line, cut to a length."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (ValueError, RecursionError):
        return "..."
    return text if len(text) <= limit else text[: limit - 1] + "…"
