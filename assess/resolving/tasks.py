"""Tasks that a scheduler runs in an order declared as data: tasks are collected as they are declared, arrows as they
are drawn (`a >> b`, `chain`, one task's result handed to the next), and shown as one graph.

Knows handles and arrows; what a task is and does is for the framework's own file to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assess.resolving.running import Run
from assess.resolving.trace import Graph, Spot, Trace
from assess.resolving.values import (
    Bound,
    Choice,
    Configuration,
    External,
    Instance,
    Items,
    Mapping,
    Origins,
    Value,
)

START, END = -1, -2
DEEPEST = 4


@dataclass(eq=False, slots=True)
class Task:
    """One task: what it does, and what its result is for the tasks after it."""

    name: str
    spot: Spot
    trace: Trace
    value: Value
    handles: list[Configuration] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Group:
    """Tasks that are ordered together."""

    tasks: list[Task] = field(default_factory=list)
    handles: list[Configuration] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Plan:
    """Everything that one scheduled pipeline declares. `live`: declared by a run that shows its steps."""

    spot: Spot
    name: str
    settings: dict[str, Value] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    arrows: list[tuple[Task | Group, Task | Group]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    live: bool = True
    handles: list[Configuration] = field(default_factory=list)

    def add(self, task: Task) -> None:
        """Take in one more task, also into the groups that are open."""
        self.tasks.append(task)
        for group in self.groups:
            group.tasks.append(task)

    def graph(self) -> Graph:
        """All tasks with their arrows."""
        index = {id(task): n for n, task in enumerate(self.tasks)}
        pairs: dict[tuple[int, int, str | None], None] = {}
        for before, after in self.arrows:
            for a in self._ends(before, last=True):
                for b in self._ends(after, last=False):
                    if id(a) in index and id(b) in index and a is not b:
                        pairs[index[id(a)], index[id(b)], None] = None
        followed, reached = {a for a, _, _ in pairs}, {b for _, b, _ in pairs}
        pairs |= {(START, n, None): None for n in range(len(self.tasks)) if n not in reached}
        pairs |= {(n, END, None): None for n in range(len(self.tasks)) if n not in followed}
        return Graph(self.spot, self.name, [(t.name, t.trace) for t in self.tasks], list(pairs))

    def _ends(self, item: Task | Group, *, last: bool) -> list[Task]:
        """The task, or those of a group that no other task of the group follows (or precedes)."""
        if isinstance(item, Task):
            return [item]
        inside = {id(t) for t in item.tasks}
        inner = [
            (a, b)
            for a, b in self.arrows
            if isinstance(a, Task) and isinstance(b, Task) and id(a) in inside and id(b) in inside
        ]
        bound = {id(pair[0 if last else 1]) for pair in inner}
        return [t for t in item.tasks if id(t) not in bound]


def plans(graphs: dict[int, object]) -> list[Plan]:
    """The plans that were declared where their steps are shown, and that have steps; one a place."""
    found: dict[tuple[str, int, int | None], Plan] = {}
    for plan in graphs.values():
        if isinstance(plan, Plan) and plan.live and any(True for task in plan.tasks for _ in task.trace.events()):
            found.setdefault((plan.spot.file, plan.spot.line, plan.spot.cell), plan)
    return list(found.values())


def handle(run: Run, record: Task | Group | Plan, path: str, origins: Origins, spot: Spot) -> External:
    """The value that stands for a record."""
    made = Configuration(path, (), {}, spot.file, spot.line)
    record.handles.append(made)
    run.session.graphs[id(made)] = record
    return External(origins, path, made)


def record_of(run: Run, value: Value | None) -> object | None:
    """What a value stands for, if it is a handle."""
    if isinstance(value, External) and value.made is not None:
        return run.session.graphs.get(id(value.made))
    return None


def in_it(run: Run, value: Value | None, depth: int = DEEPEST) -> Iterator[Task | Group]:
    """The tasks that a value is, or holds."""
    if value is None or depth < 0:
        return
    record = record_of(run, value)
    if isinstance(record, Task | Group):
        yield record
    for part in _parts(value):
        yield from in_it(run, part, depth - 1)


def _parts(value: Value) -> list[Value]:
    match value:
        case Items():
            return [*value.values, *([value.rest] if value.rest else [])]
        case Mapping():
            return [*value.values.values(), *([value.rest] if value.rest else [])]
        case Choice():
            return list(value.options)
        case Bound():
            return [*value.positional, *value.keywords.values()]
        case Instance():
            found = value.attributes.get("<task>")
            return [found] if found is not None else []
    return []


def results(run: Run, value: Value, depth: int = DEEPEST) -> Value:
    """The value with handles replaced by what their tasks give."""
    record = record_of(run, value)
    if isinstance(record, Task):
        return record.value
    if depth > 0 and isinstance(value, Items) and any(True for _ in in_it(run, value)):
        rest = results(run, value.rest, depth - 1) if value.rest is not None else None
        return Items(value.origins, [results(run, v, depth - 1) for v in value.values], value.ordered, rest)
    if depth > 0 and isinstance(value, Mapping) and any(True for _ in in_it(run, value)):
        rest = results(run, value.rest, depth - 1) if value.rest is not None else None
        return Mapping(value.origins, {k: results(run, v, depth - 1) for k, v in value.values.items()}, rest)
    return value


def linked(run: Run, first: Value, then: Value) -> bool:
    """Draw arrows from the tasks of one value to those of the other; False if there are none."""
    before, after = list(in_it(run, first)), list(in_it(run, then))
    if not before or not after:
        return bool(before or after)
    owner = plan_here(run) or next((p for p in run.session.graphs.values() if _holds(p, before[0])), None)
    if isinstance(owner, Plan):
        owner.arrows += [(a, b) for a in before for b in after]
    return True


def plan_here(run: Run) -> Plan | None:
    """The plan that is being declared."""
    plan = run.declaring[-1] if run.declaring else None
    return plan if isinstance(plan, Plan) else None


def _holds(plan: object, item: Task | Group) -> bool:
    first = item if isinstance(item, Task) else (item.tasks[0] if item.tasks else None)
    return isinstance(plan, Plan) and any(task is first for task in plan.tasks)


@contextmanager
def opened(run: Run, manager: Value) -> Iterator[None]:
    """Inside `with` of a plan or group, tasks belong to it."""
    record, plan = record_of(run, manager), plan_here(run)
    if isinstance(record, Plan):
        run.declaring.append(record)
    elif isinstance(record, Group) and plan is not None:
        plan.groups.append(record)
    try:
        yield
    finally:
        if isinstance(record, Plan):
            run.declaring.pop()
        elif isinstance(record, Group) and plan is not None:
            plan.groups.remove(record)


@contextmanager
def suspended(run: Run) -> Iterator[None]:
    """Inside, nothing is declared: a task runs."""
    run.declaring.append(None)
    try:
        yield
    finally:
        run.declaring.pop()
