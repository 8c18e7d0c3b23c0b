"""How a check points: at a step, at the entry, at any recorded place. It knows places and names, and judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from assess.checks.check import Found
from assess.model.finding import Severity
from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import EdgeKind
from assess.model.observed import Chosen, LogLine, Poll, StatusWrite
from assess.model.source import TrailStop
from assess.model.step import Confidence, Kind, Step
from assess.model.woven import TriggerKind, WovenPipeline

REMOTE = frozenset(
    {
        Kind.MODEL,
        Kind.EMBEDDING,
        Kind.AGENT,
        Kind.HTTP,
        Kind.OBJECT_STORE,
        Kind.QUEUE,
        Kind.MESSAGE,
        Kind.SAAS,
    }
)
"""Kinds that go over a network to somebody else's service, where a call can hang or fail on a good day."""


def at_step(
    pipeline: WovenPipeline,
    step: Step,
    message: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    reason: str = "",
) -> Found:
    """A finding at a step, with the way that its first visit takes to it."""
    return Found(
        file=step.file,
        line=step.line,
        end_line=step.end_line,
        cell=step.cell,
        symbol=step.function,
        target=step.target or last_name(step.call),
        message=message,
        step=step.id,
        trail=trail_to(pipeline, step),
        severity=severity,
        confidence=confidence,
        reason=reason,
    )


def at_first(lines: Iterable[LogLine], target: str, message: str) -> Found:
    """A finding about log lines or prints as a whole, at the first of them."""
    first = min(lines, key=lambda line: (line.file, line.cell or 0, line.line))
    return Found(
        file=first.file,
        line=first.line,
        end_line=first.line,
        cell=first.cell,
        symbol=first.function,
        target=target,
        message=message,
    )


def at_client(pipeline: WovenPipeline, steps: Sequence[Step], found: Found) -> Found:
    """The same finding where the client of these steps is made, if that is known; it decides for all of them."""
    made = steps[0].region.made_at
    if made is None:
        return found
    calling = tuple(TrailStop(s.file, s.line, f"{s.kind.value}: {s.call}") for s in steps[:6])
    return replace(
        found,
        file=made.file,
        line=made.line,
        end_line=max(made.line, made.end_line),
        cell=made.cell,
        symbol=pipeline.entry.symbol,
        target=f"client of {provider(steps[0])}",
        trail=(TrailStop(made.file, made.line, "the client is made here"), *calling),
    )


def at_choice(pipeline: WovenPipeline, choice: Chosen, steps: Sequence[Step], found: Found) -> Found:
    """The same finding where a value stands that decides for these steps."""
    says = place_name(choice.says) if "://" in choice.says else choice.says
    calling = tuple(TrailStop(s.file, s.line, f"{s.kind.value}: {s.call}") for s in steps[:6])
    return replace(
        found,
        file=choice.file,
        line=choice.line,
        end_line=choice.end_line,
        cell=choice.cell,
        symbol=pipeline.entry.symbol,
        target=f"{choice.by.value} {says}",
        trail=(TrailStop(choice.file, choice.line, f"{says} stands here"), *calling),
    )


def by_client(steps: Iterable[Step]) -> list[list[Step]]:
    """The steps that one client decides for, together; steps without a client of their own stand alone."""
    groups: dict[object, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.region.made_at or step.id, []).append(step)
    return list(groups.values())


def at_write(pipeline: WovenPipeline, write: StatusWrite, message: str, trail: tuple[TrailStop, ...] = ()) -> Found:
    """A finding where a state of the run is stored."""
    visits = pipeline.visits()
    step = visits[write.visit][0] if write.visit in visits else None
    return Found(
        file=write.file,
        line=write.line,
        end_line=step.end_line if step else write.line,
        cell=step.cell if step else None,
        symbol=step.function if step else pipeline.entry.symbol,
        target=last_name(step.call) if step else "status",
        message=message,
        step=step.id if step else None,
        trail=trail,
    )


def at_entry(
    pipeline: WovenPipeline,
    message: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    reason: str = "",
) -> Found:
    """A finding about the pipeline as a whole, with its steps as the trail."""
    entry = pipeline.entry
    return Found(
        file=entry.file,
        line=entry.line,
        end_line=entry.line,
        cell=entry.cell,
        symbol=entry.symbol,
        target="",
        message=message,
        trail=tuple(TrailStop(s.file, s.line, f"{s.kind.value}: {s.call}") for s in pipeline.steps[:6]),
        severity=severity,
        confidence=confidence,
        reason=reason,
    )


