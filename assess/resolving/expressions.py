"""Expressions to values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from assess.resolving.asking import note_direct
from assess.resolving.assigning import bind_target
from assess.resolving.containers import lookup, wait_for
from assess.resolving.deciding import certain
from assess.resolving.imports import module_scope
from assess.resolving.late import fill_global, is_none
from assess.resolving.leaving import note_call
from assess.resolving.piping import piped
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.settings import looked_up
from assess.resolving.tasks import linked
from assess.resolving.trace import Branch, Loop, Trace, Yielded
from assess.resolving.values import (
    NONE,
    Choice,
    Const,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Module,
    Text,
    Value,
    element,
    join,
    mark_of,
    marked,
    marked_copy,
    options,
    origins,
    source_text,
    text_of,
)

LONGEST_TEXT = 2_000
_CHANGING = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})
MOST_ITEMS = 64
"""Code that doubles a text or a list again and again must not fill the memory."""


def evaluate(run: Run, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression; calls in it that leave the process are emitted."""
    handler = _HANDLERS.get(type(node))
    return handler(run, node, scope) if handler is not None else _parts(run, node, scope)


def _parts(run: Run, node: ast.expr, scope: Scope) -> Value:
    """Anything else: it comes from all its parts."""
    found = NONE
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found |= origins(run.evaluate(child, scope))
    return Value(found)


def _constant(run: Run, node: ast.Constant, scope: Scope) -> Value:
    del run
    at = (scope.module.path, scope.cell, node.lineno) if isinstance(node.value, str) else None
    return Const(value=node.value, at=at, written=True)


def _settable(value: Value) -> bool:
    """Whether a setting may say otherwise than the literal that is known."""
    found = options(value)
    return len(found) > 1 and any(isinstance(o, External) for o in found)


def _text(run: Run, node: ast.JoinedStr, scope: Scope) -> Value:
    pieces: list[str] = []
    found = NONE
    head: Value | None = None
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = run.evaluate(part.value, scope)
            found |= origins(value)
            head = head if pieces else value
            pieces.append("{}" if _settable(value) else text_of(value) or "{}")
        elif isinstance(part, ast.Constant):
            pieces.append(str(part.value))
    at = mark_of(head) or (scope.module.path, scope.cell, node.lineno)
    return Text(found, "".join(pieces)[:LONGEST_TEXT], at, head)


def _name(run: Run, node: ast.Name, scope: Scope) -> Value:
    found = scope.find(node.id)
    if found is not None and not is_none(found):
        return found
    module = module_scope(run, scope.module)
    if found is not None:
        own = module.own(node.id)
        return (fill_global(run, scope.module, node.id, module) if own is found else None) or found
    known = module.own(node.id)
    if known is not None:
        return known
    if scope.module.definitions.get(node.id):
        from assess.resolving.imports import module_attribute  # noqa: PLC0415 - only while the module runs

        return module_attribute(run, scope.module, node.id) or Value()
    return External(path=f"builtins.{node.id}")


def _attribute(run: Run, node: ast.Attribute, scope: Scope) -> Value:
    found = run.attribute(run.evaluate(node.value, scope), node.attr)
    return replace(found, written=False) if isinstance(found, Const) else found


def _call(run: Run, node: ast.Call, scope: Scope) -> Value:
    awaited = run.awaiting
    if awaited is node:
        run.awaiting = None
    callee = run.evaluate(node.func, scope)
    arguments = arguments_of(run, node, scope)
    run.awaiting = awaited
    value = run.call(callee, arguments)
    note_direct(run, node, scope, callee)
    run.awaiting = None if awaited is node else run.awaiting
    _touch(run, node, scope, arguments)
    note_call(run, node, scope, callee)
    return value


def _leaves(run: Run, value: External, name: str) -> bool:
    """Whether a method leaves the process: then its arguments are sent, and not kept in the object."""
    return run.session.fact(f"{value.path}.{name}") is not None


