"""What the templates are given: every name, list and piece of code that they only have to put in place."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from migrate.cutover.change import CutOver
from migrate.engines.temporal.context.activities import activities_part
from migrate.engines.temporal.context.adapter import adapter_part
from migrate.engines.temporal.context.caller import caller_part
from migrate.engines.temporal.context.flow import flow_part
from migrate.engines.temporal.context.frameworks import frameworks_part
from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import originals_part
from migrate.engines.temporal.context.papers import papers_part
from migrate.engines.temporal.context.policies import policies_part
from migrate.engines.temporal.context.starter import starter_part
from migrate.engines.temporal.context.state import state_part
from migrate.engines.temporal.context.waits import waits_part
from migrate.engines.temporal.context.workflow import workflow_part
from migrate.engines.temporal.words import kebab, pascal
from migrate.plan import Plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.rendering import workflow_functions
from migrate.rewriting.shapes import Shapes

_EXPLORING = ("__init__", "arms", "containers", "noticing", "places", "probes", "search", "strands", "texts", "types")


def make_context(plan: Plan, draft: Draft, change: CutOver) -> Context:
    """Everything that the templates read."""
    functions = workflow_functions(draft)
    crossing = [a for u in draft.units for a in (u.returns, *(g.annotation for g in u.params))]
    taken = [draft.copies.taken[n].text for n in draft.copied if n in draft.copies.taken]
    shapes = Shapes(functions, taken, draft.entry_method)
    last = plan.entry.symbol.rpartition(".")[2]
    return {
        "plan": plan,
        "workflow_class": pascal(last) + "Workflow",
        "task_queue": kebab(last),
        "entry_module": plan.entry.module,
        "determinism_source": _source("migrate.rewriting.determinism"),
        "exploring_sources": {name: _source(f"migrate.exploring.{name}") for name in _EXPLORING},
        "flow": flow_part(plan),
        **originals_part(draft),
        **state_part(plan, draft),
        **workflow_part(draft, functions, shapes),
        **policies_part(plan),
        **activities_part(draft, crossing, functions),
        **adapter_part(draft, crossing),
        **starter_part(plan, draft, shapes),
        **waits_part(draft, shapes),
        **papers_part(plan, draft),
        **caller_part(plan, draft, change),
        **frameworks_part(draft),
    }


def _source(module: str) -> str:
    """The text of a module of ours that goes into the project as it stands."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"{module} is not installed")
    return Path(found.origin).read_text("utf-8")
