"""The one pipeline to move first, and why: it spans several systems, and its failure costs something."""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.assessment import Recommendation
from assess.model.engine import takes_up
from assess.model.finding import Finding
from assess.model.step import Kind
from assess.model.woven import WovenPipeline
from assess.scoring.money import money_words
from assess.scoring.risk import outside_writes, systems
from assess.scoring.words import counted, listed, names

Candidate = tuple[WovenPipeline, int, tuple[Finding, ...]]


def recommend(ordered: Sequence[Candidate]) -> Recommendation:
    """The first AI chain in the order of work that no engine takes up after a kill yet."""
    candidates = [c for c in ordered if c[0].ai and c[0].chain and not takes_up(c[0].durable_engine)]
    if candidates:
        pipeline, risk, findings = candidates[0]
        return Recommendation(pipeline.id, tuple(_because(pipeline, risk, findings, len(candidates))))
    if not ordered:
        return Recommendation(None, ("No pipeline was found, so there is nothing to migrate.",))
    if any(p.ai and p.chain for p, _, _ in ordered):
        return Recommendation(None, ("Every AI chain found already runs on an engine that keeps its progress.",))
    return Recommendation(None, ("No chain with a model call was found; single calls need no workflow.",))


def _because(pipeline: WovenPipeline, risk: int, findings: Sequence[Finding], among: int) -> list[str]:
    named = systems(pipeline.steps)
    over = f"{counted(len(named), 'system')} ({listed(named[:5], len(named) - 5)})"
    rank = "the highest" if among > 1 else "the only one"
    steps = f"{_one_run(pipeline)} takes {counted(len(pipeline.visits()), 'step')} over {over}"
    chains = counted(among, "AI chain that is", "AI chains that are")
    said = [
        f"{pipeline.name} has a risk of {risk} of 100, {rank} among {chains} not durable yet.",
        f"{steps}; a kill leaves the rest undone.",
    ]
    said.append(_cost(pipeline))
    serious = sorted({f.check for f in findings if f.severity.value in ("high", "medium")})
    if serious:
        said.append(f"The code shows {listed(serious[:4], len(serious) - 4)}.")
    return said[:4]


def _one_run(pipeline: WovenPipeline) -> str:
    """What one run is: of a loop that takes messages, what its handler does with one of them."""
    visits = pipeline.visits().values()
    taking = any(step.kind is Kind.QUEUE and not visit.via for step, visit in visits)
    work = [(s, v) for s, v in visits if v.via or s.kind not in (Kind.QUEUE, Kind.WAIT)]
    below = {v.via[0].line for _, v in work if v.via}
    if not taking or len(below) != 1 or not all(v.via for _, v in work):
        return "One run"
    step, visit = work[0]
    handler = visit.via[1].function if len(visit.via) > 1 else step.function
    return f"One message is one run of `{handler.rpartition('.')[2]}`, which"


def _cost(pipeline: WovenPipeline) -> str:
    people = [s for s in pipeline.steps if s.kind is Kind.HUMAN]
    writes = outside_writes(pipeline)
    money = money_words(pipeline)
    if people:
        return f"A person is asked at {names(people, 2)}; a lost run forgets the answer and asks again."
    if writes:
        about = f" It is about {listed(money[:3], len(money) - 3)}." if money else ""
        return f"A run again may write twice at {names(writes, 2)}.{about}"
    paid = sum(len(s.visits) for s in pipeline.steps if s.billed or s.ai)
    return f"Each start from zero pays again for up to {counted(paid, 'call')} of a model."
