"""Where in each function the way to a step goes on: the calls that lead to visits.

Built from the visits' `via` chains, by position. Knows nothing of what will become of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

import libcst as cst

from assess.model.step import RetryBy, Step, Via, Visit
from migrate.rewriting.sites_of_graphs import node_name, run_of_graph
from migrate.rewriting.source import Function, Legacy, Module, dotted_name
from migrate.rewriting.syntax import Looking, walk


class NoEntryError(Exception):
    """The function that coordinates the steps cannot be found in the source."""


# Methods that a call of the object itself leads to; `forward` is what torch and dspy call theirs.
_CALLED_AS_OBJECTS = frozenset({"__call__", "forward", "aforward", "__init__", "__new__", "__enter__", "__aenter__"})


@dataclass(slots=True, eq=False)
class Site:
    """One call in an orchestrating function that leads to visits.

    `callee` is None where the call itself is the step; `opaque`: the code does not show which function it reaches;
    `framework`: the call runs one, which makes the visits.
    """

    node: cst.Call
    line: int
    callee: Function | None
    visits: list[tuple[Step, Visit]]
    as_argument: bool = False
    inner: Route | None = None
    opaque: bool = False
    ways: dict[Function | None, list[Step]] = field(default_factory=dict)
    framework: str = ""

    def heaviest(self) -> tuple[int, int]:
        """The most writes and the most billed calls that a run makes here; of several callees it takes one."""
        ways = [list({s.id: s for s in steps}.values()) for steps in self.ways.values()]
        return max(sum(s.writes for s in w) for w in ways), max(sum(s.billed for s in w) for w in ways)

    @property
    def many(self) -> bool:
        """Whether the called function makes several steps: different ones, or one again and again."""
        return len(self.visits) > 1 or (self.inner is not None and self.inner.repeats)

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """The visits that it leads to."""
        return tuple(visit.id for _, visit in self.visits)


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Where the run begins, seen from a function above it: what stands there will start the workflow instead.

    `call` leads to the workflow's function; where there is none, the statements of `region` are its body.
    `takes_messages` out of a queue, or is the handler of a `request`.
    """

    function: Function
    call: cst.Call | None
    region: tuple[cst.BaseStatement, ...] = ()
    acknowledged: tuple[cst.Call, ...] = ()
    takes_messages: bool = False
    request: bool = False


@dataclass(slots=True, eq=False)
class Route:
    """One function on the way, its sites, and the visits whose way could not be followed.

    `passages` lead from the pipeline's entry here; `left` are visits that stay with them. `threads` worked
    beside the run, and what they did for it is part of it.
    """

    function: Function
    visits: list[tuple[Step, Visit]]
    sites: dict[cst.CSTNode, Site] = field(default_factory=dict)
    lost: list[tuple[Step, Visit]] = field(default_factory=list)
    local_calls: dict[cst.CSTNode, Function] = field(default_factory=dict)
    local_references: dict[cst.CSTNode, Function] = field(default_factory=dict)
    found: dict[cst.CSTNode, frozenset[cst.CSTNode]] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    left: list[tuple[Step, Visit]] = field(default_factory=list)
    threads: list[Function] = field(default_factory=list)

    @property
    def repeats(self) -> bool:
        """Whether a write or a billed call is made once for each of many items; trying one again is not that."""
        worth = [s for s in self.sites.values() if any(t.writes or t.billed for t, _ in s.visits)]
        own = (RetryBy.LOOP, RetryBy.OTHER, RetryBy.BACKOFF)
        tried = [s for s in worth if any(t.retry.set and t.retry.by in own for t, _ in s.visits)]
        each = [s for s in worth if s not in tried]
        return any(
            repeated(self.function, s.node) or _is_map(s) or (s.inner is not None and s.inner.repeats) for s in each
        )


_FRAMEWORKS = {f"agents.Runner.{how}": "openai_agents" for how in ("run", "run_sync", "run_streamed")}


def in_a_graph(legacy: Legacy, visit: Visit, depth: int) -> bool:
    """Whether the way goes on from where a node is added to a graph, not from where the graph is run."""
    return depth < len(visit.via) and node_name(legacy, visit.via[depth]) is not None


def function_of(legacy: Legacy, visits: list[tuple[Step, Visit]], depth: int) -> Function | None:
    """The function in which all ways stand at this depth, None if they stand in several."""
    found = set()
    for step, visit in visits:
        file, line = stop(step, visit, depth)
        found.add(legacy.module(file).function_at(line))
    return found.pop() if len(found) == 1 else None


