"""Statements: control flow to the nodes of a trace, definitions and imports to names."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

from assess.model.observed import HandlerKind
from assess.model.step import Timeout, TimeoutFrom
from assess.reading.parse import is_main_test
from assess.resolving.asking import asked, called_at, given
from assess.resolving.assigning import bind_target
from assess.resolving.beginning import begins
from assess.resolving.concurrency import LIMITERS, opened_group
from assess.resolving.deciding import certain
from assess.resolving.expressions import arguments_of, awaited, function_scope
from assess.resolving.handlers import Conduct, caught_names, conduct
from assess.resolving.imports import imported_names
from assess.resolving.leaving import control, note_raise, raised_in
from assess.resolving.looping import follow_for, follow_while
from assess.resolving.objects import class_attribute
from assess.resolving.running import Arguments, Decoration, Run
from assess.resolving.scopes import Scope, merged
from assess.resolving.tasks import opened
from assess.resolving.trace import Branch, Caught, Trace, Try
from assess.resolving.values import (
    NONE,
    Bound,
    Class,
    Const,
    External,
    Function,
    Instance,
    Items,
    Text,
    Value,
    element,
    join,
    number_of,
    options,
    origins,
    source_text,
    text_of,
)

Names = dict[str, Value]


def execute(run: Run, body: list[ast.stmt], scope: Scope) -> str | None:
    """Follow statements; how control leaves before their end, or None."""
    for statement in body:
        handler = _HANDLERS.get(type(statement))
        leaves = handler(run, statement, scope) if handler is not None else None
        if leaves is not None:
            run.trace.exits = leaves
            return leaves
    return None


def _expression(run: Run, node: ast.Expr, scope: Scope) -> str | None:
    run.dropped = node.value.value if isinstance(node.value, ast.Await) else node.value
    value = run.evaluate(node.value, scope)
    if isinstance(value, External) and value.path in ("sys.exit", "os._exit", "builtins.exit", "builtins.quit"):
        return "raise"
    return None


def _assign(run: Run, node: ast.Assign, scope: Scope) -> None:
    value = run.evaluate(node.value, scope)
    for target in node.targets:
        bind_target(run, target, value, scope)
        _note_call(target, node.value, scope)


def _note_call(target: ast.expr, value: ast.expr, scope: Scope) -> None:
    """Remember which call a name got its value from."""
    site = called_at(value, scope)
    if site is not None and isinstance(target, ast.Name) and target.id not in scope.outer:
        scope.came[target.id] = site


def _annotated(run: Run, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        bind_target(run, node.target, run.evaluate(node.value, scope), scope)
        _note_call(node.target, node.value, scope)


def _augmented(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    value = run.evaluate(node.value, scope)
    if isinstance(node.target, ast.Name):
        known = scope.find(node.target.id)
        if isinstance(known, Items):
            known.rest = join([v for v in (known.rest, element(value)) if v is not None])
            return
        if isinstance(known, Const | Text) and isinstance(value, Const | Text):
            # What a text begins with is kept: a loop would go on adding to it.
            begin = (text_of(known) or "").partition("{}")[0] if isinstance(node.op, ast.Add) else ""
            scope.bind(node.target.id, Text(known.origins | value.origins | control(run, scope), f"{begin}{{}}"))
            return
        scope.bind(node.target.id, Value((origins(known) if known else frozenset()) | origins(value)))
    elif isinstance(node.target, ast.Attribute):
        known = run.evaluate(node.target, scope)
        bind_target(run, node.target, Value(origins(known) | origins(value)), scope)


def _return(run: Run, node: ast.Return, scope: Scope) -> str:
    value = run.evaluate(node.value, scope) if node.value is not None else Const(value=None)
    function_scope(scope).returned.append(value)
    run.trace.gives = given(node.value)
    return "return"


def _raise(run: Run, node: ast.Raise, scope: Scope) -> str:
    if node.exc is not None:
        note_raise(run, run.evaluate(node.exc, scope))
    return "raise"


def _import(run: Run, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    for name, value in imported_names(run, node, scope).items():
        scope.bind(name, value)


def _global(run: Run, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    del run
    scope.outer.update(node.names)


def _function(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    info = scope.module.functions.get(id(node))
    if info is None:
        return
    value: Value = Function(info=info, scope=scope)
    run.session.enclosing[id(node)] = scope
    for decorator in reversed(node.decorator_list):
        value = decorated(run, decorator, value, scope)
    scope.bind(node.name, value)


def decorated(run: Run, decorator: ast.expr, value: Value, scope: Scope) -> Value:
    """The function after one decorator; decorators from outside are noted and change nothing."""
    with run.counting("muted"):
        applied = run.evaluate(decorator, scope)
    for option in options(applied):
        if isinstance(option, External):
            _note(run, value, option, decorator, scope)
        elif isinstance(option, Function | Bound | Class | Instance):
            with run.counting("muted"):
                result = run.call(option, Arguments([value], {}, None, scope))
            if isinstance(result, Function | Bound | Instance):
                return result
    return value


def _note(run: Run, value: Value, option: External, decorator: ast.expr, scope: Scope) -> None:
    if not isinstance(value, Function | Class):
        return
    made = option.made
    given: Arguments | None = None
    if isinstance(decorator, ast.Call):
        with run.counting("muted"):
            given = arguments_of(run, decorator, scope)
    decoration = Decoration(
        option.path,
        tuple(given.positional) if given else (),
        given.keywords if given else {},
        made,
        given is not None,
    )
    if made is not None and option.path.rpartition(".")[2] in (
        "tool",
        "tool_plain",
        "system_prompt",
        "output_validator",
    ):
        owner = run.session.tools.setdefault(id(made), [])
        if isinstance(value, Function) and all(v is not value for v in owner):
            owner.append(value)
    known = run.session.decorations.setdefault(id(value.info.node), [])
    if all(d.path != decoration.path for d in known):
        known.append(decoration)


def _class(run: Run, node: ast.ClassDef, scope: Scope) -> None:
    info = scope.module.classes.get(id(node))
    if info is None:
        return
    value = Class(info=info, scope=scope)
    scope.bind(node.name, value)
    for decorator in node.decorator_list:
        with run.counting("muted"):
            applied = run.evaluate(decorator, scope)
        for option in options(applied):
            if isinstance(option, External):
                _note(run, value, option, decorator, scope)
    _note_methods(run, value, scope)


def _note_methods(run: Run, cls: Class, scope: Scope) -> None:
    body = Scope(scope.module, scope)
    body.cls = cls.info
    for method in cls.info.methods.values():
        node = method.node
        if isinstance(node, ast.Lambda):
            continue
        plain: Value = Function(info=method, scope=body)
        value = plain
        for decorator in reversed(node.decorator_list):
            match decorator:
                case ast.Name(id="staticmethod" | "classmethod" | "property" | "abstractmethod"):
                    continue
            value = decorated(run, decorator, value, body)
        if isinstance(value, Function) and value is not plain:
            run.session.wrapped[id(node)] = value


def _if(run: Run, node: ast.If, scope: Scope) -> str | None:
    if is_main_test(node.test):
        return run.execute(node.body, scope) if scope.module.path == run.main else None
    test = run.evaluate(node.test, scope)
    decided = certain(run, node.test, scope)
    if decided is not None:
        return run.execute(node.body if decided else node.orelse, scope)
    deciding = origins(test)
    asks = asked(run, node.test, scope)
    before = dict(scope.names)
    states: list[Names] = []
    exits: list[str | None] = []
    arms: list[tuple[str | None, Trace]] = []
    for role, body in (("then", node.body), ("else", node.orelse)):
        scope.names = dict(before)
        with run.capturing() as trace, run.counting("conditional"), run.decided_by(scope, deciding):
            leaves = run.execute(body, scope)
        trace.exits = leaves
        exits.append(leaves)
        if leaves is None:
            states.append(scope.names)
        arms.append((role, trace))
    scope.names = merged(states) if states else before
    if any(trace.nodes for _, trace in arms) or any(exits):
        run.emit(Branch(run.spot(node, scope), source_text(node.test), arms, open=not node.orelse, asked=asks))
    return exits[0] if all(exits) else None


def _match(run: Run, node: ast.Match, scope: Scope) -> str | None:
    subject = run.evaluate(node.subject, scope)
    before = dict(scope.names)
    states: list[Names] = [before]
    exits: list[str | None] = [None]
    arms: list[tuple[str | None, Trace]] = []
    for case in node.cases:
        scope.names = dict(before)
        for name in ast.walk(case.pattern):
            if isinstance(name, ast.MatchAs | ast.MatchStar) and name.name:
                scope.bind(name.name, Value(origins(subject)))
        with run.capturing() as trace, run.counting("conditional"):
            leaves = run.execute(case.body, scope)
        trace.exits = leaves
        exits.append(leaves)
        if leaves is None:
            states.append(scope.names)
        arms.append(("then", trace))
    scope.names = merged(states)
    if any(trace.nodes for _, trace in arms):
        run.emit(Branch(run.spot(node, scope), f"match {source_text(node.subject)}", arms))
    return None


def _try(run: Run, node: ast.Try | ast.TryStar, scope: Scope) -> str | None:
    before = dict(scope.names)
    outer, run.raised = run.raised, NONE
    with run.capturing() as body:
        with run.counting("trying"):
            leaves = run.execute(node.body, scope)
        if leaves is None and node.orelse:
            leaves = run.execute(node.orelse, scope)
    body.exits, body.begins = leaves, begins(node.body)
    states = [scope.names] if leaves is None else []
    maybe = merged([before, scope.names])
    handlers: list[Caught] = []
    exits = [leaves]
    error = raised_in(run, list(body.events()))
    run.raised |= outer
    for handler in node.handlers:
        scope.names = dict(maybe)
        if handler.name:
            scope.bind(handler.name, Value(error))
        with run.capturing() as trace, run.counting("conditional"), run.decided_by(scope, error):
            gone = run.execute(handler.body, scope)
        trace.exits = gone
        exits.append(gone)
        if gone is None:
            states.append(scope.names)
        handlers.append(_caught(run, handler, trace, scope))
    scope.names = merged(states) if states else maybe
    with run.capturing() as last:
        finally_leaves = run.execute(node.finalbody, scope) if node.finalbody else None
    if body.nodes or last.nodes or any(h.trace.nodes for h in handlers):
        run.emit(Try(run.spot(node, scope), body, handlers, last))
    if finally_leaves is not None:
        return finally_leaves
    return exits[0] if all(exits) else None


def _caught(run: Run, handler: ast.ExceptHandler, trace: Trace, scope: Scope) -> Caught:
    does = conduct(handler.body)
    if id(handler) in run.session.giving_up:
        does = replace(does, raises=True)
    return _make_caught(HandlerKind.EXCEPT, run, handler, caught_names(handler), does, trace, scope)


def _make_caught(
    kind: HandlerKind, run: Run, node: ast.AST, catches: tuple[str, ...], does: Conduct, trace: Trace, scope: Scope
) -> Caught:
    return Caught(kind, run.spot(node, scope), catches, does.raises, does.stops, does.logs, does.leaves, trace)


def _with(run: Run, node: ast.With | ast.AsyncWith, scope: Scope) -> str | None:
    return _with_items(run, node, list(node.items), scope)


def _with_items(run: Run, node: ast.With | ast.AsyncWith, items: list[ast.withitem], scope: Scope) -> str | None:
    if not items:
        return run.execute(node.body, scope)
    item, *others = items
    if isinstance(node, ast.AsyncWith):
        run.awaiting = item.context_expr
    manager = awaited(run, run.evaluate(item.context_expr, scope))
    run.awaiting = None
    path = manager.path if isinstance(manager, External) else ""
    entered = _entered(run, manager, scope)
    if item.optional_vars is not None:
        bind_target(run, item.optional_vars, entered, scope)
    if path == "contextlib.suppress" and isinstance(manager, External):
        with run.capturing() as body, run.counting("conditional"):
            run.execute(node.body, scope)
        if body.nodes:
            names = tuple(source_text(a) for a in getattr(item.context_expr, "args", ()))
            does = Conduct(raises=False, stops=False, logs=False, leaves="pass")
            caught = _make_caught(HandlerKind.SUPPRESS, run, item.context_expr, names, does, Trace(), scope)
            run.emit(Try(run.spot(node, scope), body, [caught], Trace()))
        return None
    if path in ("asyncio.timeout", "async_timeout.timeout", "anyio.fail_after", "anyio.move_on_after"):
        made = manager.made if isinstance(manager, External) else None
        seconds = number_of(made.positional[0]) if made and made.positional else None
        with run.layer(timeout=Timeout(set=True, seconds=seconds, source=TimeoutFrom.WAIT_FOR)):
            return _with_items(run, node, others, scope)
    limits = run.counting("limits") if path in LIMITERS else nullcontext()
    with opened_group(run, path), opened(run, manager), limits:
        return _with_items(run, node, others, scope)


def _entered(run: Run, manager: Value, scope: Scope) -> Value:
    found: list[Value] = []
    for option in options(manager):
        match option:
            case Items():
                found.append(element(option))
            case Instance():
                for name in ("__enter__", "__aenter__"):
                    method = class_attribute(run, option.cls, name, option)
                    if isinstance(method, Function):
                        entered = awaited(run, run.call(method, Arguments([], {}, None, scope)))
                        found.append(option if type(entered) is Value else entered)
                        break
                else:
                    found.append(option)
            case _:
                found.append(option)
    return join(found) if found else Value()


def _leave(kind: str) -> Callable[[Run, ast.stmt, Scope], str]:
    def leave(run: Run, node: ast.stmt, scope: Scope) -> str:
        del run, node, scope
        return kind

    return leave


def _assert(run: Run, node: ast.Assert, scope: Scope) -> None:
    run.evaluate(node.test, scope)


_Handler = Callable[[Run, ast.stmt, Scope], str | None]
_HANDLERS: dict[type[ast.stmt], _Handler] = {
    ast.Expr: _expression,  # type: ignore[dict-item]
    ast.Assign: _assign,  # type: ignore[dict-item]
    ast.AnnAssign: _annotated,  # type: ignore[dict-item]
    ast.AugAssign: _augmented,  # type: ignore[dict-item]
    ast.Return: _return,  # type: ignore[dict-item]
    ast.Raise: _raise,  # type: ignore[dict-item]
    ast.Import: _import,  # type: ignore[dict-item]
    ast.ImportFrom: _import,  # type: ignore[dict-item]
    ast.Global: _global,  # type: ignore[dict-item]
    ast.Nonlocal: _global,  # type: ignore[dict-item]
    ast.FunctionDef: _function,  # type: ignore[dict-item]
    ast.AsyncFunctionDef: _function,  # type: ignore[dict-item]
    ast.ClassDef: _class,  # type: ignore[dict-item]
    ast.If: _if,  # type: ignore[dict-item]
    ast.Match: _match,  # type: ignore[dict-item]
    ast.For: follow_for,  # type: ignore[dict-item]
    ast.AsyncFor: follow_for,  # type: ignore[dict-item]
    ast.While: follow_while,  # type: ignore[dict-item]
    ast.Try: _try,  # type: ignore[dict-item]
    ast.TryStar: _try,  # type: ignore[dict-item]
    ast.With: _with,  # type: ignore[dict-item]
    ast.AsyncWith: _with,  # type: ignore[dict-item]
    ast.Continue: _leave("continue"),
    ast.Break: _leave("break"),
    ast.Assert: _assert,  # type: ignore[dict-item]
}
