"""README, RUNBOOK and ledger."""

from __future__ import annotations

from migrate.engines.temporal.context.kinds import Context
from migrate.plan import Plan
from migrate.telling import counted, outcomes


def papers_part(plan: Plan) -> Context:
    """What is counted and asked."""
    return {
        "counted": f"{counted(plan)}: {outcomes(plan)}",
        "open_questions": list(plan.questions),
        "activities_by_name": {a.name: a for a in plan.activities},
    }
