"""What stands around a run: tracing, its graph's checkpointer, when its task is acknowledged, what limits a fan-out.

It looks at what was set up anywhere in the tree and decides what of it belongs to one pipeline, by its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from assess.catalogue.facts import Telemetry
from assess.model.flow import Flow, FlowType
from assess.model.observed import Checkpointer, ChosenBy, Traced
from assess.model.step import Step
from assess.model.woven import Entry
from assess.resolving.graphs import Build
from assess.resolving.program import FunctionInfo
from assess.resolving.running import Session
from assess.resolving.trace import Called, Event, Logged, Trace
from assess.resolving.values import Configuration, External, options
from assess.weaving.placing import Ambient, leaves

IN_MEMORY = ("MemorySaver", "InMemorySaver")
TASKS = ("shared_task", "task")
LATE = "task_acks_late"
"""The setting of an application that acknowledges every task after its work."""


def tracing(
    session: Session, entry: Entry, steps: Iterable[Step], trace: Trace, ambient: Ambient
) -> tuple[Traced, ...]:
    """Every place that sends traces of this run: set-up calls of its files, decorators on its way, SDKs that trace."""
    files = _files(entry, steps)
    found = [
        _traced(telemetry, call)
        for path, calls in ambient.items()
        if (telemetry := session.telemetry(path)) is not None
        for call in calls
        if call.file in files or _above(call.file, entry.file)
    ]
    found += _decorated(session, trace)
    disabled = "agents.set_tracing_disabled" in ambient
    for step in steps:
        known = session.telemetry(step.target or "")
        if known is not None and not disabled and not any(_named(session, name) for name in known.environment):
            found.append(_at_step(known, step))
            break
    return tuple(dict.fromkeys(found))


def _files(entry: Entry, steps: Iterable[Step]) -> set[str]:
    return {entry.file} | {f for s in steps for f in (s.file, *(via.file for v in s.visits for via in v.via))}


def _above(file: str, other: str) -> bool:
    """Whether a program in `file` may be what starts `other`: it stands in the same folder or further up."""
    folder = file.rpartition("/")[0]
    return other.startswith(f"{folder}/") if folder else True


def _traced(known: Telemetry, call: Configuration) -> Traced:
    given = [v for k, v in call.keywords.items() if k in known.parameters] or [*call.positional[:1]]
    leaf = next((leaf for value in given for leaf in leaves(value) if _tells(leaf.says, leaf.by)), None)
    host, by = (leaf.says, leaf.by) if leaf is not None else (known.default, None)
    place = known.jurisdiction if leaf is None else None
    return Traced(known.sdk, call.file, call.line, call.line, call.cell, host, by, place)


def _tells(says: str, by: ChosenBy) -> bool:
    return by in (ChosenBy.VARIABLE, ChosenBy.ENTRY) or "://" in says or says.startswith("localhost")


def _decorated(session: Session, trace: Trace) -> Iterator[Traced]:
    """Decorators that trace, on the functions that the run goes through."""
    for info in functions_of(session, trace):
        for decoration in session.decorations.get(id(info.node), ()):
            known = session.telemetry(decoration.path)
            if known is not None:
                line = info.node.lineno
                yield Traced(
                    known.sdk, info.module.path, line, line, info.cell, known.default, None, known.jurisdiction
                )


def _at_step(known: Telemetry, step: Step) -> Traced:
    return Traced(known.sdk, step.file, step.line, step.line, step.cell, known.default, None, known.jurisdiction)


def _named(session: Session, name: str) -> bool:
    """Whether some file of the tree speaks of this variable."""
    return session.mentions(name)


def functions_of(session: Session, trace: Trace) -> list[FunctionInfo]:
    """The functions of the tree that a run goes through."""
    wanted = {(c.definition.file, c.definition.line, c.definition.function) for c in _calls(trace)}
    files = {file for file, _, _ in wanted}
    infos = (f for file in sorted(files) for f in session.program.module(file).functions.values())
    return [f for f in infos if (f.module.path, f.node.lineno, f.qualified_name) in wanted]


def _calls(trace: Trace) -> Iterator[Called]:
    for node in trace.nodes:
        if isinstance(node, Event | Logged):
            continue
        if isinstance(node, Called):
            yield node
        for part in node.parts():
            yield from _calls(part)


def checkpointers(session: Session, entry: Entry, flow: Flow) -> tuple[Checkpointer, ...]:
    """What keeps the state of the graphs in this flow, for those whose compilation names it."""
    places = {(n.file, n.line) for n in flow.walk() if n.type is FlowType.GRAPH} | {(entry.file, entry.line)}
    found = []
    for build in session.graphs.values():
        if isinstance(build, Build) and build.keeper is not None and (build.spot.file, build.spot.line) in places:
            found += [_checkpointer(build, o) for o in options(build.keeper) if isinstance(o, External)]
    return tuple(sorted(set(found), key=lambda c: (c.file, c.cell or 0, c.line, c.what)))


def _checkpointer(build: Build, keeper: External) -> Checkpointer:
    what = keeper.path.rpartition(".")[2]
    spot = build.spot
    return Checkpointer(spot.file, spot.line, spot.end_line, spot.cell, what, what not in IN_MEMORY)


def acknowledged_late(session: Session, engine: str | None, info: FunctionInfo | None) -> bool | None:
    """Whether a task of Celery is acknowledged after its work, by its decorator or its application's settings."""
    if engine != "celery" or info is None:
        return None
    tasks = [d for d in session.decorations.get(id(info.node), ()) if d.path.rpartition(".")[2] in TASKS]
    if not tasks:
        return None  # it only sends the task
    for decoration in tasks:
        given = decoration.keywords.get("acks_late")
        for option in options(given) if given is not None else ():
            value = getattr(option, "value", None)
            if isinstance(value, bool):
                return value
    return session.mentions(LATE)


def unthrottled(events: Mapping[str, Event], flow: Flow) -> tuple[str, ...]:
    """Visits that run at once for each of many items, outside of a pool and of everything that limits how many."""
    found: dict[str, None] = {}
    for node in flow.walk():
        if node.type is FlowType.PARALLEL and len(node.children) == 1 and "gather" in (node.label or ""):
            found.update(dict.fromkeys(v for v in node.visits() if v in events and not events[v].limited))
    return tuple(found)
