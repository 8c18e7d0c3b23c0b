"""Risk: how likely a run is lost or doubled, times what that costs.

Likelihood counts what the code shows (nothing kept, no time-out, errors swallowed, ...) up to 10 tenths. Cost counts
systems, writes, people, paid calls, words of money, effects that cannot be taken back. The product is the score; it is
written as lines: each line of cost at full likelihood, then what the likelihood takes off.
"""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.engine import replays
from assess.model.finding import Finding
from assess.model.score import ScoreLine
from assess.model.step import Effect, Kind, Step
from assess.model.woven import WovenPipeline
from assess.scoring.money import money_words
from assess.scoring.region import INSIDE
from assess.scoring.words import counted, listed

TENTHS = {
    "no-checkpoint": 4,
    "detached-work": 2,
    "in-process-wait": 2,
    "memory-checkpointer": 2,
    "taken-before-done": 2,
    "batch-without-cursor": 1,
    "early-effect": 1,
    "lost-job-id": 1,
    "retry-around-chain": 1,
    "unlimited-retry": 1,
    "unthrottled-fan-out": 1,
    "lost-siblings": 1,
    "no-retry": 1,
    "no-timeout": 1,
    "short-lived-host": 1,
    "silent-drop": 2,
    "unkeyed-write": 2,
}
"""How much each flaw adds to the likelihood that a run is lost or doubled, in tenths; each counts once."""

IRREVERSIBLE = frozenset({Kind.MESSAGE, Kind.SAAS})
"""What has reached a person or a partner cannot be taken back."""


TYPED = frozenset({"confirm", "getpass", "input", "prompt", "prompt_async"})
"""Prompts of a terminal: whoever is asked sits there and sees the run die."""


def risk_lines(
    pipeline: WovenPipeline, findings: Sequence[Finding], elsewhere: frozenset[str] = frozenset()
) -> list[ScoreLine]:
    """The lines of the risk score; their sum is likelihood times cost. `elsewhere`: visits that other entries run."""
    costs = cost_lines(pipeline, elsewhere)
    other = {s.id for s in pipeline.steps if all(way.id in elsewhere for way in s.visits)}
    findings = [f for f in findings if f.step not in other]
    cost = sum(line.points for line in costs)
    tenths, why = likelihood(pipeline, findings)
    return [*costs, ScoreLine("risk", round(cost * tenths / 10) - cost, f"likelihood {tenths} of 10: {why}")]


def likelihood(pipeline: WovenPipeline, findings: Sequence[Finding]) -> tuple[int, str]:
    """In tenths, with the reasons; a durable engine leaves one tenth for the step in flight."""
    if replays(pipeline.durable_engine):
        return 1, f"{pipeline.durable_engine} repeats only the step in flight"
    checks = sorted({f.check for f in findings if f.check in TENTHS})
    return min(10, 1 + sum(TENTHS[check] for check in checks)), listed(checks) or "nothing found that loses a run"


def cost_lines(pipeline: WovenPipeline, elsewhere: frozenset[str] = frozenset()) -> list[ScoreLine]:
    """What a lost or doubled run costs, as lines of the risk score."""
    steps = [s for s in pipeline.steps if any(way.id not in elsewhere for way in s.visits)]
    writes = [s for s in outside_writes(pipeline) if s in steps]
    safe = [s for s in steps if s.effect is Effect.IDEMPOTENT_WRITE and s.kind not in INSIDE]
    final = [s for s in writes if s.kind in IRREVERSIBLE]
    people = [s for s in steps if s.kind is Kind.HUMAN]
    away = [s for s in people if last_name(s) not in TYPED]
    paid = [way for s in steps if s.billed or s.ai for way in s.visits if way.id not in elsewhere]
    many = sum(way.in_loop or way.in_parallel for way in paid)
    money = money_words(pipeline)
    named = systems(steps)
    other = len(pipeline.steps) - len(steps)
    rows = (
        (6 * len(named), 24, f"spans {counted(len(named), 'system')}: {listed(named[:5], len(named) - 5)}"),
        (5 * len(writes), 20, f"{counted(len(writes), 'write')} to other systems"),
        (2 * len(safe), 6, f"{counted(len(safe), 'write')} that a repeat overwrites"),
        (4 * len(people) + 4 * len(away), 16, f"{counted(len(people), 'place')} where a person is asked"),
        (2 * len(paid) + 2 * many, 16, f"{counted(len(paid), 'paid call')}, {many} of them again and again"),
        (6 * len(money), 12, f"words of money or duty: {listed(money[:4], len(money) - 4)}"),
        (6 * len(final), 12, f"{counted(len(final), 'effect')} that cannot be taken back"),
    )
    lines = [ScoreLine("risk", min(points, most), reason) for points, most, reason in rows if points]
    if other:
        lines.append(ScoreLine("risk", 0, f"{counted(other, 'step')} handed over, counted where they run"))
    return lines


def last_name(step: Step) -> str:
    """The callee's last name."""
    return step.call.rpartition(".")[2]


def systems(steps: Sequence[Step]) -> list[str]:
    """The outside systems a pipeline talks to: by provider, else by kind."""
    return sorted({s.provider or s.kind.value for s in steps if s.kind not in INSIDE})


def outside_writes(pipeline: WovenPipeline) -> list[Step]:
    """The steps whose repeat leaves a second thing in another system."""
    return [s for s in pipeline.steps if s.writes and not s.ai and s.kind not in INSIDE]
