"""People who are asked because something was made so: no call in the code stands for the question."""

from __future__ import annotations

from assess.catalogue.facts import Fact
from assess.frameworks import crewai as rules
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Event, Spot
from assess.resolving.values import Configuration, Const, External, Items, Value, options


def ask_people(run: Run, callee: External, arguments: Arguments) -> None:
    """After the run of a crew: the tasks of it that show their result to a person and wait for an answer."""
    fact = run.session.fact(rules.ASKS)
    if fact is None or callee.made is None or not callee.path.startswith(f"{rules.ROOT}."):
        return
    tasks = callee.made.keywords.get("tasks") or Value()
    for task in [part for option in options(tasks) for part in _members(option)]:
        made = task.made if isinstance(task, External) else None
        asks = made.keywords.get("human_input") if made is not None else None
        if made is not None and isinstance(asks, Const) and asks.value is True:
            spot = Spot(made.file, made.line, 0, made.line, made.cell, arguments.scope.qualified_name)
            _leave(run, spot, fact, made)


def _members(value: Value) -> list[Value]:
    if not isinstance(value, Items):
        return list(options(value))
    inner = [*value.values, *([value.rest] if value.rest is not None else [])]
    return [option for part in inner for option in options(part)]


def _leave(run: Run, spot: Spot, fact: Fact, made: Configuration) -> None:
    """Emit the question, at the place where the task is made."""
    key = (tuple(run.sites), spot.line, spot.column, spot.cell, spot.file)
    event = run.events.get(key)
    if event is None:
        run.session.numbers += 1
        event = Event(
            run.session.numbers, spot, tuple(run.via), rules.TASK, rules.ASKS, fact, None, made.positional,
            dict(made.keywords), in_loop=run.loops > 0, in_parallel=run.parallel > 0,
            conditional=run.conditional > 0, sure=run.guessing == 0,
        )  # fmt: skip
        if not run.muted:
            run.events[key] = event
    run.emit(event)
