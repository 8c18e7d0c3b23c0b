"""What the legacy code calls in place of the function: its parameters, its answer, and where that is done."""

from __future__ import annotations

import re

from assess.model.woven import TriggerKind
from migrate.cutover.change import CutOver
from migrate.cutover.edits import key_word
from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import names_in
from migrate.engines.temporal.words import import_lines, name_list
from migrate.plan import Plan
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft

_POOLS = "concurrent.futures"


def caller_part(plan: Plan, draft: Draft, change: CutOver) -> Context:
    """What `caller.py` and `CUTOVER.md` show."""
    returns = draft.returns if draft.returns.storable else Annotation()
    parameters = [f"{n}: {_open(a)}" + ("" if d is None else f" = {d}") for n, a, d in draft.parameters]
    names = [n for n, _, _ in draft.parameters]
    key = None if plan.business_key else key_word(names)
    if key is not None:
        parameters = [*parameters, "*", f"{key}: str | None = None"]
    passed = [*names, *([f"{key}={key}"] if key is not None else [])]
    hint = None if returns.text in ("Any", "None") else returns.text
    text = " ".join([*parameters, _open(returns), hint or ""])
    imports = {n: (m, member) for a in (returns, *(a for _, a, _ in draft.parameters)) for m, member, n in a.imports}
    used = {n: v for n, v in imports.items() if n != "Any" and re.search(rf"\b{n}\b", text)}
    used |= {"asyncio": ("asyncio", None), "Any": ("typing", "Any"), "TypeVar": ("typing", "TypeVar")}
    used |= {"Coroutine": ("collections.abc", "Coroutine"), "ThreadPoolExecutor": (_POOLS, "ThreadPoolExecutor")}
    return {
        "caller_parameters": ", ".join(parameters),
        "caller_arguments": ", ".join(passed),
        "caller_dict": "{" + ", ".join(f'"{n}": {n}' for n in names) + "}",
        "caller_key": "" if key is None else f", {key}",
        "caller_key_type": next((_open(a) for n, a, _ in draft.parameters if n == plan.business_key), "str"),
        "caller_returns": _open(returns),
        "caller_hint": hint,
        "caller_imports": import_lines(used),
        "caller_originals": name_list(names_in(hint or "", draft.copied), 0),
        "change": change,
        "shadow_writes": [f"`{a.name}`" for a in plan.activities if a.writes],
        "holds_requests": any(t.kind is TriggerKind.HTTP for t in draft.triggers),
        "is_consumer": any(p.takes_messages for p in draft.passages),
    }


def _open(annotation: Annotation) -> str:
    """The type for callers, whose own classes are those that were copied."""
    return "Any" if annotation.copies or not annotation.storable else annotation.text
