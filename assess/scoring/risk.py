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
from assess.model.step import AI_KINDS, Kind, Step
from assess.model.woven import WovenPipeline
from assess.scoring.money import money_words
from assess.scoring.region import INSIDE
from assess.scoring.words import counted, listed

TENTHS = {
    "no-checkpoint": 4,
    "detached-work": 2,
    "in-process-wait": 2,
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


def risk_lines(pipeline: WovenPipeline, findings: Sequence[Finding]) -> list[ScoreLine]:
    """The lines of the risk score; their sum is likelihood times cost."""
    costs = cost_lines(pipeline)
    cost = sum(line.points for line in costs)
    tenths, why = likelihood(pipeline, findings)
    return [*costs, ScoreLine("risk", round(cost * tenths / 10) - cost, f"likelihood {tenths} of 10: {why}")]


def likelihood(pipeline: WovenPipeline, findings: Sequence[Finding]) -> tuple[int, str]:
    """In tenths, with the reasons; a durable engine leaves one tenth for the step in flight."""
    if replays(pipeline.durable_engine):
        return 1, f"{pipeline.durable_engine} repeats only the step in flight"
    checks = sorted({f.check for f in findings if f.check in TENTHS})
    return min(10, 1 + sum(TENTHS[check] for check in checks)), listed(checks) or "nothing found that loses a run"


def cost_lines(pipeline: WovenPipeline) -> list[ScoreLine]:
    """What a lost or doubled run costs, as lines of the risk score."""
    steps = pipeline.steps
    writes = [s for s in steps if s.writes and s.kind not in AI_KINDS and s.kind not in (Kind.WAIT, Kind.HUMAN)]
    people = [s for s in steps if s.kind is Kind.HUMAN]
    final = [s for s in writes if s.kind in IRREVERSIBLE]
    billed = sum(len(s.visits) for s in steps if s.billed or s.ai)
    money = money_words(pipeline)
    named = systems(steps)
    rows = (
        (min(24, 6 * len(named)), f"spans {counted(len(named), 'system')}: {listed(named[:5], len(named) - 5)}"),
        (min(20, 5 * len(writes)), f"{counted(len(writes), 'write')} to other systems"),
        (min(16, 8 * len(people)), f"{counted(len(people), 'place')} where a person is asked"),
        (min(16, 2 * billed), f"{counted(billed, 'paid call')}"),
        (min(12, 12 * len(money)), f"words of money or duty: {listed(money[:4], len(money) - 4)}"),
        (min(12, 6 * len(final)), f"{counted(len(final), 'effect')} that cannot be taken back"),
    )
    return [ScoreLine("risk", points, reason) for points, reason in rows if points]


def systems(steps: Sequence[Step]) -> list[str]:
    """The outside systems a pipeline talks to: by provider, else by kind."""
    return sorted({s.provider or s.kind.value for s in steps if s.kind not in INSIDE or s.kind is Kind.SUBPROCESS})
