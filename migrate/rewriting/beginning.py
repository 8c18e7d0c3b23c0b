"""Where a run begins: from the pipeline's entry down to the function that coordinates the steps.

A caller that only hands on is passed by, and so are a loop that takes messages, as one message is one run, and what a
handler of requests does before the work. What was passed is kept, since that is where the workflow will be started.
"""

from __future__ import annotations

import libcst as cst

from assess.model.step import Step, Visit
from assess.model.woven import TriggerKind, WovenPipeline
from migrate.rewriting.consumers import Consumer, consumer_in
from migrate.rewriting.detached import brought_in
from migrate.rewriting.inlined import as_function
from migrate.rewriting.names import binds, parameter_names
from migrate.rewriting.requested import request_in
from migrate.rewriting.scripts import placed, script
from migrate.rewriting.shadowing import without_shadows
from migrate.rewriting.sites import (
    NoEntryError,
    Passage,
    Route,
    Site,
    function_of,
    in_a_graph,
    last_name,
    repeated,
    route_from,
    stop,
)
from migrate.rewriting.source import Function, Legacy

Visits = list[tuple[Step, Visit]]


def route(pipeline: WovenPipeline, legacy: Legacy, *, consumers: bool = True, detached: bool = True) -> Route:
    """The way from the function that coordinates the steps down to each of them. Raises NoEntryError.

    `consumers`: look for loops that take messages and for handlers of requests; `detached`: read what a thread does
    for the run as part of it.
    """
    visits = placed(pipeline, legacy)
    threads: list[Function] = []
    if detached:
        visits, threads = brought_in(visits, legacy)
    takers = _Takers(pipeline, wanted=consumers)
    passages: list[Passage] = []
    left: Visits = []
    depth = 0
    while True:
        function = function_of(legacy, [v for v in visits if not in_a_graph(legacy, v[1], depth)], depth)
        if function is None and not depth:
            function = _of_graph(legacy, pipeline, visits)
        if function is None and not depth:
            function = _script(legacy, pipeline, visits)
        if function is None:
            if depth > max((len(v.via) for _, v in visits), default=0):
                return _by_entry(legacy, pipeline, visits)
            depth += 1
            continue
        found = route_from(legacy, function, visits, depth)
        found.passages, found.left, found.threads = passages, left, threads
        consumer = takers.seen_in(found, depth)
        if consumer is not None:
            passages.append(_passage(function, consumer))
            left += consumer.left
            visits = consumer.visits
            if consumer.handler is None:
                return _in_line(legacy, found, consumer, depth)
            depth += 1
            continue
        only = _handed_on(function, found)
        if only is None:
            return found
        passages.append(Passage(function, only.node))
        depth += 1


class _Takers:
    """Looks for functions that take messages or requests; of callbacks and handlers a pipeline has one."""

    def __init__(self, pipeline: WovenPipeline, *, wanted: bool) -> None:
        self._wanted = wanted
        self._callback = any(t.kind is TriggerKind.QUEUE for t in pipeline.triggers)
        self._answers = any(t.kind is TriggerKind.HTTP for t in pipeline.triggers)
        self._beside = {visit for work in pipeline.observed.detached for visit in work.visits}

    def seen_in(self, found: Route, depth: int) -> Consumer | None:
        """What this function is, None if it takes nothing."""
        if not self._wanted or found.function.script:
            return None
        consumer = consumer_in(found, is_callback=self._callback and not depth)
        if consumer is None and self._answers:
            consumer = request_in(found, self._beside)
        if consumer is not None:
            self._callback = self._answers = False
        return consumer


def _passage(function: Function, consumer: Consumer) -> Passage:
    call = None if consumer.handler is None else consumer.handler.node
    request = consumer.request
    return Passage(function, call, tuple(consumer.region), tuple(consumer.acknowledged), not request, request)


def _in_line(legacy: Legacy, found: Route, consumer: Consumer, depth: int) -> Route:
    """The way in the work that stands in the loop itself."""
    made = as_function(legacy, found.function, consumer)
    inner = route_from(legacy, made, consumer.visits, depth)
    inner.passages, inner.left, inner.threads = found.passages, found.left, found.threads
    if inner.lost:
        raise NoEntryError(f"{made.module.file}:{made.line}: the work on one message cannot be told from the taking")
    return inner


def _handed_on(function: Function, found: Route) -> Site | None:
    """The one call that leads to all steps, where the function does nothing but make it."""
    only = next(iter(found.sites.values())) if len(found.sites) == 1 else None
    if only is None or only.inner is None or found.lost or len(only.visits) < 2 or repeated(function, only.node):
        return None
    return only if _is_thin(function, only) else None


def _is_thin(function: Function, site: Site) -> bool:
    """Whether nothing is lost when the called function is taken for the entry: no object, no argument of a script."""
    callee = site.callee
    receiver = site.node.func.value if isinstance(site.node.func, cst.Attribute) else None
    made_here = callee is not None and callee.owner is not None and last_name(receiver) in _locals(function)
    return not made_here and not (function.script and bool(site.node.args))


def _locals(function: Function) -> set[str]:
    return set(binds(function.node.body)) | set(parameter_names(function.node.params))


def _script(legacy: Legacy, pipeline: WovenPipeline, visits: list[tuple[Step, Visit]]) -> Function | None:
    """What stands at module level of the entry's file, if every way begins there."""
    places = [stop(step, visit, 0) for step, visit in visits]
    if any(file != pipeline.entry.file for file, _ in places):
        return None
    lines = sorted({line for _, line in places})
    found = script(legacy.module(pipeline.entry.file), lines)
    told_apart = without_shadows(legacy, found) if found is not None else None
    return found if told_apart is None else script(told_apart, lines)


def _of_graph(legacy: Legacy, pipeline: WovenPipeline, visits: Visits) -> Function | None:
    """The function that runs a graph which makes all steps: the entry, or one for a graph that a platform runs."""
    if not visits or not all(in_a_graph(legacy, visit, 0) for _, visit in visits):
        return None
    entry = pipeline.entry
    module = legacy.module(entry.file)
    if entry.symbol in module.assigned:
        text = f"async def {entry.symbol}(state: dict) -> dict:\n    return await {entry.symbol}.ainvoke(state)\n"
        return legacy.with_function(entry.file, text)
    function = module.function_at(entry.line)
    return function if function is not None and entry.symbol in (function.name, function.qualname) else None


def _by_entry(legacy: Legacy, pipeline: WovenPipeline, visits: list[tuple[Step, Visit]]) -> Route:
    """The entry itself, where nothing shows how a run gets from it to the steps."""
    entry = pipeline.entry
    function = legacy.module(entry.file).function_at(entry.line) if entry.cell is None else None
    if function is None:
        raise NoEntryError(
            f"{entry.file}:{entry.line} is no function that a workflow could start: put what it does into one"
        )
    return Route(function, visits, lost=list(visits))
