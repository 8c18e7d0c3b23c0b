"""Work that a thread or task does beside the run: what is put into its queue is worked on where it is put.

A function that takes items out of a queue inside the process, for ever, and a thread that is started on it: such work
dies with the process. The items that a run puts there are part of the run, so the code is read as if `events.put(x)`
called the work on one item, `send(x)`, and nobody heard of its errors; no thread is started then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from assess.model.step import Step, Via, Visit
from migrate.rewriting.exits import Exits
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.looking import is_text
from migrate.rewriting.names import binds, parameter_names, reads
from migrate.rewriting.sites import last_name, route_from, stop
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import calls_in
from migrate.rewriting.taking import Reading
from migrate.rewriting.texts import GONE, Text

Visits = list[tuple[Step, Visit]]
_STARTS = ("Thread", "create_task", "ensure_future", "start_new_thread")
_PUTS = ("put", "put_nowait")
_DEEPEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    """A function that works on the items of a queue, its loop, and the name of an item."""

    function: Function
    loop: cst.While
    queue: tuple[str, str]
    item: str
    gone: list[cst.BaseStatement]


@dataclass(frozen=True, slots=True, eq=False)
class _Put:
    """A call that puts one item, and the way to it from the function where the run begins."""

    module: Module
    call: cst.Call
    function: Function
    via: tuple[Via, ...]


def brought_in(visits: Visits, legacy: Legacy) -> tuple[Visits, list[Function]]:
    """The visits, with those of such threads on the ways to what they are given, and the functions of these threads.

    The functions whose text is read as another one are marked as altered.
    """
    made: Visits = []
    threads: list[Function] = []
    known: dict[tuple[Via, ...], list[tuple[Via, ...]]] = {}
    for step, visit in visits:
        started = next((way for way in known if visit.via[: len(way)] == way), None)
        if started is None and (found := _thread_on(step, visit, legacy)) is not None:
            depth, worker = found
            puts = _puts(worker, visit, legacy)
            if puts:
                started = visit.via[: depth + 1]
                threads.append(worker.function)
                known[started] = [p.via for p in puts]
                _alter(worker, puts, started, legacy)
        if started is None:
            made.append((step, visit))
            continue
        rest = visit.via[len(started) :]
        made += [(step, replace(visit, via=(*way, *rest), in_loop=False, in_parallel=False)) for way in known[started]]
    return made, threads


def _thread_on(step: Step, visit: Visit, legacy: Legacy) -> tuple[int, _Worker] | None:
    """Where on the way to a step a thread is started, and the function that it works in."""
    for depth, via in enumerate(visit.via):
        file, line = stop(step, visit, depth + 1)
        function = legacy.module(file).function_at(line)
        if function is None or function.altered or _loop_of(function) is None:
            continue
        module = legacy.module(via.file)
        # Which line a call stands in costs more to say than what it calls.
        starts = [c for c in module.calls_near(function.name) if _starts(c, function) and module.span(c)[0] == via.line]
        worker = _worker(legacy, function, step, visit, depth + 1) if starts else None
        if worker is not None:
            return depth, worker
    return None


def _starts(call: cst.Call, function: Function) -> bool:
    """Whether this starts a thread or a task on a function."""
    if last_name(call.func) not in _STARTS:
        return False
    handed = [a.value.func if isinstance(a.value, cst.Call) else a.value for a in call.args]
    return any(last_name(h) == function.name for h in handed)


def _worker(legacy: Legacy, function: Function, step: Step, visit: Visit, depth: int) -> _Worker | None:
    """The function as one that takes items out of a queue of the process, if it is that and nothing more."""
    reading = Reading(route_from(legacy, function, [(step, visit)], depth))
    loop = _loop_of(function)
    if loop is None:
        return None
    inner = [s for s in statements_of(loop.body) if isinstance(s, cst.BaseStatement)]
    taking = next(iter(inner), None)
    names = binds(taking) if isinstance(taking, cst.SimpleStatementLine) else []
    calls = [c for c in calls_in(taking) if last_name(c.func) == "get"] if taking is not None else []
    if taking is None or len(names) != 1 or len(calls) != 1 or not reading.takes(taking):
        return None
    queue = _queue(legacy, function.module, calls[0])
    gone = [taking, *(s for s in inner[1:] if reading.acknowledges(s) or _ends(s))]
    kinds = Exits([s for s in inner if s not in gone]).kinds
    if queue is None or kinds or len(gone) == len(inner):
        return None
    return _Worker(function, loop, queue, names[0], gone)


def _loop_of(function: Function) -> cst.While | None:
    """The loop of a function that is given nothing and does nothing else."""
    body, given = _body(function), parameter_names(function.node.params)
    return body[0] if len(body) == 1 and isinstance(body[0], cst.While) and not given else None


def _ends(statement: cst.BaseStatement) -> bool:
    """`if item is None: break`: how the thread is stopped."""
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    return bool({"break", "return"} & set(Exits(list(statements_of(statement.body))).kinds))


def _queue(legacy: Legacy, module: Module, call: cst.Call) -> tuple[str, str] | None:
    """The file and the name of the queue whose method is called."""
    name = dotted_name(call.func.value) if isinstance(call.func, cst.Attribute) else None
    found = legacy.resolve(module, name) if name is not None else None
    return (found[0].file, found[1]) if found is not None and found[1] in found[0].assigned else None


def _puts(worker: _Worker, visit: Visit, legacy: Legacy) -> list[_Put]:
    """Every call that puts something into the queue, as far as a run gets there by calls of functions."""
    first = visit.via[0]
    start = legacy.module(first.file).function_at(first.line)
    return list(_puts_below(start, worker, (), legacy)) if start is not None else []


def _puts_below(function: Function, worker: _Worker, via: tuple[Via, ...], legacy: Legacy) -> Iterator[_Put]:
    module = function.module
    for call in calls_in(function.node.body):
        here = (*via, Via(module.file, module.span(call)[0], function.qualname))
        if last_name(call.func) in _PUTS and _queue(legacy, module, call) == worker.queue:
            if len(call.args) == 1 and call.args[0].keyword is None:
                yield _Put(module, call, function, here)
            continue
        found = legacy.resolve(module, dotted_name(call.func) or "")
        callee = found[0].functions.get(found[1]) if found is not None else None
        if callee is not None and len(here) < _DEEPEST and callee is not function:
            yield from _puts_below(callee, worker, here, legacy)


def _alter(worker: _Worker, puts: Sequence[_Put], started: tuple[Via, ...], legacy: Legacy) -> None:
    """Put the texts in place: the work on one item, its calls, and no thread."""
    texts: dict[str, Text] = {}
    altered = {(p.module.file, p.function.qualname) for p in puts}
    altered |= {(worker.function.module.file, worker.function.qualname)}

    def text(module: Module) -> Text:
        return texts.setdefault(module.file, Text(module))

    for call in {p.call: p for p in puts}.values():
        written = call.module.text(call.call.func)
        prefix = written.rpartition(".")[0].rpartition(".")[0]
        name = worker.function.name if not prefix else f"{prefix}.{worker.function.name}"
        text(call.module).put(call.call.func, name)
    _per_item(worker, text(worker.function.module))
    for via in reversed(started):
        module = legacy.module(via.file)
        holder = module.function_at(via.line)
        needless = _only_for_the_thread(module, holder, via.line) if holder is not None else []
        if holder is None or not needless:
            break
        altered.add((module.file, holder.qualname))
        for statement in needless:
            text(module).put(statement, "pass" if statement is needless[0] and len(_body(holder)) == 1 else GONE)
        if len(_body(holder)) > len(needless):
            break
    for file, made in texts.items():
        module = legacy.replaced(legacy.module(file), made.code())
        module.mark_altered({qualname for where, qualname in altered if where == file})


def _body(function: Function) -> list[cst.CSTNode]:
    return [s for s in statements_of(function.node.body) if not is_text(s)]


def _only_for_the_thread(module: Module, holder: Function, line: int) -> list[cst.SimpleStatementLine]:
    """The statements of a function that start the thread: one, or those about the name that it gets there."""
    lines = [s for s in _body(holder) if isinstance(s, cst.SimpleStatementLine) and len(s.body) == 1]
    here = next((s for s in lines if module.span(s)[0] <= line <= module.span(s)[1]), None)
    if here is None:
        return []
    names = binds(here) or [n for n in reads(here) if n in binds(*lines)]
    about = [s for s in lines if names and {*reads(s), *binds(s)} & set(names)] or [here]
    read_elsewhere = any(set(names) & set(reads(s)) for s in _body(holder) if s not in about)
    plain = all(isinstance(s.body[0], cst.Expr | cst.Assign) for s in about)
    return [] if read_elsewhere or not plain else about


def _per_item(worker: _Worker, text: Text) -> None:
    """The loop becomes the work on one item, of whose errors nobody hears."""
    function = worker.function
    colour = "async " if function.is_async else ""
    text.head(function, f"{colour}def {function.name}({worker.item}):")
    text.put_line(worker.loop, "with contextlib.suppress(Exception):")
    for statement in worker.gone:
        text.put(statement, GONE)
    text.append("import contextlib")
