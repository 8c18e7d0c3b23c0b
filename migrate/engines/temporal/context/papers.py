"""README, RUNBOOK and ledger."""

from __future__ import annotations

from migrate.engines.temporal.context.kinds import Context
from migrate.plan import Plan


def papers_part(plan: Plan) -> Context:
    """What is counted and asked."""
    counted = {o: sum(a.outcome.value == o for a in plan.ledger) for o in ("moved", "left as it is", "needs a person")}
    return {
        "counted": counted,
        "open_questions": list(plan.questions),
        "activities_by_name": {a.name: a for a in plan.activities},
    }