def _touch(run: Run, node: ast.Call, scope: Scope, arguments: Arguments) -> None:
    """`messages.append(x)` or `session.add(x)`: what the name stands for now also comes from x."""
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        name = node.func.value.id
        value = scope.names.get(name)
        if type(value) is Value or isinstance(value, External):
            more = NONE
            for argument in arguments.all():
                more |= origins(argument)
            if more and not (isinstance(value, External) and _leaves(run, value, node.func.attr)):
                scope.names[name] = marked(value, more)

    elif isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
        _touch_part(node.func.value, scope, arguments)


def _touch_part(part: ast.expr, scope: Scope, arguments: Arguments) -> None:
    """`rows[0].update(x)`: what stands in a list or dict, and nobody knows more of, now also comes from x."""
    match part:
        case ast.Subscript(value=ast.Name(id=name)):
            holder = scope.find(name)
            if isinstance(holder, Items | Mapping):
                for argument in arguments.all():
                    holder.origins |= origins(argument)


def arguments_of(run: Run, node: ast.Call, scope: Scope) -> Arguments:
    """The arguments of a call as values."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    rest = NONE
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            value = run.evaluate(argument.value, scope)
            for option in options(value):
                if isinstance(option, Items):
                    positional += option.values
                    positional += [option.rest] if option.rest is not None else []
                else:
                    is_open = True
                    positional += [element(option)] if origins(option) else []
        else:
            positional.append(run.evaluate(argument, scope))
    for keyword in node.keywords:
        value = run.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        for option in options(value):
            if isinstance(option, Mapping):
                keywords.update({k: v for k, v in option.values.items() if isinstance(k, str)})
                rest |= origins(option.rest) | option.origins
                is_open = is_open or option.rest is not None
            else:
                is_open = True
                rest |= origins(option)
    return Arguments(positional, keywords, node, scope, is_open, rest)


def _await(run: Run, node: ast.Await, scope: Scope) -> Value:
    run.awaiting = node.value
    value = run.evaluate(node.value, scope)
    run.awaiting = None
    return awaited(run, value)


def awaited(run: Run, value: Value) -> Value:
    """What `await` gives."""
    if isinstance(value, Coroutine):
        wait_for(run, value)
        return value.result
    if isinstance(value, Choice):
        return join(awaited(run, o) for o in value.options)
    return value


def _operator(run: Run, node: ast.BinOp, scope: Scope) -> Value:
    left, right = run.evaluate(node.left, scope), run.evaluate(node.right, scope)
    if isinstance(node.op, ast.RShift) and linked(run, left, right):
        return right
    if isinstance(node.op, ast.LShift) and linked(run, right, left):
        return right
    found = origins(left) | origins(right)
    if isinstance(node.op, ast.BitOr):
        kept = [v for side in (left, right) for v in options(side) if isinstance(v, External | Instance | Function)]
        chain = piped(node, left, right, scope)
        if chain is not None or kept:
            return chain or join(kept)
    if isinstance(node.op, ast.Add):
        if isinstance(left, Items) and isinstance(right, Items):
            rest = [v for v in (left.rest, right.rest) if v is not None]
            values = [*left.values, *right.values]
            rest += values[MOST_ITEMS:]
            return Items(found, values[:MOST_ITEMS], rest=join(rest) if rest else None)
        one, two = text_of(left), text_of(right)
        if one is not None or two is not None:
            return Text(found, ((one or "{}") + (two or "{}"))[:LONGEST_TEXT], mark_of(left), left)
    if isinstance(node.op, ast.Mod) and text_of(left) is not None:
        return Text(found, text_of(left) or "", mark_of(left))
    if isinstance(node.op, ast.Div) and isinstance(left, External):
        # Another path than the folder that it starts with: what is written there is not written here.
        return External(left.origins | found, left.path, left.made, left.result)
    return Value(found)


def _either(run: Run, node: ast.BoolOp, scope: Scope) -> Value:
    values = [run.evaluate(node.values[0], scope)]
    for part in node.values[1:]:
        with run.capturing() as trace, run.counting("conditional"):
            values.append(run.evaluate(part, scope))
        if trace.nodes:
            run.emit(Branch(run.spot(part, scope), source_text(node), [("then", trace)]))
    return join(values)


def _choice(run: Run, node: ast.IfExp, scope: Scope) -> Value:
    test = run.evaluate(node.test, scope)
    del test
    arms: list[tuple[str | None, Trace]] = []
    values: list[Value] = []
    for role, part in (("then", node.body), ("else", node.orelse)):
        with run.capturing() as trace, run.counting("conditional"):
            values.append(run.evaluate(part, scope))
        arms.append((role, trace))
    if any(trace.nodes for _, trace in arms):
        run.emit(Branch(run.spot(node, scope), source_text(node.test), arms, open=False))
    return join(values)


def _items(run: Run, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    values: list[Value] = []
    rest: list[Value] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            rest += [element(option) for option in options(run.evaluate(part.value, scope))]
        else:
            values.append(run.evaluate(part, scope))
    return Items(values=values, ordered=not isinstance(node, ast.Set), rest=join(rest) if rest else None)


def _mapping(run: Run, node: ast.Dict, scope: Scope) -> Value:
    result = Mapping()
    for key, part in zip(node.keys, node.values, strict=True):
        value = run.evaluate(part, scope)
        if key is None:
            for option in options(value):
                if isinstance(option, Mapping):
                    result.values.update(option.values)
                    result.rest = result.rest or option.rest
                else:
                    result.origins |= origins(option)
            continue
        name = run.evaluate(key, scope)
        if isinstance(name, Const) and isinstance(name.value, str | int | bool | float | bytes | None):
            result.values[name.value] = value
        else:
            result.rest = join([v for v in (result.rest, value) if v is not None])
    return result


def _comprehension(run: Run, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Value:
    inner = Scope(scope.module, scope)
    chosen = _chosen(run, node, scope, inner)
    if chosen is not None:
        return chosen
    first = node.generators[0]
    results: list[Value] = []
    once = run.evaluate(first.iter, scope)  # before the first round, as Python does
    with run.capturing() as trace, run.counting("loops"):
        for generator in node.generators:
            source = once if generator is first else run.evaluate(generator.iter, inner)
            source = awaited(run, source) if generator.is_async else source
            bind_target(run, generator.target, element(source), inner)
            for test in generator.ifs:
                run.evaluate(test, inner)
        if isinstance(node, ast.DictComp):
            key = run.evaluate(node.key, inner)
            results = [key, run.evaluate(node.value or node.key, inner)]  # `{**x for x in y}` has no value
        else:
            each = run.evaluate(node.elt, inner)
            results = [element(each) if isinstance(node.elt, ast.Starred) else each]
    if trace.nodes:
        over = source_text(first.iter)
        run.emit(Loop(run.spot(node, scope), f"for {source_text(first.target)} in {over}", over, trace))
    last = results[-1]
    for option in options(last):
        if isinstance(option, Coroutine):
            option.many = True
    if isinstance(node, ast.DictComp):
        return Mapping(origins(results[0]), rest=last)
    return Items(rest=last, ordered=False)


def _chosen(run: Run, node: ast.expr, scope: Scope, inner: Scope) -> Value | None:
    """`[tools[name] for name in ("a", "b") if name in tools]`: what a list of literals chooses, one by one."""
    match node:
        case ast.ListComp(elt=part, generators=[ast.comprehension(target=ast.Name() as target) as over]):
            pass
        case _:
            return None
    if any(isinstance(n, ast.Call | ast.Await) for n in (*ast.walk(part), *ast.walk(over.iter))):
        return None
    source = run.evaluate(over.iter, scope)
    if not isinstance(source, Items) or source.rest is not None or not 0 < len(source.values) <= MOST_ITEMS:
        return None
    if not all(isinstance(v, Const) for v in source.values):
        return None
    values: list[Value] = []
    for value in source.values:
        bind_target(run, target, value, inner)
        tests = [certain(run, test, inner) for test in over.ifs]
        if None in tests:
            return None
        if False not in tests:
            values.append(run.evaluate(part, inner))
    return Items(values=values)


def _lambda(run: Run, node: ast.Lambda, scope: Scope) -> Value:
    del run
    info = scope.module.functions.get(id(node))
    if info is None:
        info = FunctionInfo(node, scope.module, f"{scope.qualified_name}.<lambda>", scope.cell)
    return Function(info=info, scope=scope)


def _subscript(run: Run, node: ast.Subscript, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        for bound in (node.slice.lower, node.slice.upper, node.slice.step):
            if bound is not None:
                run.evaluate(bound, scope)
        return value
    key = run.evaluate(node.slice, scope)
    if isinstance(value, External) and isinstance(key, Const) and isinstance(key.value, str):
        asked = looked_up(value, key, run.spot(node, scope))
        if asked is not None:
            return asked
    found = join(_at(option, key) for option in options(value))
    return marked_copy(found, value.origins) if isinstance(value, Choice) else found


def _at(value: Value, key: Value) -> Value:
    match value:
        case Mapping():
            return lookup(value, key)
        case Items():
            if isinstance(key, Const) and isinstance(key.value, int) and value.ordered and value.rest is None:
                try:
                    return value.values[key.value]
                except IndexError:
                    return Value(origins(value))
            return element(value)
        case External():
            return value
        case Instance() | Module() | Function():
            return value
    return Value(origins(value) | key.origins)


def _named(run: Run, node: ast.NamedExpr, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    bind_target(run, node.target, value, scope)
    return value


def _yield(run: Run, node: ast.Yield, scope: Scope) -> Value:
    if node.value is not None:
        function_scope(scope).yielded.append(run.evaluate(node.value, scope))
    run.emit(Yielded(run.spot(node, scope), Trace()))
    return Value()


def _yield_from(run: Run, node: ast.YieldFrom, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    function_scope(scope).yielded.append(element(value))
    return value


def function_scope(scope: Scope) -> Scope:
    """The scope of the function that this code runs in."""
    found: Scope | None = scope
    while found is not None and found.function is None and found.parent is not None:
        found = found.parent
    return found or scope


def _starred(run: Run, node: ast.Starred, scope: Scope) -> Value:
    return run.evaluate(node.value, scope)


_Handler = Callable[[Run, ast.expr, Scope], Value]
_HANDLERS: dict[type[ast.expr], _Handler] = {
    ast.Constant: _constant,  # type: ignore[dict-item]
    ast.JoinedStr: _text,  # type: ignore[dict-item]
    ast.Name: _name,  # type: ignore[dict-item]
    ast.Attribute: _attribute,  # type: ignore[dict-item]
    ast.Call: _call,  # type: ignore[dict-item]
    ast.Await: _await,  # type: ignore[dict-item]
    ast.BinOp: _operator,  # type: ignore[dict-item]
    ast.BoolOp: _either,  # type: ignore[dict-item]
    ast.IfExp: _choice,  # type: ignore[dict-item]
    ast.List: _items,  # type: ignore[dict-item]
    ast.Tuple: _items,  # type: ignore[dict-item]
    ast.Set: _items,  # type: ignore[dict-item]
    ast.Dict: _mapping,  # type: ignore[dict-item]
    ast.ListComp: _comprehension,  # type: ignore[dict-item]
    ast.SetComp: _comprehension,  # type: ignore[dict-item]
    ast.GeneratorExp: _comprehension,  # type: ignore[dict-item]
    ast.DictComp: _comprehension,  # type: ignore[dict-item]
    ast.Lambda: _lambda,  # type: ignore[dict-item]
    ast.Subscript: _subscript,  # type: ignore[dict-item]
    ast.NamedExpr: _named,  # type: ignore[dict-item]
    ast.Yield: _yield,  # type: ignore[dict-item]
    ast.YieldFrom: _yield_from,  # type: ignore[dict-item]
    ast.Starred: _starred,  # type: ignore[dict-item]
}
