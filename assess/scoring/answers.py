"""The three answers, for one pipeline and for the code base.

`resume`, `visible` and `region` each hold their own rubric. A code base is as good as its worst pipeline, chains first:
a single step that starts again from zero costs one call, a chain a whole run.
"""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.finding import Finding
from assess.model.score import Answer, Answers, Verdict
from assess.model.woven import WovenPipeline
from assess.scoring.region import region_of
from assess.scoring.resume import resume_of
from assess.scoring.visible import visible_of

WORST_FIRST = (Verdict.NO, Verdict.UNKNOWN, Verdict.PARTIAL, Verdict.YES)

NOTHING_FOUND = (
    "Nothing found: no call in the files read is known to leave the process towards a model, a store or another "
    "system, so there is nothing to answer."
)


def answers_of(pipeline: WovenPipeline, findings: Sequence[Finding]) -> Answers:
    """The answers of one pipeline; `findings` are its own."""
    return Answers(resume_of(pipeline, findings), visible_of(pipeline, findings), region_of(pipeline, findings))


def of_code_base(judged: Sequence[tuple[WovenPipeline, Answers]]) -> Answers:
    """The worst answer of each question, over the chains if there are any, else over everything."""
    if not judged:
        nothing = Answer(Verdict.UNKNOWN, (), NOTHING_FOUND)
        return Answers(nothing, nothing, nothing)
    chains = [(p, a) for p, a in judged if p.chain]
    counting = chains or list(judged)
    unit = "chain" if chains else "single step"
    return Answers(
        _worst([(p, a.resume) for p, a in counting], unit, "go on by themselves after a kill"),
        _worst([(p, a.visible) for p, a in counting], unit, "show the state and the failure of each run"),
        _worst([(p, a.region) for p, a in counting], unit, "can be kept in a region of the owner's choice"),
    )


def _worst(answers: Sequence[tuple[WovenPipeline, Answer]], unit: str, can: str) -> Answer:
    verdict = min((a.verdict for _, a in answers), key=WORST_FIRST.index)
    pipeline, worst = next((p, a) for p, a in answers if a.verdict is verdict)
    good = sum(a.verdict is Verdict.YES for _, a in answers)
    count = f"{good} of {len(answers)} {unit}s {can}."
    sentence = count if verdict is Verdict.YES else f"{count} {pipeline.name}: {worst.sentence}"
    return Answer(verdict, worst.because, sentence)
