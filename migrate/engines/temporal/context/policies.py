"""The rules of the steps: errors that are never tried again, numbers that most steps share."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import quoted
from migrate.plan import Number, Plan


@dataclass(frozen=True, slots=True)
class NeverOn:
    """A group of error names that several policies share."""

    name: str
    names: tuple[str, ...]
    meant: tuple[str, ...]
    because: str


def _never_on(plan: Plan) -> list[NeverOn]:
    """The groups of names, the shortest first; others are written as that one and more."""
    found = sorted(
        {a.retry.never_on: a.retry.never_on_because for a in (*plan.activities, *plan.inside)}.items(),
        key=lambda g: len(g[0]),
    )
    groups: list[NeverOn] = []
    for n, (names, because) in enumerate(found):
        base = found[0][0]
        rest = names[len(base) :] if n and names[: len(base)] == base else names
        written = [quoted(name) for name in rest]
        if rest is not names:
            written.insert(0, "*NEVER_AGAIN")
        label = "NEVER_AGAIN" if not n else f"NEVER_AGAIN_{n + 1}"
        groups.append(NeverOn(label, tuple(written), names, f"Errors after which no attempt is made: {because}."))
    return groups


def policies_part(plan: Plan) -> Context:
    """What `policies.py` shows."""
    never_on = _never_on(plan)
    return {
        "policy_groups": [("POLICIES", plan.activities), *([("INSIDE", plan.inside)] if plan.runs else [])],
        "never_on": never_on,
        "plain_errors": never_on[0].meant if never_on else (),
        "never_on_name": lambda a: next(n.name for n in never_on if n.meant == a.retry.never_on),
        "common": _common(plan),
        "questions_of": lambda name: [q for q in plan.questions if q.about == name],
        "limits": {f.activity: f.limit for f in plan.fan_outs},
    }


def _common(plan: Plan) -> Context:
    """The numbers that most steps share."""

    def most(values: list[Number]) -> Number:
        return max(values, key=values.count)

    return {
        "initial": most([a.retry.initial for a in plan.activities]),
        "factor": most([a.retry.factor for a in plan.activities]),
        "maximum": most([a.retry.maximum for a in plan.activities]),
        "heartbeat": most([a.timeouts.heartbeat for a in plan.activities]),
    }
