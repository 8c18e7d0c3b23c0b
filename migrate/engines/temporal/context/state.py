"""State of the original's modules that belongs to a run: where it is, and what it begins with."""

from __future__ import annotations

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import one_line
from migrate.plan import Plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.state import alias_of


def state_part(plan: Plan, draft: Draft) -> Context:
    """What `state.py` shows, and where the adapter finds the variables."""
    kept = sorted(draft.kept, key=lambda v: v.attribute)
    used = {v for u in draft.units if u.drive is None for v in u.state}
    return {
        "base_module": "driven" if plan.runs else "coordination",
        "base_class": "Driven" if plan.runs else "Coordination",
        "state": [
            {"attribute": v.attribute, "default": _default(v.initial), "file": one_line(v.file), "line": v.line}
            for v in kept
        ],
        "state_factories": any(_default(v.initial).startswith("field(") for v in kept),
        "state_places": [
            {"attribute": v.attribute, "alias": alias_of(v.module), "name": v.name} for v in kept if v in used
        ],
    }


def _default(initial: str) -> str:
    """The first value as a default; what can be changed is made anew for each run."""
    empty = {"[]": "list", "{}": "dict", "list()": "list", "dict()": "dict", "set()": "set"}.get(initial)
    if empty is not None:
        return f"field(default_factory={empty})"
    return f"field(default_factory=lambda: {initial})" if initial[:1] in "[{" else initial
