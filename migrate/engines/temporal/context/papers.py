"""README, RUNBOOK and ledger."""

from __future__ import annotations

import re

from assess.model.step import Kind
from migrate.engines.temporal.context.kinds import Context
from migrate.plan import Account, Plan
from migrate.rewriting.draft import Draft
from migrate.telling import counted, outcomes

_MODELS = (Kind.MODEL, Kind.EMBEDDING, Kind.AGENT)
# A call names its model within so many lines, or not at all.
_LINES_OF_A_CALL = 25


def papers_part(plan: Plan, draft: Draft) -> Context:
    """What is counted and asked."""
    return {
        "counted": f"{counted(plan)}: {outcomes(plan)}",
        "open_questions": list(plan.questions),
        "model_places": _model_places(plan, draft),
    }


def _model_places(plan: Plan, draft: Draft) -> list[dict[str, object]]:
    """Where the original names its models: the line in a model call that says so, else the call."""
    by_visit = {visit: a for a in plan.activities if a.kind in _MODELS for visit in a.visits}
    found: dict[tuple[str, int], dict[str, object]] = {}
    for account in plan.ledger:
        activity = by_visit.get(account.visit)
        if activity is not None:
            place = (account.file, _line_of_the_model(draft, account))
            found.setdefault(
                place, {"file": place[0], "line": place[1], "call": account.call, "activity": activity.name}
            )
    return list(found.values())


def _line_of_the_model(draft: Draft, account: Account) -> int:
    try:
        lines = (draft.legacy.root / account.file).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return account.line
    for number, line in enumerate(lines[account.line - 1 :][:_LINES_OF_A_CALL], account.line):
        if re.search(r"\bmodel(_name|_id|Id)?\s*=", line):
            return number
        if number > account.line and re.match(r"\s*(def|class|async def)\b", line):
            break
    return account.line
