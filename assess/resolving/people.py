"""People who are asked because something was made so: no call in the code stands for the question."""

from __future__ import annotations

import ast

from assess.catalogue.facts import Fact
from assess.frameworks import crewai as rules
from assess.resolving.running import Run
from assess.resolving.scopes import Scope
from assess.resolving.trace import Event, Spot
from assess.resolving.values import Configuration, Const, External, Items, Value, options


def ask_people(run: Run, callee: External) -> None:
    """After the run of a crew: the tasks of it that show their result to a person and wait for an answer."""
    fact = run.session.fact(rules.ASKS)
    if fact is None or callee.made is None or not callee.path.startswith(f"{rules.ROOT}."):
        return
    tasks = callee.made.keywords.get("tasks") or Value()
    for task in [part for option in options(tasks) for part in _members(option)]:
        made = task.made if isinstance(task, External) else None
        asks = made.keywords.get("human_input") if made is not None else None
        if made is not None and isinstance(asks, Const) and asks.value is True:
            spot = _spot(run, made)
            ask(run, spot, (rules.TASK, rules.ASKS), fact, made)


def _spot(run: Run, made: Configuration) -> Spot:
    """The call that made it: its place, and the function that it stands in."""
    module = run.program.module(made.file)
    last = made.path.rpartition(".")[2]
    blocks = module.syntax.blocks if module.syntax is not None else ()
    nodes = [n for block in blocks if block.cell == made.cell for s in block.body for n in ast.walk(s)]
    here = [n for n in nodes if isinstance(n, ast.Call) and n.lineno == made.line and _last(n.func) == last]
    around = [
        info
        for info in module.functions.values()
        if info.cell == made.cell and info.node.lineno <= made.line <= (info.node.end_lineno or made.line)
    ]
    scope = Scope(module, None, max(around, key=lambda info: info.node.lineno, default=None))
    scope.cell = made.cell
    return run.spot(here[0], scope) if here else Spot(made.file, made.line, 0, made.line, made.cell, "<module>")


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _members(value: Value) -> list[Value]:
    if not isinstance(value, Items):
        return list(options(value))
    inner = [*value.values, *([value.rest] if value.rest is not None else [])]
    return [option for part in inner for option in options(part)]


def ask(run: Run, spot: Spot, called: tuple[str, str], fact: Fact, made: Configuration, *which: str) -> None:
    """Emit a question, at the place where something is made so; `called` is what would be written, and its path."""
    key = (tuple(run.sites), spot.line, spot.column, spot.cell, spot.file, *which)
    event = run.events.get(key)
    if event is None:
        run.session.numbers += 1
        event = Event(
            run.session.numbers, spot, tuple(run.via), *called, fact, None, made.positional,
            dict(made.keywords), in_loop=run.loops > 0, in_parallel=run.parallel > 0,
            conditional=run.conditional > 0, sure=run.guessing == 0,
        )  # fmt: skip
        if not run.muted:
            run.events[key] = event
    run.emit(event)
