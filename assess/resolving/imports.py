"""Imports: which module of the tree, or which package outside, a name comes from."""

from __future__ import annotations

import ast
from functools import partial

from assess.resolving.late import fill_global, is_none
from assess.resolving.program import ModuleInfo
from assess.resolving.running import Arguments, Run, Session
from assess.resolving.scopes import Scope
from assess.resolving.trace import Trace
from assess.resolving.values import Class, Const, Deferred, External, Function, Module, Value


def module_scope(run: Run, module: ModuleInfo) -> Scope:
    """The names of a module, after its body has been followed once (its calls outside are not part of any run)."""
    own = run.scopes.get(module.path)
    if own is not None:
        return own
    shared = run.session.module_scopes
    if module.path not in shared:
        scope = Scope(module, None)
        shared[module.path] = scope
        outer, run.trace = run.trace, Trace()
        saved, run.sites, run.via, run.stack = (run.sites, run.via, run.stack), [], [], []
        budget, run.calls_left = run.calls_left, 400
        with run.counting("muted"):
            follow_module(run, module, scope)
        run.calls_left = budget
        run.sites, run.via, run.stack = saved
        run.trace = outer
    return shared[module.path]


def follow_module(run: Run, module: ModuleInfo, scope: Scope) -> None:
    """Follow the body of a module in this scope."""
    for block in module.syntax.blocks if module.syntax else ():
        scope.cell = block.cell
        if run.execute(block.body, scope) is not None and module.path.endswith(".py"):
            break


def module_attribute(run: Run, module: ModuleInfo, name: str) -> Value | None:
    """A name of a module: what its body binds, what its definitions say while the body still runs, a submodule."""
    scope = module_scope(run, module)
    bound = scope.own(name)
    if bound is not None:
        return (fill_global(run, module, name, scope) or bound) if is_none(bound) else bound
    asked = (module.path, name)
    if asked in run.asked:
        return _submodule(run, module, name)
    run.asked.add(asked)
    try:
        found = _defined(run, module, name, scope) or _submodule(run, module, name) or _starred(run, module, name)
    finally:
        run.asked.discard(asked)
    loader = scope.names.get("__getattr__") if found is None else None
    if isinstance(loader, Function) and loader.info not in run.stack:
        with run.counting("muted"):
            return run.call(loader, Arguments([Const(value=name)], {}, None, scope))
    if loader is not None:
        return Value()
    return found


def _submodule(run: Run, module: ModuleInfo, name: str) -> Value | None:
    path = run.program.tree.submodule(module.path, name)
    return Module(info=run.program.module(path)) if path is not None else None


def _starred(run: Run, module: ModuleInfo, name: str) -> Value | None:
    """A name that comes with `from other import *`."""
    for statement, _ in module.definitions.get("*", ()):
        if isinstance(statement, ast.ImportFrom):
            origin = _from_module(run, statement, module)
            if isinstance(origin, Module) and origin.info is not module:
                inner = module_attribute(run, origin.info, name)
                if inner is not None:
                    return inner
    return None


def _defined(run: Run, module: ModuleInfo, name: str, scope: Scope) -> Value | None:
    for statement, _ in module.definitions.get(name, ()):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Function(info=module.functions[id(statement)], scope=scope)
            case ast.ClassDef():
                return Class(info=module.classes[id(statement)], scope=scope)
            case ast.Import() | ast.ImportFrom():
                bound = imported_names(run, statement, scope)
                if name in bound:
                    value = bound[name]
                    return value.known() if isinstance(value, Deferred) else value
    return None


def imported_names(run: Run, statement: ast.Import | ast.ImportFrom, scope: Scope) -> dict[str, Value]:
    """The names that an import statement binds."""
    if isinstance(statement, ast.Import):
        bound: dict[str, Value] = {}
        for alias in statement.names:
            if alias.asname:
                bound[alias.asname] = _module(run, alias.name, scope.module)
            else:
                first = alias.name.split(".")[0]
                bound[first] = _module(run, first, scope.module)
        return bound
    origin = _from_module(run, statement, scope.module)
    found: dict[str, Value] = {}
    for alias in statement.names:
        if alias.name != "*":
            load = partial(_imported, run.session, origin, statement, alias.name)
            found[alias.asname or alias.name] = Deferred(load=load) if isinstance(origin, Module) else load()
        elif isinstance(origin, Module):
            inner = module_scope(run, origin.info)
            found.update({k: v for k, v in inner.names.items() if not k.startswith("_")})
    return found


def _imported(session: Session, origin: Value, statement: ast.ImportFrom, name: str) -> Value:
    """What `from origin import name` gives."""
    value = _member(Run(session), origin, name)
    if value is not None:
        return value
    # A file that is named like a package does not hide it from its siblings in a package.
    dotted = statement.module or ""
    outside = not statement.level and session.catalogue.known_root(dotted)
    return External(path=f"{dotted}.{name}") if outside else Value()


def _member(run: Run, origin: Value, name: str) -> Value | None:
    if isinstance(origin, Module):
        return module_attribute(run, origin.info, name)
    if isinstance(origin, External):
        if origin.path == "typing" and name == "TYPE_CHECKING":
            return Const(value=True)
        return External(path=f"{origin.path}.{name}")
    return Value()


def _module(run: Run, dotted: str, importer: ModuleInfo) -> Value:
    path = run.program.tree.find_module(dotted, importer.path)
    if path is None or (path.endswith("/") and run.catalogue.known_root(dotted)):
        return External(path=dotted)
    return Module(info=run.program.module(path))


def named_module(run: Run, dotted: str, importer: ModuleInfo) -> Value:
    """The module that a text names: relative to the importer if it begins with a dot."""
    level = len(dotted) - len(dotted.lstrip("."))
    if not level:
        return _module(run, dotted, importer)
    path = run.program.tree.find_relative(level, dotted[level:], importer.path)
    return Module(info=run.program.module(path)) if path is not None else Value()


def _from_module(run: Run, statement: ast.ImportFrom, importer: ModuleInfo) -> Value:
    if statement.level:
        path = run.program.tree.find_relative(statement.level, statement.module or "", importer.path)
        return Module(info=run.program.module(path)) if path is not None else Value()
    return _module(run, statement.module or "", importer)
