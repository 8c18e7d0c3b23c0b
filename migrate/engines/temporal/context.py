"""What the templates are given: every name, list and piece of code that they only have to put in place."""

from __future__ import annotations

import importlib.util
import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.engines.temporal.words import import_lines, kebab, literal, name_list, pascal, quoted
from migrate.plan import Activity, Number, OpenQuestion, Plan
from migrate.rewriting.copies import Copied, CopyKind
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft, Unit, WaitPoint
from migrate.rewriting.forms import Form
from migrate.rewriting.notebooks import PYTHON_MAGICS
from migrate.rewriting.rendering import adapter_function, instance_bodies, workflow_functions
from migrate.rewriting.samples import as_json, by_type_or_form, fixed, sample_of
from migrate.rewriting.shapes import Shapes, attributes_read

Context = dict[str, Any]
_FAILURES = ("ArithmeticError", "AttributeError", "Expired", "LegacyError", "LookupError", "TypeError", "ValueError")


@dataclass(frozen=True, slots=True)
class NeverOn:
    """A group of error names that several policies share."""

    name: str
    names: tuple[str, ...]
    meant: tuple[str, ...]
    because: str


def make_context(plan: Plan, draft: Draft) -> Context:
    """Everything that the templates read."""
    workflow_class = pascal(plan.entry.symbol.rpartition(".")[2]) + "Workflow"
    functions = workflow_functions(draft)
    crossing = [a for u in draft.units for a in (u.returns, *(g.annotation for g in u.params))]
    never_on = _never_on(plan)
    taken = [draft.copies.taken[n].text for n in draft.copied if n in draft.copies.taken]
    shapes = Shapes(functions, taken, draft.entry_method)
    return {
        "plan": plan,
        "workflow_class": workflow_class,
        "task_queue": kebab(plan.entry.symbol.rpartition(".")[2]),
        "entry_module": plan.entry.module,
        "entry_method": draft.entry_method,
        "functions": functions,
        "never_on": never_on,
        "plain_errors": never_on[0].meant if never_on else (),
        "common": _common(plan),
        "never_on_name": lambda a: next(n.name for n in never_on if n.meant == a.retry.never_on),
        "questions_of": lambda name: [q for q in plan.questions if q.activity == name],
        "limits": {f.activity: f.limit for f in plan.fan_outs},
        "errors": _errors(draft),
        "stand_ins": sorted(draft.caught.values(), key=lambda c: c.name),
        "failure_types": ",\n        ".join(sorted({*_FAILURES, *_extra_failures(draft)})),
        "ordered_steps": [u.name for u in draft.units if u.sites < 2 and u.visits],
        "determinism_source": _determinism_source(),
        "attributes_read": _literal_set(attributes_read(functions)),
        "record_words": _record_words(draft, functions, shapes),
        "own_errors": literal(_raised(functions)) if _raised(functions) else "()",
        **_copied(draft),
        **_workflow(plan, draft, functions, shapes),
        **_activities(draft, crossing),
        **_adapter(draft, crossing),
        **_starter(plan, draft, shapes),
        **_waits(plan, draft, shapes),
        **_fakes(plan, draft, shapes),
        **_papers(plan),
    }


