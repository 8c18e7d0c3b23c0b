"""The workflow: its imports, its run method, the failures that end it."""

from __future__ import annotations

import re
import sys

from migrate.engines.temporal.context.activities import free_name, is_open
from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import handled_errors, names_in, own_failures
from migrate.engines.temporal.words import import_lines, literal, name_list
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft
from migrate.rewriting.forms import Form
from migrate.rewriting.shapes import Shapes

_FAILURES = (
    "ArithmeticError",
    "AttributeError",
    "Expired",
    "LegacyError",
    "LookupError",
    "TypeError",
    "UnboundLocalError",
    "ValueError",
)


def workflow_part(draft: Draft, functions: str, shapes: Shapes) -> Context:
    """What `workflow.py` shows."""
    returns = draft.returns if draft.returns.storable else Annotation()
    parameters = [f"{n}: {a.text}" + ("" if d is None else f" = {d}") for n, a, d in draft.parameters]
    waits = "\n".join(w.answer.text for w in draft.waits)
    code = "\n".join([functions, *parameters, returns.text, waits])
    standard = {n: m for n, m in draft.imports.items() if n in set(re.findall(r"\w+", code))}
    if re.search(r"\bAny\b", code) or draft.waits:
        standard["Any"] = ("typing", "Any")
    if draft.waits or handled_errors(draft):
        standard["ClassVar"] = ("typing", "ClassVar")
    ours = {n: m for n, m in standard.items() if m[0].partition(".")[0] in sys.stdlib_module_names}
    others = {n: m for n, m in standard.items() if n not in ours}
    lines = import_lines(ours)
    raised = _raised(functions)
    return {
        "entry_method": draft.entry_method,
        "functions": functions,
        "errors": handled_errors(draft),
        "stand_ins": sorted(draft.caught.values(), key=lambda c: c.name),
        "failure_types": ",\n        ".join(sorted({*_FAILURES, *own_failures(draft)})),
        "record_words": _record_words(draft, functions, shapes),
        "pool_words": [w for w in ("Pool", "numbered", "zipped") if re.search(rf"\b{w}\(", functions)],
        "own_errors": literal(raised) if raised else "()",
        "stdlib_imports": lines + "\n\n" if lines else "",
        "package_imports": import_lines({**others, "workflow": ("temporalio", "workflow")}),
        "workflow_originals": name_list(
            names_in(code + " ".join(n for _, n in handled_errors(draft)), draft.copied), 4
        ),
        "run_parameters": parameters,
        "run_arguments": ", ".join(
            f"as_record({n})" if is_open(a) and shapes.parameters.get(n, Form()).real().fields else n
            for n, a, _ in draft.parameters
        ),
        "given_arguments": ", ".join(n for n, _, _ in draft.parameters),
        "journal_name": free_name("journal", {n for n, _, _ in draft.parameters}),
        "returns": returns.text,
    }


def _record_words(draft: Draft, functions: str, shapes: Shapes) -> list[str]:
    forms = [shapes.parameters.get(n, Form()) for n, a, _ in draft.parameters if is_open(a)]
    used = ["as_record"] if any(f.real().fields for f in forms) or "as_record(" in functions else []
    used += [word for word in ("brought_back", "is_a", "over_http") if f"{word}(" in functions]
    returns = draft.returns.text if draft.returns.storable else "Any"
    return [*used, *([] if returns == "None" else ["plain"])]


def _raised(functions: str) -> list[str]:
    """The classes of errors that the workflow's functions raise themselves."""
    return sorted(set(re.findall(r"^\s*raise (?:\w+\.)*([A-Z]\w*)", functions, re.MULTILINE)))
