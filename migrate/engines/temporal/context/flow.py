"""The order of steps that the assessment found, as data that the generated tests hold the workflow against."""

from __future__ import annotations

import json

from migrate.plan import Activity, Plan, Wait


def flow_part(plan: Plan) -> str:
    """`steps`: names with the places of their visits; `order`: which can directly follow which, "" is the outside.

    `on_error`: what can do so too in a run whose code handles an error; `handling`: activities that may have done so.
    """
    named: list[Activity | Wait] = [*plan.activities, *plan.waits]
    told = {
        "steps": {x.name: f"{x.file}:{x.line}" for x in named if x.visits},
        "order": [list(pair) for pair in plan.order],
        "on_error": [list(pair) for pair in plan.order_on_error],
        "handling": list(plan.handling),
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
