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
    if re.search(r"\bAny\b", text):
        imports["Any"] = ("typing", "Any")
    typing_names = {n: v for n, v in imports.items() if v[0] == "typing"}
    others = {n: v for n, v in imports.items() if v[0] != "typing"}
    typing_names["TYPE_CHECKING"] = ("typing", "TYPE_CHECKING")
    used = set(re.findall(r"\w+", text)) | {"TYPE_CHECKING"}
    return {
        "attributes_read": _literal_set(attributes_read(functions)),
        "activity_imports": import_lines({n: v for n, v in (others | typing_names).items() if n in used}),
        "activity_originals": name_list(names_in(text, draft.copied), 0),
        "units": [unit_part(u) for u in draft.units],
        "packs": any(unit_part(u)["packs"] for u in draft.units),
        "restores": any("restored(" in unit_part(u)["arguments"] for u in draft.units),
        "stores": any(u.returns.text != "None" for u in draft.units),
    }


def _literal_set(names: list[str]) -> str:
    return "{" + ", ".join(quoted(n) for n in names) + "}" if names else "()"


def unit_part(unit: Unit) -> Context:
    """One activity."""
    parameters = "".join(f", {g.name}: {g.annotation.text}" for g in unit.params)
    return {
        "name": unit.name,
        "is_async": unit.colour == "async",
        "parameters": parameters,
        "returns": unit.returns.text,
        "arguments": ", ".join(f"restored({g.name})" if is_open(g.annotation) else g.name for g in unit.params),
        "packs": is_open(unit.returns) and not re.search(r"(?i)\b(tuple|set|frozenset)\b", unit.returns.text),
        "doc": f"{unit.file}:{unit.line}",
    }


def is_open(annotation: Annotation) -> bool:
    """Whether anything may stand in a value of this type."""
    return re.search(r"\bAny\b", annotation.text) is not None and not annotation.copies
