"""The activities: their signatures, and what has to be packed or restored at their border."""

from __future__ import annotations

import re

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import names_in
from migrate.engines.temporal.words import import_lines, name_list, quoted
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.shapes import attributes_read


def activities_part(draft: Draft, crossing: list[Annotation], functions: str) -> Context:
    """What `activities.py` shows, and what `objects.py` keeps of answers."""
    text = "\n".join(a.text for a in crossing)
    imports = {n: (m, member) for a in crossing for m, member, n in a.imports}
    if re.search(r"\bAny\b", text) or any(u.state for u in draft.units):
        imports["Any"] = ("typing", "Any")
    typing_names = {n: v for n, v in imports.items() if v[0] == "typing"}
    others = {n: v for n, v in imports.items() if v[0] != "typing"}
    typing_names["TYPE_CHECKING"] = ("typing", "TYPE_CHECKING")
    used = {*re.findall(r"\w+", text), "TYPE_CHECKING", *(["Any"] if any(u.state for u in draft.units) else [])}
    return {
        "attributes_read": _literal_set(sorted({*attributes_read(functions), *draft.fields_read})),
        "activity_imports": import_lines({n: v for n, v in (others | typing_names).items() if n in used}),
        "activity_originals": name_list(names_in(text, draft.copied), 0),
        "units": [unit_part(u) for u in draft.units],
        "packs": any(unit_part(u)["packs"] or unit_part(u)["state"] for u in draft.units),
        "restores": any("restored(" in unit_part(u)["arguments"] for u in draft.units),
        "stores": any(unit_part(u)["returns"] != "None" for u in draft.units),
    }


def _literal_set(names: list[str]) -> str:
    return "{" + ", ".join(quoted(n) for n in names) + "}" if names else "()"


def unit_part(unit: Unit) -> Context:
    """One activity."""
    state = sorted(v.attribute for v in unit.state) if unit.drive is None else []
    last = free_name("state", {g.name for g in unit.params})
    parameters = "".join(f", {g.name}: {g.annotation.text}" for g in unit.params)
    arguments = [f"restored({g.name})" if is_open(g.annotation) else g.name for g in unit.params]
    returns = unit.returns.text
    if state:
        parameters += f", {last}: dict[str, Any]"
        arguments.append(f"restored({last})")
        returns = f"tuple[{returns}, dict[str, Any], dict[str, Any]]"
    return {
        "name": unit.name,
        "is_async": unit.colour == "async",
        "parameters": parameters,
        "state": state,
        "returns": returns,
        "arguments": ", ".join(arguments),
        "packs": is_open(unit.returns) and not re.search(r"(?i)\b(tuple|set|frozenset)\b", unit.returns.text),
        "doc": f"{unit.file}:{unit.line}",
    }


def free_name(base: str, taken: set[str]) -> str:
    """The name, longer if it is taken."""
    return base if base not in taken else free_name(f"{base}_", taken)


def is_open(annotation: Annotation) -> bool:
    """Whether anything may stand in a value of this type."""
    return re.search(r"\bAny\b", annotation.text) is not None and not annotation.copies
