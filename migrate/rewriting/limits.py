"""How long the code itself goes on asking before it gives up."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst

from migrate.rewriting.names import reads
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import Looking, calls_in

_CLOCKS = ("time.time", "time.monotonic", "time.perf_counter", "monotonic", "perf_counter")
_SLEEPS = ("time.sleep", "asyncio.sleep", "sleep")


@dataclass(frozen=True, slots=True)
class Limit:
    """In seconds, how the code says it, and the line of the loop; `otherwise`: it does something else then."""

    seconds: float
    says: str
    line: int
    otherwise: bool


def limit_around(legacy: Legacy, function: Function, asked: cst.CSTNode) -> Limit | None:
    """The limit of the innermost loop in which something is asked again and again, None if it has none."""
    looking = _Loops(asked)
    looking.look(function.node.body)
    for loop in reversed(looking.around):
        found = _counted(legacy, function, loop) if isinstance(loop, cst.For) else _timed(legacy, function, loop)
        if found is not None:
            seconds, says = found
            return Limit(seconds, says, function.module.span(loop)[0], loop.orelse is not None)
    return None


class _Loops(Looking):
    """The loops around a node, the outermost first."""

    def __init__(self, asked: cst.CSTNode) -> None:
        self._asked = asked
        self._open: list[cst.For | cst.While] = []
        self.around: list[cst.For | cst.While] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.For | cst.While):
            self._open.append(node)
        if node is self._asked:
            self.around = list(self._open)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.For | cst.While):
            self._open.pop()


def _counted(legacy: Legacy, function: Function, loop: cst.For) -> tuple[float, str] | None:
    """`for _ in range(120): ... sleep(5)`."""
    called = loop.iter
    if not isinstance(called, cst.Call) or dotted_name(called.func) != "range" or len(called.args) != 1:
        return None
    times = _number(legacy, function, called.args[0].value)
    pauses = [c for c in calls_in(loop.body) if dotted_name(c.func) in _SLEEPS and c.args]
    pause = _number(legacy, function, pauses[0].args[0].value) if len(pauses) == 1 else None
    if times is None or pause is None or times * pause <= 0:
        return None
    return times * pause, f"{times:g} times, {pause:g} s apart"


def _timed(legacy: Legacy, function: Function, loop: cst.While) -> tuple[float, str] | None:
    """`while time.time() < deadline`, and `while time.time() - started < limit`."""
    test = loop.test
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    operator, right = test.comparisons[0].operator, test.comparisons[0].comparator
    if not isinstance(operator, cst.LessThan | cst.LessThanEqual) or not _has_clock(test.left):
        return None
    limit = _number(legacy, function, right)
    if limit is None and isinstance(test.left, cst.Call):
        limit = _added(legacy, function, right)
    return (limit, f"until {limit:g} s have passed") if limit is not None and limit > 0 else None


def _has_clock(node: cst.BaseExpression) -> bool:
    return any(dotted_name(c.func) in _CLOCKS for c in calls_in(node))


def _added(legacy: Legacy, function: Function, deadline: cst.BaseExpression) -> float | None:
    """What is added to the clock where the deadline is set: `deadline = time.time() + 3600`."""
    name = dotted_name(deadline)
    for value in _values(function.node.body, name) if name is not None else []:
        if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add) and _has_clock(value.left):
            return _number(legacy, function, value.right)
    return None


class _Assigned(Looking):
    def __init__(self, name: str) -> None:
        self._name = name
        self.values: list[cst.BaseExpression] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(dotted_name(t.target) == self._name for t in node.targets):
            self.values.append(node.value)


def _values(body: cst.CSTNode, name: str) -> list[cst.BaseExpression]:
    looking = _Assigned(name)
    looking.look(body)
    return looking.values


def _number(legacy: Legacy, function: Function, node: cst.BaseExpression, depth: int = 0) -> float | None:
    """The number that an expression is, as far as the code shows it; of a setting, what it is unless it is set."""
    if isinstance(node, cst.Integer | cst.Float):
        return float(node.evaluated_value)
    if isinstance(node, cst.SimpleString):
        return _told(str(node.evaluated_value))
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        left, right = (_number(legacy, function, part, depth) for part in (node.left, node.right))
        return left * right if left is not None and right is not None else None
    if isinstance(node, cst.Call):
        return _number(legacy, function, node.args[-1].value, depth) if _is_setting(node) else None
    name = dotted_name(node)
    if name is None or depth > 2:
        return None
    default = _default(function, name)
    if default is not None:
        return _number(legacy, function, default, depth + 1)
    local = _values(function.node.body, name)
    if local:
        return _number(legacy, function, local[0], depth + 1) if len(local) == 1 else None
    found = legacy.resolve(function.module, name)
    value = _assigned_in(found[0], found[1]) if found is not None else None
    return None if value is None else _number(legacy, function, value, depth + 1)


def _is_setting(call: cst.Call) -> bool:
    """`int(...)`, `float(...)`, and an environment variable with a default."""
    name = dotted_name(call.func) or ""
    if name in ("int", "float"):
        return len(call.args) == 1
    return name.rpartition(".")[2] in ("get", "getenv") and "os" in reads(call.func) and len(call.args) == 2


def _assigned_in(module: Module, name: str) -> cst.BaseExpression | None:
    assigned = module.assigned.get(name, [])
    value = getattr(assigned[0], "value", None) if len(assigned) == 1 else None
    return value if isinstance(value, cst.BaseExpression) else None


def _default(function: Function, name: str) -> cst.BaseExpression | None:
    params = function.node.params
    every = (*params.posonly_params, *params.params, *params.kwonly_params)
    return next((p.default for p in every if p.name.value == name), None)


def _told(text: str) -> float | None:
    try:
        return float(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError):
        return None
