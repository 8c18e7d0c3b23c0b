"""An assessment in the words of the stories, one fact a line.

    pipeline triage app.py:9            an entry and where it stands; `none` alone: no pipelines
      by script app.py                  its triggers, `engine` and `frameworks` as in the assessment
      1 model read openai.OpenAI.chat.completions.create llm.py:4 loop conditional
                                        the first visit: kind, effect, target, place, flags
      flow 1 loop(2) either(3 | 4)      how visits nest; calls are left out
      next 1>2 2>2(again)               what can directly follow what
      data 1>2(prompt)                  whose value goes where, with its names
      timeout 1 30s client              set in the code base, and where
      retry 1 3x tenacity               attempts, and by what
      key 2 no                          whether a write carries an idempotency key
      sdk 1 openai 1.x, from uv.lock; 600s 3x   the version that the facts hold for, and the defaults that count
      to 1 groq api.groq.com US         who answers, at which host, under whose law
      via 1 app.py:12 app.py:30         the calls on the way to a visit
      catch app.py:7 Exception around 1 runs none leaves None
      detached app.py:8 1               started and not waited for
      poll app.py:4 open 1 2            a loop that asks again and again, `open` or `bounded`

Visits are always all there; every other word is compared only in the pipelines that use it, and then all its lines.
"""

from __future__ import annotations

from collections.abc import Callable

from assess.model.assessment import Pipeline
from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind
from assess.model.observed import Handler
from assess.model.step import Step, Visit

Facts = dict[str, list[str]]
"""The lines of a pipeline by their first word; visits stand under `visit`."""


def parse(text: str) -> dict[str, Facts]:
    """What a block says, by the heads of the pipelines."""
    found: dict[str, Facts] = {}
    facts: Facts = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words == ["none"]:
            continue
        if words[0] == "pipeline":
            facts = found.setdefault(" ".join(words[1:]), {"visit": []})
        else:
            if words[0] not in _FACTS and not words[0].isdigit():
                raise ValueError(f"no such word: {line!r}")
            facts.setdefault("visit" if words[0].isdigit() else words[0], []).append(" ".join(words))
    return found


def shown(facts: dict[str, Facts]) -> str:
    """What `parse` reads, as text."""
    lines = []
    for head, said in facts.items():
        lines.append(f"pipeline {head}")
        lines += [f"  {line}" for part in said.values() for line in part]
    return "\n".join(lines) or "none"


def facts_of(pipelines: tuple[Pipeline, ...], asked: dict[str, Facts]) -> dict[str, Facts]:
    """The pipelines in the order of their places, each with the facts that are asked of it."""
    found: dict[str, Facts] = {}
    for pipeline in sorted(pipelines, key=lambda p: (p.entry.file, p.entry.cell or 0, p.entry.line, p.id)):
        entry = pipeline.entry
        head = f"{entry.symbol} {_place(entry.file, entry.cell, entry.line)}"
        found[head] = {}
        for word in dict.fromkeys(["visit", *asked.get(head, {})]):
            lines = _FACTS[word](pipeline)
            found[head][word] = lines or [f"{word} none"]
    return found


def _place(file: str, cell: int | None, line: int) -> str:
    return f"{file}:{line}" if cell is None else f"{file}[{cell}]:{line}"


def _numbers(pipeline: Pipeline) -> dict[str, int]:
    return {visit: number for number, visit in enumerate(pipeline.visits(), 1)}


def _visits(pipeline: Pipeline) -> list[str]:
    return [_visit(number, step, visit) for number, (step, visit) in enumerate(pipeline.visits().values(), 1)]


def _visit(number: int, step: Step, visit: Visit) -> str:
    flags = {"loop": visit.in_loop, "parallel": visit.in_parallel, "conditional": visit.conditional}
    words = [str(number), step.kind.value, step.effect.value, step.target or "?"]
    return " ".join([*words, _place(step.file, step.cell, step.line), *(name for name, up in flags.items() if up)])


def _flow(pipeline: Pipeline) -> list[str]:
    numbers = _numbers(pipeline)
    return [f"flow {_flow_of(pipeline.flow, numbers)}"]


def _flow_of(flow: Flow, numbers: dict[str, int]) -> str:
    if flow.visit is not None:
        return str(numbers[flow.visit])
    inner = [_flow_of(child, numbers) for child in flow.children]
    match flow.type:
        case FlowType.LOOP:
            return f"loop({' '.join(inner)})"
        case FlowType.PARALLEL:
            return f"at-once({' | '.join(inner)})"
        case FlowType.BRANCH:
            return f"either({' | '.join(f'{_arm(c)}{i}' for c, i in zip(flow.children, inner, strict=True))})"
        case FlowType.TRY:
            parts = (f"{_part(c)}{i}" for c, i in zip(flow.children, inner, strict=True))
            return f"try({' '.join(parts)})"
        case FlowType.GRAPH:
            return f"graph({' | '.join(inner)})"
    return " ".join(inner)


