"""Question 2, whether a stored record shows the state of each run and its failure without a look at the process."""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.engine import QUEUEING, records
from assess.model.finding import Finding, Severity
from assess.model.observed import LogKind, LogLine
from assess.model.score import Answer, Verdict
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline
from assess.scoring.words import counted, names

RESTS_ON = (
    *("no-status", "status-never-failed", "always-success", "stuck-run", "print-only", "silent-drop", "looks-empty"),
)
MOST = 0.5
"""This share of the steps must have a log line or span beside them."""
NEARLY_ALL = 0.8
"""A handler around this share of the visits hides the failure of the whole run."""
PAGES = frozenset({"chainlit", "gradio", "streamlit"})
"""Frameworks in which what looks like progress is the page that one user has before them."""


def visible_of(pipeline: WovenPipeline, findings: Sequence[Finding]) -> Answer:
    """By the rubric of the contract."""
    verdict, sentence = _verdict(pipeline, findings)
    because = () if verdict is Verdict.YES else tuple(f.id for f in findings if f.check in RESTS_ON)
    return Answer(verdict, because, sentence)


def _verdict(pipeline: WovenPipeline, findings: Sequence[Finding]) -> tuple[Verdict, str]:
    engine = pipeline.durable_engine
    if engine == "langgraph_checkpointer" and not _on_platform(pipeline):
        return Verdict.PARTIAL, "The checkpointer stores the state of each thread; that a run failed is not in it."
    if records(engine):
        hidden = _hidden_failures(pipeline, findings)
        if hidden:
            return (
                Verdict.PARTIAL,
                f"{engine} stores the state of each run, but a run whose {hidden} ends as a success.",
            )
        return Verdict.YES, f"{engine} stores the state of each run and its failure."
    states = [write for write in pipeline.observed.status_writes if write.words]
    if states:
        words = ", ".join(f'"{word}"' for word in dict.fromkeys(w for s in states for w in s.words))
        place = f"{states[0].file}:{states[0].line}"
        if any(s.says_failed for s in states):
            return Verdict.YES, f"A stored state is kept for each run ({words}), failure included ({place})."
        return Verdict.PARTIAL, f"A stored state is kept ({words}, {place}), but no write of it says that a run failed."
    if engine in QUEUEING:
        return Verdict.PARTIAL, f"{engine} can keep the state of a task; how far the run came is not in it."
    return _without_record(pipeline)


def _on_platform(pipeline: WovenPipeline) -> bool:
    """Whether a server runs the graph: it keeps the state of runs besides that of threads."""
    return "langgraph_platform" in pipeline.frameworks


def _hidden_failures(pipeline: WovenPipeline, findings: Sequence[Finding]) -> str:
    """What fails without the engine's record saying so: all of the run, or a step that writes or asks a person."""
    everything = len(pipeline.visits())
    for handler in pipeline.observed.handlers:
        if handler.raises or handler.stops or handler.records or handler.catches not in ((), ("Exception",)):
            continue
        if len(handler.guards) >= everything * NEARLY_ALL:
            return f"error ends in the `except` at {handler.file}:{handler.line}"
    dropped = [f for f in findings if f.check == "silent-drop" and f.severity is Severity.HIGH]
    sure = [f for f in dropped if f.confidence is Confidence.HIGH]
    return f"write fails at {sure[0].file}:{sure[0].line}" if sure else ""


def _without_record(pipeline: WovenPipeline) -> tuple[Verdict, str]:
    logged, steps = logged_steps(pipeline), len(pipeline.steps)
    if steps and logged >= steps * MOST:
        leave = f"{logged} of {counted(steps, 'place')} with a step {_leaves(logged)} a log line or span"
        return Verdict.PARTIAL, f"{leave}; nothing is stored."
    kinds = {line.kind for line in _on_the_way(pipeline)}
    if LogKind.PROGRESS in kinds and not PAGES & set(pipeline.frameworks):
        return Verdict.PARTIAL, "Progress is streamed to the caller; nobody else sees it and nothing is stored."
    if LogKind.PRINT in kinds and not kinds & {LogKind.LOG, LogKind.SPAN}:
        return Verdict.NO, "The run only prints; nothing is stored, and nobody sees it who does not watch the process."
    if kinds & {LogKind.LOG, LogKind.SPAN}:
        leave = f"{logged} of {counted(steps, 'place')} with a step {_leaves(logged)} a log line"
        return Verdict.NO, f"Only {leave}, and nothing is stored."
    return Verdict.NO, f"No record, no log line, no span around {names(pipeline.steps, 2)}."


def _leaves(number: int) -> str:
    return "leaves" if number == 1 else "leave"


def logged_steps(pipeline: WovenPipeline) -> int:
    """How many steps have a log line or span after them or in their function, outside error handlers."""
    lines = [line for line in _on_the_way(pipeline) if line.kind in (LogKind.LOG, LogKind.SPAN)]
    near = {line.near for line in lines}
    functions = {(line.file, line.function) for line in lines}
    return sum((s.file, s.function) in functions or any(v.id in near for v in s.visits) for s in pipeline.steps)


def _on_the_way(pipeline: WovenPipeline) -> list[LogLine]:
    """The lines of a run that goes well; those of error handlers show no progress."""
    handlers: dict[tuple[str, int | None], set[tuple[int, int]]] = {}
    for h in pipeline.observed.handlers:
        handlers.setdefault((h.file, h.cell), set()).add((h.line, h.end_line))
    return [
        line
        for line in pipeline.observed.logs
        if not any(first <= line.line <= last for first, last in handlers.get((line.file, line.cell), ()))
    ]