def stop(step: Step, visit: Visit, depth: int) -> tuple[str, int]:
    """File and line of the way to a step at this depth; the step itself at its end."""
    if depth < len(visit.via):
        return visit.via[depth].file, visit.via[depth].line
    return step.file, step.line


def route_from(legacy: Legacy, function: Function, visits: list[tuple[Step, Visit]], depth: int) -> Route:
    """The way on from this function, which stands at this depth of each way."""
    found = Route(function, visits)
    calls = _calls_of(function)
    wrapped = _Wrapped(legacy, function.module, calls)
    alike = Counter((step.id, visit.via) for step, visit in visits)
    seen: Counter[tuple[str, tuple[Via, ...]]] = Counter()
    for step, visit in visits:
        callee: Function | None = None
        way = step.id, visit.via
        turn = seen[way], alike[way]
        seen[way] += 1
        framework, in_graph = "", in_a_graph(legacy, visit, depth)
        if in_graph:
            node, as_argument, framework = run_of_graph(legacy, function, visit.via[depth]), False, "langgraph"
        elif depth < len(visit.via):
            file, line = stop(step, visit, depth + 1)
            callee = legacy.module(file).function_at(line)
            node, as_argument, callee = wrapped.leading(callee, (step, visit), depth, turn)
        else:
            node, as_argument = _itself(function.module, calls, step), False
            framework = _FRAMEWORKS.get(step.target or "", "")
        here = calls.at.get(visit.via[depth].line if depth < len(visit.via) else step.line, [])
        opaque = node is None and bool(here) and not in_graph
        if opaque:
            # Some call of this line leads there, by a way that names do not show: the outermost is taken as written.
            node = here[0]
        if node is None or (callee is function):
            found.lost.append((step, visit))
            continue
        site = found.sites.get(node)
        if site is None:
            line = function.module.span(node)[0]
            site = found.sites[node] = Site(node, line, callee, [], as_argument)
        # More than one callee: which of them runs is decided while it runs.
        site.opaque = site.opaque or opaque or callee is not site.callee
        site.framework = site.framework or framework
        site.visits.append((step, visit))
        site.ways.setdefault(callee, []).append(step)
    for site in found.sites.values():
        if site.framework:
            site.callee, site.opaque = None, True
        if site.callee is not None and depth < 40 and site.node not in wrapped.by:
            site.inner = route_from(legacy, site.callee, site.visits, depth + 1)
    _take_in_nested(found)
    return found


def _take_in_nested(found: Route) -> None:
    """Steps of functions inside this function stand in its own text: their sites are its sites."""
    prefix = f"{found.function.qualname}.<locals>."
    for node, site in list(found.sites.items()):
        callee = site.callee
        inner = site.inner
        if callee is None or inner is None or callee.module is not found.function.module:
            continue
        if callee.qualname.startswith(prefix) and not inner.lost:
            del found.sites[node]
            (found.local_references if site.as_argument else found.local_calls)[node] = callee
            found.local_calls |= inner.local_calls
            found.local_references |= inner.local_references
            for inner_node, inner_site in inner.sites.items():
                known = found.sites.setdefault(inner_node, inner_site)
                known.visits += [v for v in inner_site.visits if v not in known.visits]


class _Calls:
    def __init__(self, function: Function) -> None:
        self._positions = function.module.positions
        self.at: dict[int, list[cst.Call]] = {}
        for node in walk(function.node):
            if isinstance(node, cst.Call):
                self.at.setdefault(self._positions[node].start.line, []).append(node)

    def end_of(self, node: cst.Call) -> tuple[int, int]:
        """Where a call ends: line and column."""
        end = self._positions[node].end
        return end.line, end.column


@lru_cache(maxsize=1_000)
def _calls_of(function: Function) -> _Calls:
    """The calls in a function, which many ways lead through."""
    return _Calls(function)


