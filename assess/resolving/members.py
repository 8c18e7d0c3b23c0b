"""What looking over a module or an object gives: `inspect.getmembers(module)`.

Only what the module itself defines counts: names that it imports are there too, but nobody looks for them.
"""

from __future__ import annotations

from assess.resolving.imports import module_scope
from assess.resolving.naming import abstract
from assess.resolving.program import ModuleInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.values import (
    Class,
    External,
    Function,
    Instance,
    Items,
    Module,
    Value,
    join,
    options,
)


def get_members(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`inspect.getmembers(owner, predicate)`: pairs of a name and a member."""
    del callee
    wanted = _wanted(arguments.get(1, "predicate"))
    found = [m for option in options(arguments.get(0, "object") or Value()) for m in _members(run, option, wanted)]
    return Items(rest=Items(values=[Value(), join(found)]), ordered=False) if found else None


def _wanted(predicate: Value | None) -> tuple[type[Value], ...]:
    path = predicate.path if isinstance(predicate, External) else ""
    if path == "inspect.isclass":
        return (Class,)
    if path in ("inspect.isfunction", "inspect.iscoroutinefunction", "inspect.ismethod"):
        return (Function,)
    return (Class, Function)


def _members(run: Run, owner: Value, wanted: tuple[type[Value], ...]) -> list[Value]:
    if isinstance(owner, Module):
        found = [v for v in _defined(run, owner.info) if isinstance(v, wanted)]
        classes: list[Value] = [v for v in found if isinstance(v, Class) and not abstract(v)]
        return classes or [v for v in found if isinstance(v, Function)]
    if isinstance(owner, Instance) and Function in wanted:
        methods = owner.cls.info.methods
        return [run.attribute(owner, name) for name in methods if not name.startswith("_")]
    return []


def _defined(run: Run, module: ModuleInfo) -> list[Value]:
    names = module_scope(run, module).names
    values = [option for value in names.values() for option in options(value)]
    return [v for v in values if isinstance(v, Class | Function) and v.info.module is module]
