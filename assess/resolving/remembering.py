"""What is known of a function that was followed before, so that it is not followed again and again.

A function that made no call outside a few times is believed to make none; what it gives is kept, and the log lines
and handlers in it. In one run, a function whose calls outside are shown often enough is not followed further either.
"""

from __future__ import annotations

from dataclasses import dataclass

from assess.resolving.late import sets_attributes
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Again, Trace
from assess.resolving.values import (
    Bound,
    Choice,
    Class,
    Const,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Method,
    Module,
    Origins,
    Text,
    Value,
    element,
    join,
    marked_copy,
    options,
)

ENOUGH = 3
"""Times that a function is followed in vain before its silence is believed."""
NEAR = 3
"""Containers in containers that are searched for something to call."""
PLENTY = 12
"""Times after which values from outside are not expected to change that."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How often a function was followed in vain, what it gave, and what it shows apart from calls outside."""

    times: int
    result: Value
    trace: Trace


Whose = tuple[int, object]


def whose(function: Function) -> Whose:
    """What a method does depends on its object's class, too, and what an inner function does on what it closes over."""
    around: object = None
    if isinstance(function.bound, Instance):
        around = id(function.bound.cls.info)
    elif "<locals>" in function.info.qualified_name:
        around = function.scope
    return id(function.info.node), around


def recall(run: Run, function: Function, arguments: Arguments, given: Origins) -> tuple[Value, Trace] | None:
    """What calling the function gives and shows, if following it once more would tell nothing new."""
    key = whose(function)
    silent = run.session.silent.get(key)
    if isinstance(silent, Remembered) and not run.muted and _believed(silent, arguments):
        kept = silent.result
        shared = given and isinstance(kept, Instance | Items | Mapping)
        return (join([kept, Value(given)]) if shared else marked_copy(kept, given)), silent.trace
    spent = run.spent.get(key)
    if isinstance(spent, Remembered) and spent.times >= ENOUGH and not _any_acts(arguments, foreign=False):
        run.hidden += 1
        return marked_copy(spent.result, given), _as_before(run, spent, arguments)
    return None


def _as_before(run: Run, spent: Remembered, arguments: Arguments) -> Trace:
    """What the function showed before, as one node: traces inside each other grow with every level."""
    if arguments.node is None or not spent.trace.calls:
        return Trace()
    return Trace([Again(run.spot(arguments.node, arguments.scope), spent.trace)])


@dataclass(frozen=True, slots=True)
class Before:
    """How much a run had shown, hidden and left out before a function was followed."""

    shown: int
    hidden: int
    cut: int

    @classmethod
    def of(cls, run: Run) -> Before:
        """The state of a run now."""
        return cls(len(run.events), run.hidden, run.cuts)


def remember(run: Run, function: Function, result: Value, trace: Trace, before: Before) -> None:
    """Note what following the function gave."""
    info = function.info
    if run.muted or info.name in ("__init__", "__post_init__", "__call__") or _changes_its_object(run, info):
        return
    if run.cuts > before.cut or run.asking:
        return  # it was not followed to its end, or only asked what it would do: silence tells nothing
    key = whose(function)
    if run.hidden > before.hidden:
        if len(run.events) == before.shown:
            known = run.spent.get(key)
            run.spent[key] = Remembered(known.times + 1 if isinstance(known, Remembered) else 1, result, trace)
        return
    if not trace.silent:
        return
    known = run.session.silent.get(key)
    kept = result if any(_useful(o) for v in options(result) for o in options(_inside(v))) else Value()
    times = 1
    if isinstance(known, Remembered):
        times = known.times + 1
        alike = type(kept) is type(known.result)
        same = isinstance(kept, Instance) or not alike
        kept = (kept if alike else join([known.result, kept])) if same else known.result
    run.session.silent[key] = Remembered(times, kept, trace)


def _changes_its_object(run: Run, info: FunctionInfo) -> bool:
    return info.cls is not None and sets_attributes(run, info)


def _useful(value: Value) -> bool:
    return isinstance(value, External | Instance | Function | Class | Bound)


def _inside(value: Value) -> Value:
    """What a container gives when it is gone through, else the value itself."""
    match value:
        case Items():
            return element(value)
        case Mapping():
            return join([*value.values.values(), *([value.rest] if value.rest else [])])
    return value


def _believed(silent: Remembered, arguments: Arguments) -> bool:
    """Whether a function that was silent so often stays silent, and gives the same, with these arguments."""
    telling = [o for v in arguments.all() for o in options(v) if isinstance(o, Const | Text | Module)]
    chooses = type(silent.result) is not Value and bool(telling)
    return silent.times >= ENOUGH and not chooses and not _any_acts(arguments, foreign=silent.times < PLENTY)


def _any_acts(arguments: Arguments, *, foreign: bool) -> bool:
    return any(_acts(value, foreign=foreign) for value in arguments.all())


def _acts(value: Value, *, foreign: bool, depth: int = NEAR) -> bool:
    """Whether an argument can make a function do more than before: something to call, or a client (if `foreign`)."""
    if depth < 0:
        return False  # a container may hold itself
    match value:
        case Function() | Class() | Bound() | Coroutine():
            return True
        case Method():
            return foreign
        case External():
            return foreign and value.made is not None
        case Choice():
            return any(_acts(o, foreign=foreign, depth=depth - 1) for o in value.options)
        case Items():
            return any(
                _acts(v, foreign=foreign, depth=depth - 1)
                for v in (*value.values, *([value.rest] if value.rest else ()))
            )
        case Mapping():
            inner = (*value.values.values(), *([value.rest] if value.rest else ()))
            return any(_acts(v, foreign=foreign, depth=depth - 1) for v in inner)
        case Instance():
            return any(isinstance(a, Function | Bound | Coroutine) for a in value.attributes.values())
    return False
