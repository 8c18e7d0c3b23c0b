"""What stands in for the original in the generated tests."""

from __future__ import annotations

import re

from migrate.engines.temporal.context.activities import unit_part
from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import names_in
from migrate.engines.temporal.context.starter import starter_part
from migrate.engines.temporal.words import import_lines, name_list
from migrate.plan import Plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.samples import sample_of
from migrate.rewriting.shapes import Shapes


def fakes_part(plan: Plan, draft: Draft, shapes: Shapes) -> Context:
    """One fake for each activity, and what the fakes import."""
    fakes = []
    code: list[str] = []
    for unit in draft.units:
        value = sample_of(draft, unit, shapes.activity(unit.name))
        code.append(value)
        truth = re.search(r"\btruth\b", value) is not None
        turn = truth or re.search(r"\bturn\b", value) is not None
        fakes.append({**unit_part(unit), "sample": value, "uses_truth": truth, "uses_turn": turn})
    code += [g["code"] for g in starter_part(plan, draft, shapes)["given"]]
    text = "\n".join([*code, *(f["parameters"] + f["returns"] for f in fakes)])
    standard: dict[str, tuple[str, str | None]] = {
        name: (module, name)
        for name, module in (("Decimal", "decimal"), ("Path", "pathlib"), ("UUID", "uuid"), ("date", "datetime"),
                             ("datetime", "datetime"), ("timedelta", "datetime"))
        if re.search(rf"\b{name}\(", text)
    }  # fmt: skip
    standard |= {n: (n, None) for n in ("dataclasses", "os", "shutil", "sys", "uuid")}
    standard |= {n: ("collections.abc", n) for n in ("AsyncIterator", "Iterator")}
    standard |= {"Counter": ("collections", "Counter"), "_Path": ("pathlib", "Path"), "Any": ("typing", "Any")}
    if "json.dumps(" in "".join(code):
        standard["json"] = ("json", None)
    return {
        "ordered_steps": [u.name for u in draft.units if u.sites < 2 and u.visits],
        "fakes": fakes,
        "fake_imports": import_lines(standard),
        "fake_originals": name_list(names_in("\n".join(code), draft.copies.taken), 0),
    }
