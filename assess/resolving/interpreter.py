"""Puts the parts of the interpreter together and runs entries."""

from __future__ import annotations

from assess.catalogue.catalogue import Catalogue
from assess.model.source import Skipped
from assess.reading.tree import SourceTree
from assess.resolving import calling, expressions, objects, statements
from assess.resolving.containers import wait_for
from assess.resolving.effort import effort
from assess.resolving.graphs import Build, follow_graph
from assess.resolving.imports import follow_module, module_attribute, module_scope
from assess.resolving.objects import assume, class_scope
from assess.resolving.program import FunctionInfo, ModuleInfo, Program
from assess.resolving.running import Arguments, Operations, Run, Session
from assess.resolving.scopes import Scope
from assess.resolving.trace import Trace
from assess.resolving.values import Class, Coroutine, Function, Value, options

INTERPRETER = Operations(expressions.evaluate, statements.execute, calling.call, objects.attribute, objects.annotated)


def open_session(tree: SourceTree, catalogue: Catalogue, *, thorough: bool = False) -> Session:
    """A session in which every module is followed at most once as an import."""
    spent = effort(tree, catalogue, thorough=thorough)
    return Session(Program(tree, spent.files), catalogue, INTERPRETER, spent)


def load_modules(session: Session) -> None:
    """Follow the body of every module once, so that decorators and registrations are known."""
    for module in session.program.modules():
        try:
            module_scope(Run(session), module)
        except RecursionError:
            reason = "not followed as an import: nested too deeply"
            session.program.tree.skipped.append(Skipped(module.path, reason))


def run_function(session: Session, info: FunctionInfo) -> tuple[Trace, Run]:
    """Follow a function as something outside starts it: its arguments are what its annotations promise."""
    run = Run(session)
    run.called_from_outside = True
    function = _function_value(run, info)
    scope = module_scope(run, info.module)
    with run.capturing() as trace:
        value = run.call(function, Arguments([], {}, None, scope, open=True))
        if isinstance(value, Coroutine):
            wait_for(run, value)
    return trace, run


def _function_value(run: Run, info: FunctionInfo) -> Value:
    if info.cls is not None:
        owner = _class_value(run, info)
        bound = objects.class_attribute(run, owner, info.name, assume(run, owner, given=False))
        if isinstance(bound, Function):
            return bound
        return Function(info=info, scope=class_scope(run, owner), bound=assume(run, owner, given=False))
    if "<locals>" not in info.qualified_name:
        found = module_attribute(run, info.module, info.name)
        for option in options(found) if found is not None else ():
            if isinstance(option, Function) and option.info is info:
                return option
    return Function(info=info, scope=_enclosing_scope(run, info))


def _enclosing_scope(run: Run, info: FunctionInfo) -> Scope:
    """The scope around a nested function: its enclosing functions are followed as far as their bodies go."""
    known = run.session.enclosing.get(id(info.node))
    return known if known is not None else module_scope(run, info.module)


def _class_value(run: Run, info: FunctionInfo) -> Class:
    assert info.cls is not None
    scope = module_scope(run, info.module)
    for option in options(module_attribute(run, info.module, info.cls.name) or Value()):
        if isinstance(option, Class) and option.info is info.cls:
            return option
    return Class(info=info.cls, scope=scope)


def run_graph(session: Session, build: Build) -> Trace:
    """Follow a graph as its platform runs it."""
    run = Run(session)
    with run.capturing() as trace:
        follow_graph(run, build)
    return trace


def run_module(session: Session, module: ModuleInfo) -> tuple[Trace, Run]:
    """Follow a file as a script."""
    run = Run(session)
    run.main = module.path
    scope = Scope(module, None)
    run.scopes[module.path] = scope
    with run.capturing() as trace:
        follow_module(run, module, scope)
    return trace, run
