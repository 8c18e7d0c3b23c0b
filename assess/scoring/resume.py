"""Question 1, whether a killed run goes on by itself and repeats no finished write or model call."""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.engine import QUEUEING, RECORDING, replays
from assess.model.finding import Finding
from assess.model.kept import How, Kept, kept, starts_again
from assess.model.score import Answer, Verdict
from assess.model.step import Kind
from assess.model.woven import WovenPipeline
from assess.scoring.words import counted, names

RESTS_ON = (
    *("no-checkpoint", "in-process-wait", "detached-work", "provider-held-state", "taken-before-done"),
    *("memory-checkpointer", "batch-without-cursor", "lost-job-id"),
)


def resume_of(pipeline: WovenPipeline, findings: Sequence[Finding]) -> Answer:
    """By the rubric of the contract."""
    verdict, sentence = _verdict(pipeline, findings)
    because = () if verdict is Verdict.YES else tuple(f.id for f in findings if f.check in RESTS_ON)
    return Answer(verdict, because, sentence)


def _verdict(pipeline: WovenPipeline, findings: Sequence[Finding]) -> tuple[Verdict, str]:
    engine = pipeline.durable_engine
    if replays(engine):
        return _on_replaying_engine(pipeline, findings)
    if engine in RECORDING:
        return _on_recording_engine(pipeline)
    if engine in QUEUEING:
        return Verdict.PARTIAL, (
            f"{engine} can deliver the task again, but it then starts from its first step and repeats finished ones."
        )
    return _without_engine(pipeline)


def _without_engine(pipeline: WovenPipeline) -> tuple[Verdict, str]:
    stored = kept(pipeline)
    if stored:
        return Verdict.PARTIAL, _stored(stored)
    if starts_again(pipeline):
        kind = pipeline.triggers[0].kind.value
        return Verdict.PARTIAL, f"The {kind} may start the work again, but from the first step: nothing else is kept."
    steps = [step for step, _ in pipeline.visits().values()]
    if not pipeline.chain:
        return Verdict.NO, f"Nothing is stored around {names(steps)}; a killed run is gone and nothing starts it again."
    return Verdict.NO, (
        f"Nothing is stored between {counted(len(pipeline.visits()), 'step')}, from {names(steps[:1])} on; "
        "a killed run starts from zero, by hand."
    )


def _on_replaying_engine(pipeline: WovenPipeline, findings: Sequence[Finding]) -> tuple[Verdict, str]:
    if any(f.check == "in-process-wait" for f in findings):
        human = [step for step, _ in pipeline.visits().values() if step.kind is Kind.HUMAN]
        where = f" at {names(human)}" if human else ""
        return Verdict.PARTIAL, (
            f"{pipeline.durable_engine} replays finished steps, but the process holds the wait for a person{where}."
        )
    return Verdict.YES, (
        f"{pipeline.durable_engine} records each finished step and goes on after it; only the step in flight may run "
        "twice, and its effect doubles where the target honours no key."
    )


def _on_recording_engine(pipeline: WovenPipeline) -> tuple[Verdict, str]:
    engine = pipeline.durable_engine
    if engine == "langgraph_checkpointer":
        return Verdict.PARTIAL, (
            "The state after each node can be stored, but nothing here takes up a killed run by itself, and the node "
            "in flight starts from its top."
        )
    alone = [s for s in pipeline.steps if not s.retry.set or s.retry.attempts == 1]
    if alone:
        return Verdict.PARTIAL, (
            f"{engine} keeps finished tasks, but {names(alone)} has no retry: a killed task fails its run and waits "
            "for a person to clear it."
        )
    return Verdict.YES, f"{engine} keeps finished tasks and retries the one that was killed."


def _stored(stored: Sequence[Kept]) -> str:
    said = []
    for how, words in (
        (How.STATUS, "a state of the run is stored by {}"),
        (How.OVERWRITE, "{} can safely be written again"),
        (How.FILE, "{} leaves paid-for content in a file"),
    ):
        steps = [k.step for k in stored if k.how is how]
        if steps:
            said.append(words.format(names(steps, 2)))
    text = "; ".join(said)
    return f"Part of the work outlives a kill: {text}. Nothing goes on from there by itself."
