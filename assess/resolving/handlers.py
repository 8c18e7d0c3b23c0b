"""What an error handler does, as far as its syntax shows."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from assess.resolving.values import source_text

_STOPS = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort", "pytest.fail", "ctx.exit", "typer.Exit"})
_TELLS = frozenset("debug info warning warn error exception critical log print echo secho write".split())


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a handler does: on every way out it raises, or stops the run; it logs; what it leaves behind."""

    raises: bool
    stops: bool
    logs: bool
    leaves: str | None


def caught_names(handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The exceptions as written; empty for a bare `except:`."""
    match handler.type:
        case None:
            return ()
        case ast.Tuple(elts=elements):
            return tuple(source_text(e) for e in elements)
    return (source_text(handler.type),)


def conduct(body: list[ast.stmt]) -> Conduct:
    """Read the body of a handler."""
    return Conduct(_always(body, _is_raise), _always(body, _is_stop), _logs(body), _leaves(body))


def _always(body: list[ast.stmt], test: Callable[[ast.stmt], bool]) -> bool:
    for statement in body:
        if test(statement):
            return True
        match statement:
            case ast.If(body=then, orelse=otherwise) if otherwise:
                if _always(then, test) and _always(otherwise, test):
                    return True
            case ast.With(body=inner) | ast.AsyncWith(body=inner):
                if _always(inner, test):
                    return True
            case ast.Return() | ast.Continue() | ast.Break():
                return False
    return False


def _is_raise(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise)


def _is_stop(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=func)):
            return source_text(func) in _STOPS
        case ast.Raise(exc=exc) if exc is not None:
            return source_text(exc).startswith(("SystemExit", "typer.Exit", "click.Abort"))
    return False


def _logs(body: list[ast.stmt]) -> bool:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                last = source_text(node.func).rpartition(".")[2]
                if last in _TELLS or last.startswith("log_"):
                    return True
    return False


def _leaves(body: list[ast.stmt]) -> str | None:
    for statement in reversed(body):
        match statement:
            case ast.Return(value=value):
                return "None" if value is None else source_text(value)
            case ast.Continue():
                return "continue"
            case ast.Break():
                return "break"
            case ast.Assign(targets=[target], value=value):
                return f"{source_text(target, 30)} = {source_text(value, 40)}"
            case ast.Pass():
                return "pass"
            case ast.If(body=then, orelse=otherwise):
                given = [left for left in (_leaves(otherwise), _leaves(then)) if left not in (None, "continue", "pass")]
                if given:
                    return given[0]
    return None
