"""The adapter: how the original is imported, and the calls as they stood there."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.originals import names_in
from migrate.engines.temporal.words import import_lines, name_list
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.draft import Draft
from migrate.rewriting.notebooks import PYTHON_MAGICS
from migrate.rewriting.rendering import adapter_function, instance_bodies

# What the project itself is built on is looked into, whether the original uses it or not.
_ITS_OWN = frozenset({"google", "pydantic", "temporalio"})
# Many packages share this name, and one of them (protobuf) is the engine's too.
_SHARED = frozenset({"google"})


def adapter_part(draft: Draft, crossing: list[Annotation]) -> Context:
    """What `adapter.py` and `definitions.py` show."""
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
        "legacy_packages": sorted({_package(m) for m, _ in legacy.values() if _is_importable(m)} - _ITS_OWN),
        "instances": instances,
        "adapter_functions": functions,
        "adapter_imports": lines + "\n" if lines else "",
        "adapter_originals": name_list([n for n in names_in(text, draft.copied) if n not in legacy], 0),
    }


def _loaded(draft: Draft, legacy: Mapping[str, tuple[str, str | None]]) -> list[Context]:
    """Scripts and notebooks that cannot be imported, since the workflow runs what stands in them."""
    found: list[Context] = []
    for module in draft.legacy.read():
        if module.without or module.cells:
            path = (draft.legacy.root / module.file).relative_to(draft.legacy.import_root).as_posix()
            names = sorted((n, f".{m}" if m else "") for n, (home, m) in legacy.items() if home == module.dotted)
            if names:
                label = f"_definitions_{len(found) + 1}"
                without = sorted(set(module.without))
                found.append({"name": label, "file": path, "dotted": module.dotted, "without": without, "names": names})
    return found


def _is_importable(module: str) -> bool:
    """Whether an import statement can name this module; scripts may have names that it cannot."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in module.split("."))


def _package(module: str) -> str:
    """The package that a module belongs to; of a shared name two parts."""
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] in _SHARED else 1])
