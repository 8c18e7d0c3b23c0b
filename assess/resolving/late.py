"""Names and attributes that are None at first and filled by a function later: `global llm; llm = build()`.

Whatever a function of the same module (or another method of the same class) puts there, the name may be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assess.resolving.program import ClassInfo, FunctionInfo, ModuleInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.values import Const, Function, Instance, Value

MOST_SETTERS = 8
CALLS_FOR_GLOBALS = 1000
"""Function bodies that filling the globals of a module may cost, once for a whole tree."""
CALLS_FOR_ATTRIBUTE = 60


def is_none(value: Value | None) -> bool:
    """Whether the value is the literal None, or nothing."""
    return value is None or (isinstance(value, Const) and value.value is None)


def fill_global(run: Run, module: ModuleInfo, name: str, scope: Scope) -> Value | None:
    """Run the functions that fill a global of this module; what it is then, or None if nothing fills it."""
    for info in _global_setters(run, module).get(name, ())[:MOST_SETTERS]:
        if id(info.node) in run.session.filled:
            continue
        run.session.filled.add(id(info.node))
        _apply(run, Function(info=info, scope=scope), scope, CALLS_FOR_GLOBALS)
    found = scope.own(name)
    return _declared(run, module, name, scope) if is_none(found) else found


def _declared(run: Run, module: ModuleInfo, name: str, scope: Scope) -> Value | None:
    """What the annotation of a global promises: another module may set it."""
    for statement, _ in module.definitions.get(name, ()):
        if isinstance(statement, ast.AnnAssign):
            promised = run.promise(statement.annotation, scope)
            if type(promised) is not Value:
                return promised
    return None


def fill_attribute(run: Run, instance: Instance, name: str, classes: list[ClassInfo]) -> Value | None:
    """Run the methods that set an attribute of this object; what it is then, or None if nothing sets it."""
    key = (id(instance), name)
    if key in run.late:
        return None
    run.late.add(key)
    before = instance.attributes.get(name)
    outer, run.giving = run.giving, int(instance.given)
    for info in [m for c in classes for m in _attribute_setters(run, c).get(name, ())][:MOST_SETTERS]:
        if info in run.stack:
            continue
        with run.counting("conditional"):
            _apply(run, run.attribute(instance, info.name), Scope(info.module, None), CALLS_FOR_ATTRIBUTE)
    run.giving = outer
    found = instance.attributes.get(name)
    return None if is_none(found) or found is before else found


def _apply(run: Run, function: Value, scope: Scope, most: int) -> None:
    saved, run.sites, run.via, run.stack = (run.sites, run.via, run.stack), [], [], list(run.stack)
    budget, run.calls_left = run.calls_left, most
    with run.capturing(), run.counting("muted"):
        if isinstance(function, Function):
            run.call(function, Arguments([], {}, None, scope, open=True))
    run.calls_left = budget
    run.sites, run.via, run.stack = saved


def _global_setters(run: Run, module: ModuleInfo) -> dict[str, list[FunctionInfo]]:
    known = run.session.setters.get(id(module))
    if known is None:
        known = {}
        for info in module.functions.values():
            declared = {n for node in _own(info.node) if isinstance(node, ast.Global) for n in node.names}
            for name in dict.fromkeys(_assigned(info.node)):
                if name in declared:
                    known.setdefault(name, []).append(info)
        run.session.setters[id(module)] = known
    return known


def _attribute_setters(run: Run, cls: ClassInfo) -> dict[str, list[FunctionInfo]]:
    known = run.session.setters.get(id(cls))
    if known is None:
        known = {}
        for info in cls.methods.values():
            if info.name == "__init__" or isinstance(info.node, ast.Lambda) or info.node.decorator_list:
                continue
            first = info.node.args.args[0].arg if info.node.args.args else None
            for name in dict.fromkeys(_set_on(info.node, first) if first else ()):
                known.setdefault(name, []).append(info)
        run.session.setters[id(cls)] = known
    return known


def sets_attributes(run: Run, info: FunctionInfo) -> bool:
    """Whether a method gives its object attributes."""
    assert info.cls is not None
    return any(info in setters for setters in _attribute_setters(run, info.cls).values())


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, those of functions inside it left out."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(child)


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    for child in _own(node):
        match child:
            case ast.Assign(targets=targets, value=value) if not _is_none(value):
                for target in targets:
                    yield from target.elts if isinstance(target, ast.Tuple) else [target]
            case ast.AnnAssign(target=target, value=value) if value is not None and not _is_none(value):
                yield target


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _assigned(node: ast.AST) -> Iterator[str]:
    return (t.id for t in _targets(node) if isinstance(t, ast.Name))


def _set_on(node: ast.AST, owner: str) -> Iterator[str]:
    for target in _targets(node):
        match target:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == owner:
                yield attribute
