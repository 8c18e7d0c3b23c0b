"""Question 3, whether content and orchestration can stay where the owner chose, from hosts and parameters only.

What the code does not show (contracts, account settings, what the data is) is unknown here, never good.
"""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.finding import Finding
from assess.model.score import Answer, Verdict
from assess.model.step import Kind, Step
from assess.model.woven import WovenPipeline
from assess.scoring.words import counted, names

INSIDE = frozenset({Kind.FILE, Kind.SUBPROCESS, Kind.WAIT, Kind.HUMAN})
"""Kinds that stay on the machine, or have no endpoint of their own."""

RESTS_ON = (
    *("provider-held-state", "provider-orchestration", "fixed-endpoint", "several-jurisdictions", "unpinned-region"),
    *("default-endpoint", "cross-region-profile", "clear-payloads", "stored-by-default", "tracing-elsewhere"),
)


def region_of(pipeline: WovenPipeline, findings: Sequence[Finding]) -> Answer:
    """By the rubric of the contract."""
    verdict, sentence = _verdict(pipeline)
    because = () if verdict is Verdict.YES else tuple(f.id for f in findings if f.check in RESTS_ON)
    return Answer(verdict, because, sentence)


def _verdict(pipeline: WovenPipeline) -> tuple[Verdict, str]:
    if pipeline.durable_engine == "mistral_workflows":
        return Verdict.NO, "The orchestration runs in a model provider's control plane, with the run's history."
    held = [s for s in pipeline.steps if s.region.provider_state]
    if held:
        return Verdict.NO, f"The provider keeps state of the run at {names(held)}."
    fixed = [s for s in pipeline.steps if s.region.fixed_in_code]
    if fixed:
        return Verdict.NO, f"The endpoint or region is fixed in the code at {names(fixed)}."
    return _settable([s for s in pipeline.steps if s.kind not in INSIDE])


def _settable(outside: Sequence[Step]) -> tuple[Verdict, str]:
    """Who chooses where steps go that have nothing against them."""
    if not outside:
        return Verdict.YES, "Every step stays on the machine that runs it."
    chosen = [s for s in outside if s.region.chosen]
    if len(chosen) == len(outside):
        return Verdict.YES, f"The endpoint of {counted(len(outside), 'step')} can be chosen by configuration."
    open_places = [s for s in outside if not s.region.chosen]
    rest, go = names(open_places), "goes" if len(open_places) == 1 else "go"
    if chosen:
        return Verdict.PARTIAL, (
            f"{len(chosen)} of {counted(len(outside), 'endpoint')} can be configured; the code does not show where "
            f"{rest} {go}."
        )
    return Verdict.UNKNOWN, f"The code does not show a choice of endpoint or region for {rest}."