def _never_on(plan: Plan) -> list[NeverOn]:
    """The groups of names, the shortest first; others are written as that one and more."""
    found = sorted(
        {a.retry.never_on: a.retry.never_on_because for a in plan.activities}.items(), key=lambda g: len(g[0])
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


def _errors(draft: Draft) -> list[tuple[str, str]]:
    found = {f"{c.dotted.partition('.')[0]}.{c.name}": c.name for c in draft.caught.values()}
    for name in draft.fails_with:
        copied = draft.copies.taken.get(name)
        if copied is not None:
            found[f"{copied.module.partition('.')[0]}.{name}"] = name
        elif name not in draft.caught:
            found[f"builtins.{name}"] = name
    for name in draft.handled:
        found[f"builtins.{name}"] = name
    return sorted(found.items())


def _extra_failures(draft: Draft) -> list[str]:
    return [name for name in draft.fails_with if name not in draft.caught]


def _copied(draft: Draft) -> Context:
    wanted: dict[str, Copied] = {}

    def add(name: str) -> None:
        if name in wanted or name not in draft.copies.taken:
            return
        copied = draft.copies.taken[name]
        for needed in copied.needs:
            if needed != name:
                add(needed)
        wanted[name] = copied

    for name in draft.copied:
        add(name)
    imports = {name: (module, member) for c in wanted.values() for module, member, name in c.imports}
    ordered = list(wanted.values())
    return {
        "copies": [
            {"file": c.file, "line": c.line, "text": c.text, "gap": "" if c.kind is CopyKind.CONSTANT else "\n"}
            for c in ordered
        ],
        "type_copies": [c for c in ordered if c.kind is CopyKind.TYPE],
        "all_copies": ordered,
        "imports": import_lines(imports),
    }


def _names_in(code: str, names: Any) -> list[str]:
    words = set(re.findall(r"\w+", code))
    return [n for n in names if n in words]


def _workflow(plan: Plan, draft: Draft, functions: str, shapes: Shapes) -> Context:
    returns = draft.returns if draft.returns.storable else Annotation()
    parameters = [f"{n}: {a.text}" + ("" if d is None else f" = {d}") for n, a, d in draft.parameters]
    waits = "\n".join(w.answer.text for w in draft.waits)
    code = "\n".join([functions, *parameters, returns.text, waits])
    standard = {n: m for n, m in draft.imports.items() if n in set(re.findall(r"\w+", code))}
    if re.search(r"\bAny\b", code) or draft.waits:
        standard["Any"] = ("typing", "Any")
    if draft.waits or _errors(draft):
        standard["ClassVar"] = ("typing", "ClassVar")
    lines = import_lines(standard)
    doc = re.search(r'^        """(.*?)"""', functions, re.DOTALL | re.MULTILINE)
    del doc, plan
    return {
        "stdlib_imports": lines + "\n\n" if lines else "",
        "workflow_originals": name_list(_names_in(code + " ".join(n for _, n in _errors(draft)), draft.copied), 4),
        "run_parameters": parameters,
        "run_arguments": ", ".join(
            f"as_record({n})" if _is_open(a) and shapes.parameters.get(n, Form()).real().fields else n
            for n, a, _ in draft.parameters
        ),
        "run_docstring": "Run it, and say how it ended.",
        "returns": returns.text,
    }


def _activities(draft: Draft, crossing: list[Annotation]) -> Context:
    text = "\n".join(a.text for a in crossing)
    imports = {n: (m, member) for a in crossing for m, member, n in a.imports}
    if re.search(r"\bAny\b", text):
        imports["Any"] = ("typing", "Any")
    typing_names = {n: v for n, v in imports.items() if v[0] == "typing"}
    others = {n: v for n, v in imports.items() if v[0] != "typing"}
    typing_names["TYPE_CHECKING"] = ("typing", "TYPE_CHECKING")
    used = set(re.findall(r"\w+", text)) | {"TYPE_CHECKING"}
    return {
        "activity_imports": import_lines({n: v for n, v in (others | typing_names).items() if n in used}),
        "activity_originals": name_list(_names_in(text, draft.copied), 0),
        "units": [_unit(u) for u in draft.units],
        "packs": any(_unit(u)["packs"] for u in draft.units),
        "restores": any("restored(" in _unit(u)["arguments"] for u in draft.units),
        "stores": any(u.returns.text != "None" for u in draft.units),
    }


def _unit(unit: Unit) -> Context:
    parameters = "".join(f", {g.name}: {g.annotation.text}" for g in unit.params)
    return {
        "name": unit.name,
        "is_async": unit.colour == "async",
        "parameters": parameters,
        "returns": unit.returns.text,
        "arguments": ", ".join(f"restored({g.name})" if _is_open(g.annotation) else g.name for g in unit.params),
        "packs": _is_open(unit.returns) and not re.search(r"(?i)\b(tuple|set|frozenset)\b", unit.returns.text),
        "doc": f"{unit.file}:{unit.line}",
    }


def _is_open(annotation: Annotation) -> bool:
    """Whether anything may stand in a value of this type."""
    return re.search(r"\bAny\b", annotation.text) is not None and not annotation.copies


def _record_words(draft: Draft, functions: str, shapes: Shapes) -> list[str]:
    forms = [shapes.parameters.get(n, Form()) for n, a, _ in draft.parameters if _is_open(a)]
    used = ["as_record"] if any(f.real().fields for f in forms) else []
    used += [word for word in ("is_a", "over_http") if f"{word}(" in functions]
    returns = draft.returns.text if draft.returns.storable else "Any"
    return [*used, *([] if returns == "None" else ["plain"])]


def _literal_set(names: list[str]) -> str:
    return "{" + ", ".join(quoted(n) for n in names) + "}" if names else "()"


def _raised(functions: str) -> list[str]:
    """The classes of errors that the workflow's functions raise themselves."""
    return sorted(set(re.findall(r"^\s*raise (?:\w+\.)*([A-Z]\w*)", functions, re.MULTILINE)))


def _adapter(draft: Draft, crossing: list[Annotation]) -> Context:
    legacy: dict[str, tuple[str, str | None]] = {}
    for unit in draft.units:
        legacy |= unit.imports
    instances, needed = instance_bodies(draft)
    legacy |= needed
    functions = "\n".join(adapter_function(u) for u in draft.units)
    text = "\n".join(a.text for a in crossing)
    imports = {
        n: (m, member) for a in crossing for m, member, n in a.imports if n not in ("Any", "Path") and n not in legacy
    }
    lines = import_lines(imports)
    loaded = _loaded(draft, legacy)
    legacy = {n: v for n, v in legacy.items() if v[0] not in {entry["dotted"] for entry in loaded}}
    return {
        "loaded": loaded,
        "cell_magics": PYTHON_MAGICS,
        "legacy_imports": import_lines({n: v for n, v in legacy.items() if _is_importable(v[0])}),
        "odd_imports": [
            {"name": n, "module": module, "member": member}
            for n, (module, member) in sorted(legacy.items())
            if not _is_importable(module)
        ],
        "legacy_packages": sorted(
            {module.partition(".")[0] for module, _ in legacy.values() if _is_importable(module)}
        ),
        "instances": instances,
        "adapter_functions": functions,
        "adapter_imports": lines + "\n" if lines else "",
        "adapter_originals": name_list([n for n in _names_in(text, draft.copied) if n not in legacy], 0),
    }


def _loaded(draft: Draft, legacy: Mapping[str, tuple[str, str | None]]) -> list[Context]:
    """Scripts and notebooks that cannot be imported, since the workflow runs what stands in them."""
    found: list[Context] = []
    for module in draft.legacy.read():
        if module.without or module.cells:
            path = (draft.legacy.root / module.file).relative_to(draft.legacy.import_root).as_posix()
            names = sorted((n, m) for n, (home, m) in legacy.items() if home == module.dotted and m is not None)
            if names:
                label = f"_definitions_{len(found) + 1}"
                without = sorted(set(module.without))
                found.append({"name": label, "file": path, "dotted": module.dotted, "without": without, "names": names})
    return found


def _is_importable(module: str) -> bool:
    """Whether an import statement can name this module; scripts may have names that it cannot."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in module.split("."))


def _starter(plan: Plan, draft: Draft, shapes: Shapes) -> Context:
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
        "given": [{"name": n, "code": code} for n, code in given.items()],
        "given_originals": list(given.values()),
        "id_sentence": f"It is `{task_queue}-` and the {key}: the same {key} is never run twice at once."
        if key
        else "It is made from the arguments: the same arguments are never run twice at once.",
        "example_id": f"{task_queue}-{values.get(key, '1')}" if key else f"{task_queue}-...",
    }


def example_answer(wait: WaitPoint) -> Any:
    """An answer that ends the wait, as far as the code shows what it reads."""
    if wait.answer.text == "bool":
        return True
    words = dict(reversed(wait.words))
    waiting = {word for _, word in wait.pending}
    keys = list(dict.fromkeys([*wait.required, *wait.optional]))
    if not keys:
        word = words.get("") or "yes"
        return word if word not in waiting else "approved"
    return {k: words.get(k) or ("approved" if k in {p for p, _ in wait.pending} else f"some {k}") for k in keys}


def _answers(wait: WaitPoint, form: Form) -> list[Any]:
    """The answer that ends the wait, and all others that the code compares with."""
    first = example_answer(wait)
    if isinstance(first, dict):
        own = (form.real().body or form).real()
        spoken = {k: [w for w in f.real().words if isinstance(w, str)] for k, f in own.keys.items()}
        return [first, *(first | {k: w} for k, words in spoken.items() for w in words if first.get(k) != w)]
    words = [w for w in form.real().words if isinstance(w, str) and w != first] if isinstance(first, str) else []
    return [first, *words]


def _waits(plan: Plan, draft: Draft, shapes: Shapes) -> Context:
    described = [
        {
            "name": w.name,
            "answer": _answer_type(w),
            "required_tuple": f"({', '.join(map(literal, w.required))}{',' if len(w.required) == 1 else ''})",
            "example": example_answer(w),
            "examples": _answers(w, shapes.wait(w.name)),
        }
        for w in draft.waits
    ]
    example = json.dumps(described[0]["example"]) if described else "{}"
    del plan
    return {"waits": described, "example_decision": example}


def _answer_type(wait: WaitPoint) -> str:
    text = wait.answer.text
    return {"dict": "dict[str, Any]", "list": "list[Any]"}.get(text, text)


def _fakes(plan: Plan, draft: Draft, shapes: Shapes) -> Context:
    fakes = []
    code: list[str] = []
    for unit in draft.units:
        value = sample_of(draft, unit, shapes.activity(unit.name))
        code.append(value)
        truth = re.search(r"\btruth\b", value) is not None
        turn = truth or re.search(r"\bturn\b", value) is not None
        fakes.append({**_unit(unit), "sample": value, "uses_truth": truth, "uses_turn": turn})
    code += [g["code"] for g in _starter(plan, draft, shapes)["given"]]
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
        "fakes": fakes,
        "fake_imports": import_lines(standard),
        "fake_originals": name_list(_names_in("\n".join(code), draft.copies.taken), 0),
    }


def _papers(plan: Plan) -> Context:
    counted = {o: sum(a.outcome.value == o for a in plan.ledger) for o in ("moved", "left as it is", "needs a person")}
    return {
        "counted": counted,
        "open_questions": list(plan.questions),
        "activities_by_name": {a.name: a for a in plan.activities},
    }


def _determinism_source() -> str:
    found = importlib.util.find_spec("migrate.rewriting.determinism")
    if found is None or found.origin is None:
        raise FileNotFoundError("migrate/rewriting/determinism.py is not installed")
    return Path(found.origin).read_text("utf-8")


__all__ = ["Activity", "Context", "OpenQuestion", "make_context"]
