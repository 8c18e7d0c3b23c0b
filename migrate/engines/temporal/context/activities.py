"""The activities: their signatures, and what has to be packed or restored at their border."""

from __future__ import annotations

import re
from collections.abc import Mapping

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import names_in
from migrate.engines.temporal.words import import_lines, name_list, quoted
from migrate.rewriting.copies import Copied
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.json_types import is_told_by_json
from migrate.rewriting.shapes import attributes_read


def activities_part(draft: Draft, crossing: list[Annotation], functions: str) -> Context:
    """What `activities.py` shows, and what `objects.py` keeps of answers."""
    units = [unit_part(u, draft.copies.taken) for u in draft.units]
    types = [re.sub(r", \w+: ", ", ", u["parameters"]) for u in units]
    text = " ".join([*types, *(u["returns"] for u in units)])
    imports = {n: (m, member) for a in crossing for m, member, n in a.imports} | {"Any": ("typing", "Any")}
    typing_names = {n: v for n, v in imports.items() if v[0] == "typing"}
    others = {n: v for n, v in imports.items() if v[0] != "typing"}
    typing_names["TYPE_CHECKING"] = ("typing", "TYPE_CHECKING")
    used = {*re.findall(r"\w+", text), "TYPE_CHECKING"}
    return {
        "attributes_read": _literal_set(sorted({*attributes_read(functions), *draft.fields_read})),
        "activity_imports": import_lines({n: v for n, v in (others | typing_names).items() if n in used}),
        "activity_originals": name_list(names_in(text, draft.copied), 0),
        "units": units,
        "states": any(u["state"] for u in units),
        "restores": any("restored(" in u["arguments"] for u in units),
        "stores": any(u["returns"] != "None" for u in units),
    }


# Records are values of these types, too.
_OPEN = r"dict\[str, Any\]|list\[(Any|dict\[str, Any\])\]"


def _literal_set(names: list[str]) -> str:
    return "{" + ", ".join(quoted(n) for n in names) + "}" if names else "()"


def unit_part(unit: Unit, copied: Mapping[str, Copied]) -> Context:
    """One activity. What JSON and its type would not tell is stored as a record, and can be anything."""
    types = {g.name: g.annotation.text for g in unit.params}
    taken = {n: t if is_told_by_json(t, copied) or re.fullmatch(_OPEN, t) else "Any" for n, t in types.items()}
    state = sorted(v.attribute for v in unit.state) if unit.drive is None else []
    last = free_name("state", {g.name for g in unit.params})
    parameters = "".join(f", {name}: {text}" for name, text in taken.items())
    arguments = [f"restored({name})" if "Any" in text else name for name, text in taken.items()]
    returns = unit.returns.text
    if state:
        parameters += f", {last}: dict[str, Any]"
        arguments.append(f"restored({last})")
        returns = f"tuple[{returns if unit.returns.copies else 'Any'}, dict[str, Any], dict[str, Any]]"
    return {
        "name": unit.name,
        "is_async": unit.colour == "async",
        "parameters": parameters,
        "state": state,
        "returns": returns,
        "arguments": ", ".join(arguments),
        "copies": bool(unit.returns.copies),
        "doc": f"{unit.file}:{unit.line}",
    }


def free_name(base: str, taken: set[str]) -> str:
    """The name, longer if it is taken."""
    return base if base not in taken else free_name(f"{base}_", taken)


def is_open(annotation: Annotation) -> bool:
    """Whether anything may stand in a value of this type."""
    return re.search(r"\bAny\b", annotation.text) is not None and not annotation.copies
