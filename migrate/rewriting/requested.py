"""Where a request ends and the run begins.

A request lives as long as its connection. What a handler hands on to the background is the run, and the handler only
starts it. Where a handler does the work itself, what it reads of the request (an upload, its body) is read before the
run begins: such objects belong to the connection and cannot be stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.consumers import Consumer, Visits
from migrate.rewriting.exits import Exits
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.names import binds, parameter_names, reads
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.taking import Reading

# Classes whose instances belong to a connection: starlette and FastAPI, Django, aiohttp, werkzeug, tornado.
_OF_REQUESTS = frozenset(
    """UploadFile Request BackgroundTasks BackgroundTask Response WebSocket HTTPConnection SecurityScopes HttpRequest
    HttpResponse UploadedFile InMemoryUploadedFile TemporaryUploadedFile FileStorage StreamResponse""".split()
)


def given_by_framework(function: Function) -> set[str]:
    """Parameters that a framework fills with objects of its own: of the request, or the task that is being run."""
    params = function.node.params
    every = [*params.posonly_params, *params.params, *params.kwonly_params]
    found = {p.name.value for p in every if p.annotation is not None and _names(p.annotation.annotation) & _OF_REQUESTS}
    if every and any(_binds_the_task(d.decorator) for d in function.node.decorators):
        found.add(every[0].name.value)
    return found


def _names(annotation: cst.BaseExpression) -> set[str]:
    return {n.rpartition(".")[2] for n in re.findall(r"[\w.]+", cst.Module([]).code_for_node(annotation))}


def _binds_the_task(decorator: cst.BaseExpression) -> bool:
    """`@app.task(bind=True)`: the task itself comes first."""
    arguments = decorator.args if isinstance(decorator, cst.Call) else ()
    return any(
        a.keyword is not None and a.keyword.value == "bind" and dotted_name(a.value) == "True" for a in arguments
    )


def request_in(way: Route, beside: Collection[str]) -> Consumer | None:
    """The handler that this function is, seen as what starts runs; `beside`: visits for which nobody waits."""
    if way.lost or way.local_calls or not way.sites:
        return None
    return _handing_on(way, beside) or _reading_first(way)


def _handing_on(way: Route, beside: Collection[str]) -> Consumer | None:
    """A handler that answers while something else does the work: `tasks.add_task(work, order_id)`."""
    handed = [s for s in way.sites.values() if set(s.visit_ids) <= set(beside)]
    site = handed[0] if len(handed) == 1 else None
    others = [s for s in way.sites.values() if s is not site]
    if site is None or site.inner is None or site.inner.lost or site.opaque or len(site.visits) < 2:
        return None
    callee = site.callee
    if callee is None or callee.owner is not None or callee.nested or any(_is_of_the_run(s) for s in others):
        return None
    return Consumer(site.visits, _without(way, site.visits), [], site, (), [], [], request=True)


def _is_of_the_run(site: Site) -> bool:
    """Whether something is asked of a model or of a person."""
    return any(step.ai or step.billed or step.kind is Kind.HUMAN for step, _ in site.visits)


def _without(way: Route, visits: Visits) -> Visits:
    return [v for v in way.visits if v not in visits]


def _reading_first(way: Route) -> Consumer | None:
    """A handler that reads what came with its request, and then works on it."""
    names = given_by_framework(way.function)
    reading = Reading(way)
    body = statements_of(way.function.node.body)
    region = _after(reading, names, [s for s in body if isinstance(s, cst.BaseStatement)])
    if not region:
        return None
    sites = [s for node in region for s in reading.sites(node)]
    visits = [v for s in sites for v in s.visits]
    exits = Exits(region)
    if len(visits) < 2 or exits.yields or exits.outer_names or {"break", "continue"} & set(exits.kinds):
        return None
    if any(_is_of_the_run(s) for s in way.sites.values() if s not in sites):
        return None
    before = dict.fromkeys([*parameter_names(way.function.node.params), *binds(way.function.node.body)])
    given = tuple(n for n in reading.wanted(region) if n in before and n not in ("self", "cls"))
    return Consumer(visits, _without(way, visits), list(region), None, given, [], [], request=True)


def _after(reading: Reading, names: set[str], body: Sequence[cst.BaseStatement]) -> Sequence[cst.BaseStatement]:
    """The statements behind the last one that reads the request, where they stand by themselves."""
    last = max((n for n, s in enumerate(body) if names & set(reads(s))), default=None)
    if last is None:
        return ()
    statement, rest = body[last], body[last + 1 :]
    if not isinstance(statement, cst.Try):
        return rest
    if any(reading.work(s) for s in rest) or reading.works_on_errors(statement) or statement.orelse is not None:
        return ()
    inner = [s for s in statements_of(statement.body) if isinstance(s, cst.BaseStatement)]
    region = _after(reading, names, inner)
    around = [*rest, *statement.handlers, *([statement.finalbody] if statement.finalbody else [])]
    return () if set(binds(*region)) & {n for s in around for n in reads(s)} else region