class _Wrapped:
    """Calls of functions that a decorator of the code base wraps: named as what is wrapped, they reach its wrapper.

    `by` are the wrappers' names. Nothing of a wrapper is in the function itself, so such a call stays as it is.
    """

    def __init__(self, legacy: Legacy, module: Module, calls: _Calls) -> None:
        self._legacy = legacy
        self._module = module
        self._calls = calls
        self._found: dict[cst.CSTNode, tuple[cst.Call, bool, Function]] = {}
        self.by: dict[cst.CSTNode, str] = {}

    def leading(
        self, callee: Function | None, way: tuple[Step, Visit], depth: int, turn: tuple[int, int]
    ) -> tuple[cst.Call | None, bool, Function | None]:
        """The call that leads into the callee, or into what wraps the one that is meant; whether it is handed on."""
        line = way[1].via[depth].line
        node, as_argument = _leading(self._legacy, self._module, self._calls, line, callee, turn)
        if node is None and callee is not None and callee.nested:
            return self._behind(callee, way, depth, turn)
        return node, as_argument, callee

    def _behind(
        self, wrapper: Function, way: tuple[Step, Visit], depth: int, turn: tuple[int, int]
    ) -> tuple[cst.Call | None, bool, Function]:
        """The call that leads into this wrapper, whether it is handed on there, and what is wrapped."""
        step, visit = way
        line = visit.via[depth].line
        for later in range(depth + 2, len(visit.via) + 1):
            file, at = stop(step, visit, later)
            inner = self._legacy.module(file).function_at(at)
            if inner is None or inner.nested:
                continue
            node, as_argument = _leading(self._legacy, self._module, self._calls, line, inner, turn)
            if node is not None:
                self.by[node], self._found[node] = wrapper.qualname, (node, as_argument, inner)
                return node, as_argument, inner
        # What the wrapper does itself, a pause between two attempts, belongs to the same call.
        same = [f for n, f in self._found.items() if self.by[n] == wrapper.qualname and n in self._calls.at[line]]
        return same[0] if len(same) == 1 else (None, False, wrapper)


def _itself(module: Module, calls: _Calls, step: Step) -> cst.Call | None:
    here = calls.at.get(step.line, [])
    positions = module.positions
    exact = [c for c in here if positions[c].start.column == step.column and last_name(c.func) == _end_of(step.call)]
    named = [c for c in here if module.text(c.func) == step.call or last_name(c.func) == _end_of(step.call)]
    return next(iter([*exact, *named, *(here if len(here) == 1 else [])]), None)


def _leading(
    legacy: Legacy, module: Module, calls: _Calls, line: int, callee: Function | None, turn: tuple[int, int]
) -> tuple[cst.Call | None, bool]:
    """The call of this line that leads into the callee; of several, the one for this turn: a number and how many."""
    here = calls.at.get(line, [])
    if callee is None:
        return None, False
    wanted = {callee.name}
    if callee.owner is not None and callee.name in ("__init__", "__call__", "__enter__", "__aenter__"):
        wanted.add(callee.owner)
    leading = [c for c in here if last_name(c.func) in wanted or _means(legacy, module, c.func, callee)]
    if leading:
        leading.sort(key=calls.end_of)  # what stands inside a call comes before it
        return leading[turn[0] * len(leading) // turn[1]], False
    for call in here:
        for argument in call.args:
            if last_name(argument.value) in wanted or _means(legacy, module, argument.value, callee):
                return call, True
    # An object that is called. What a call of another name leads to (a framework's) is not this function alone.
    is_object = callee.name in _CALLED_AS_OBJECTS and len(here) == 1
    return (here[0], False) if is_object else (None, False)


def _means(legacy: Legacy, module: Module, node: cst.BaseExpression, callee: Function) -> bool:
    name = dotted_name(node)
    found = legacy.resolve(module, name) if name is not None else None
    return found is not None and found[0] is callee.module and found[1] == callee.qualname


def last_name(node: cst.CSTNode | None) -> str | None:
    """The last part of a chain of names."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else None


def _end_of(call: str) -> str:
    return call.rpartition(".")[2]


def _is_map(site: Site) -> bool:
    return site.as_argument and last_name(site.node.func) == "map"


class _Repeating(Looking):
    def __init__(self, wanted: cst.CSTNode) -> None:
        self._wanted = wanted
        self._depth = 0
        self.inside = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.For | cst.While | cst.BaseComp):
            self._depth += 1
        if node is self._wanted and self._depth:
            self.inside = True
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.For | cst.While | cst.BaseComp):
            self._depth -= 1


def repeated(function: Function, node: cst.CSTNode) -> bool:
    """Whether a loop or a comprehension stands around a node of the function."""
    looking = _Repeating(node)
    looking.look(function.node)
    return looking.inside