def _arm(flow: Flow) -> str:
    return "else " if flow.role is Role.ELSE else ""


def _part(flow: Flow) -> str:
    return f"{flow.role.value} " if flow.role in (Role.EXCEPT, Role.FINALLY) else ""


def _next(pipeline: Pipeline) -> list[str]:
    return _edges("next", pipeline, EdgeKind.NEXT, lambda edge: edge.label or "")


def _data(pipeline: Pipeline) -> list[str]:
    return _edges("data", pipeline, EdgeKind.DATA, lambda edge: ",".join(edge.values))


def _edges(word: str, pipeline: Pipeline, kind: EdgeKind, says: Callable[[Edge], str]) -> list[str]:
    numbers = _numbers(pipeline)
    edges = sorted((numbers[e.source], numbers[e.target], says(e)) for e in pipeline.edges if e.kind is kind)
    parts = [f"{a}>{b}({text})" if text else f"{a}>{b}" for a, b, text in edges]
    return [f"{word} {' '.join(parts)}"] if parts else []


def _by(pipeline: Pipeline) -> list[str]:
    return [f"by {trigger.kind.value} {trigger.detail}" for trigger in pipeline.triggers]


def _engine(pipeline: Pipeline) -> list[str]:
    return [f"engine {pipeline.durable_engine}"]


def _frameworks(pipeline: Pipeline) -> list[str]:
    return [f"frameworks {' '.join(pipeline.frameworks)}"]


def _timeouts(pipeline: Pipeline) -> list[str]:
    return [
        f"timeout {number} {'?' if step.timeout.seconds is None else f'{step.timeout.seconds:g}s'} "
        f"{step.timeout.source.value}"
        for number, (step, _) in enumerate(pipeline.visits().values(), 1)
        if step.timeout.set
    ]


def _retries(pipeline: Pipeline) -> list[str]:
    return [
        f"retry {number} {step.retry.attempts or '?'}x {step.retry.by.value}"
        for number, (step, _) in enumerate(pipeline.visits().values(), 1)
        if step.retry.set
    ]


def _keys(pipeline: Pipeline) -> list[str]:
    words = {True: "yes", False: "no"}
    return [
        f"key {number} {words[step.idempotency_key]}"
        for number, (step, _) in enumerate(pipeline.visits().values(), 1)
        if step.idempotency_key is not None
    ]


def _sdks(pipeline: Pipeline) -> list[str]:
    return [
        f"sdk {number} {step.sdk}; {'no limit' if step.timeout.seconds is None else f'{step.timeout.seconds:g}s'} "
        f"{step.retry.attempts or '?'}x"
        for number, (step, _) in enumerate(pipeline.visits().values(), 1)
        if step.sdk is not None
    ]


def _answers(pipeline: Pipeline) -> list[str]:
    return [
        f"to {number} {step.provider or '?'} {step.region.endpoint or '?'} {step.region.jurisdiction or '?'}"
        for number, (step, _) in enumerate(pipeline.visits().values(), 1)
    ]


def _via(pipeline: Pipeline) -> list[str]:
    return [
        f"via {number} {' '.join(f'{v.file}:{v.line}' for v in visit.via) or 'none'}"
        for number, (_, visit) in enumerate(pipeline.visits().values(), 1)
    ]


def _listed(pipeline: Pipeline, visits: tuple[str, ...]) -> str:
    numbers = _numbers(pipeline)
    return " ".join(str(n) for n in sorted(numbers[v] for v in visits)) or "none"


def _catches(pipeline: Pipeline) -> list[str]:
    return [_catch(pipeline, h) for h in sorted(pipeline.observed.handlers, key=lambda h: (h.file, h.line, h.guards))]


def _catch(pipeline: Pipeline, handler: Handler) -> str:
    does = [w for w in ("raises", "stops", "logs", "records") if getattr(handler, w)]
    parts = [
        "catch",
        f"{handler.file}:{handler.line}",
        "|".join(handler.catches) or "everything",
        f"around {_listed(pipeline, handler.guards)} runs {_listed(pipeline, handler.runs)}",
        f"leaves {handler.leaves or 'nothing'}",
        *does,
    ]
    return " ".join(parts)


def _detached(pipeline: Pipeline) -> list[str]:
    return [f"detached {d.file}:{d.line} {_listed(pipeline, d.visits)}" for d in pipeline.observed.detached]


def _polls(pipeline: Pipeline) -> list[str]:
    return [
        f"poll {p.file}:{p.line} {'bounded' if p.bounded else 'open'} {_listed(pipeline, p.visits)}"
        for p in pipeline.observed.polls
    ]


_FACTS = {
    "visit": _visits,
    "by": _by,
    "engine": _engine,
    "frameworks": _frameworks,
    "flow": _flow,
    "next": _next,
    "data": _data,
    "timeout": _timeouts,
    "retry": _retries,
    "key": _keys,
    "sdk": _sdks,
    "to": _answers,
    "via": _via,
    "catch": _catches,
    "detached": _detached,
    "poll": _polls,
}
