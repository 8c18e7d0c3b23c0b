"""The starter: what a run takes, what it is called, an example of both."""

from __future__ import annotations

import json

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import kebab, literal
from migrate.plan import Plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.forms import Form
from migrate.rewriting.samples import as_json, by_type_or_form, fixed
from migrate.rewriting.shapes import Shapes


def starter_part(plan: Plan, draft: Draft, shapes: Shapes) -> Context:
    """What `starter.py` shows."""
    given = {
        n: '"A-1"'
        if n == plan.business_key and a.text in ("str", "Any")
        else fixed(by_type_or_form(draft, a, shapes.parameters.get(n, Form())))
        for n, a, d in draft.parameters
        if d is None
    }
    values = {n: as_json(code) for n, code in given.items()}
    key = plan.business_key
    task_queue = kebab(plan.entry.symbol.rpartition(".")[2])
    return {
        "required_names": literal(sorted(values)) if values else "()",
        "parameters": [{"name": n, "default": d or "None", "required": d is None} for n, _, d in draft.parameters],
        "example_input": json.dumps(values),
        "example_arguments": values,
        "id_sentence": f"It is `{task_queue}-` and the {key}: the same {key} is never run twice at once."
        if key
        else "It is made of the key, or without one of the arguments: the same is never run twice at once.",
        "example_id": f"{task_queue}-{values.get(key, '1')}" if key else f"{task_queue}-...",
    }