class Order:
    """Which steps of a pipeline one run can come to after which others; the flow is gone through once."""

    def __init__(self, pipeline: WovenPipeline) -> None:
        self._flow = pipeline.flow
        self._next: dict[str, list[str]] = {}
        for edge in pipeline.edges:
            if edge.kind is EdgeKind.NEXT and edge.label != "again":
                self._next.setdefault(edge.source, []).append(edge.target)
        self._after: dict[str, frozenset[str]] = {}

    @cached_property
    def _ways(self) -> dict[str, tuple[tuple[Flow, int], ...]]:
        """For each visit the way to it from the root: each node with the number of the child that leads on."""
        ways: dict[str, tuple[tuple[Flow, int], ...]] = {}
        waiting: list[tuple[Flow, tuple[tuple[Flow, int], ...]]] = [(self._flow, ())]
        while waiting:
            node, way = waiting.pop()
            if node.visit is not None:
                ways.setdefault(node.visit, way)
            waiting.extend((child, (*way, (node, n))) for n, child in reversed([*enumerate(node.children)]))
        return ways

    def precedes(self, first: Step, second: Step) -> bool:
        """Whether one run can come from a visit of the first step to one of the second: no two arms of one choice."""
        ways = [(a.id, b.id) for a in first.visits for b in second.visits]
        return any(self._before(a, b) and (not self._next or b in self._reached(a)) for a, b in ways)

    def _reached(self, first: str) -> frozenset[str]:
        """All visits that can still follow one: none do where the run ends behind it."""
        if first not in self._after:
            found: set[str] = set()
            waiting = [first]
            while waiting:
                more = [v for v in self._next.get(waiting.pop(), ()) if v not in found]
                found.update(more)
                waiting += more
            self._after[first] = frozenset(found)
        return self._after[first]

    def _before(self, first: str, second: str) -> bool:
        for (node, one), (_, other) in zip(self._ways.get(first, ()), self._ways.get(second, ()), strict=False):
            if one == other:
                continue
            if node.type in (FlowType.BRANCH, FlowType.PARALLEL, FlowType.GRAPH):
                return False
            return one < other and Role.EXCEPT not in (node.children[one].role, node.children[other].role)
        return False


def cell_of(pipeline: WovenPipeline, node: Flow) -> int | None:
    """The cell of a notebook that a node of the flow stands in: that of a step beside it, else the entry's."""
    entry = pipeline.entry
    if entry.cell is None:
        return None
    visits = pipeline.visits()
    for visit in _visits_here(node):
        if visit in visits and visits[visit][0].file == node.file:
            return visits[visit][0].cell
    return entry.cell if node.file == entry.file else None


def _visits_here(node: Flow) -> Iterator[str]:
    """The visits under a node that stand in the same function."""
    if node.visit is not None:
        yield node.visit
    for child in node.children:
        if child.type is not FlowType.CALL:
            yield from _visits_here(child)


def trail_to(pipeline: WovenPipeline, step: Step) -> tuple[TrailStop, ...]:
    """The entry, the calls on the way, and the step."""
    entry = pipeline.entry
    via = step.visits[0].via if step.visits else ()
    return (
        TrailStop(entry.file, entry.line, f"a run starts at {entry.symbol}"),
        *(TrailStop(v.file, v.line, f"called from {v.function}") for v in via),
        TrailStop(step.file, step.line, f"{step.kind.value}: {step.call}"),
    )


def last_name(call: str) -> str:
    """The callee's last name: `client.chat.create` gives `create`."""
    return call.partition("(")[0].rpartition(".")[2].strip() or call


def several(node: Flow) -> bool:
    """Whether one run can make more than one of the visits under a node: arms of a choice exclude each other."""
    return _longest(node) > 1


def _longest(node: Flow) -> int:
    if node.visit is not None:
        return 1
    inside = [_longest(child) for child in node.children]
    if node.type is FlowType.BRANCH:
        return max(inside, default=0)
    return sum(inside) * (2 if node.type in (FlowType.LOOP, FlowType.PARALLEL) and len(inside) == 1 else 1)


def library(pipeline: WovenPipeline) -> bool:
    """Whether only code that is not here calls this entry: it may keep a record that nobody can see from here."""
    return all(trigger.kind is TriggerKind.LIBRARY for trigger in pipeline.triggers)


def starts_elsewhere(pipeline: WovenPipeline) -> bool:
    """Whether the run starts a workflow on a durable engine, which keeps a record of its own."""
    return any((step.target or "").endswith((".execute_workflow", ".start_workflow")) for step in pipeline.steps)


def local(pipeline: WovenPipeline) -> bool:
    """Whether the run only handles files of this machine: nothing is paid for, and nobody outside waits for it."""
    return all(step.kind in (Kind.FILE, Kind.WAIT) for step in pipeline.steps)


def root(step: Step) -> str:
    """The package that a call belongs to, by its first name."""
    return (step.target or step.call).partition(".")[0]


def provider(step: Step) -> str:
    """Who is called, as a person would say it."""
    return step.provider or step.kind.value.replace("_", " ")


def host(endpoint: str | None) -> str:
    """The host of an endpoint without user, password, path or query: those may hold secrets."""
    try:
        parts = urlsplit(endpoint if endpoint and "//" in endpoint else f"//{endpoint or ''}")
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if not name:
        return "an endpoint"
    return f"{name}:{port}" if port else name


def place_name(says: str) -> str:
    """A literal as the place that it names: the host of a URL, else the text itself; never a user or a password."""
    if "://" not in says:
        return host(says) if says.count(":") == 1 else says
    return host(says.replace(":{}", "").replace("{}", "x"))


def own_machine(where: str) -> bool:
    """Whether a host is this machine, or what only this machine's network knows."""
    name = where.rpartition(":")[0] or where
    if name == "localhost" or name.endswith((".internal", ".local")):
        return True
    try:
        return ip_address(name).is_private
    except ValueError:
        return False


def calls(step: Step) -> str:
    """A call in a sentence, on one line."""
    text = " ".join(step.call.split())
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def asked(pipeline: WovenPipeline, poll: Poll) -> str:
    """What a polling loop asks, by its first call that is no pause."""
    visits = pipeline.visits()
    steps = [visits[v][0] for v in poll.visits if v in visits]
    return next((calls(step) for step in steps if step.kind is not Kind.WAIT), f"`{poll.waits_for}`")
