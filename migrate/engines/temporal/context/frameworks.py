"""Frameworks that run inside the workflow: the file that drives them, and what of the original stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import import_lines, quoted
from migrate.plan import Plan
from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.rendering import adapter_function


@dataclass(frozen=True, slots=True)
class DriverModule:
    """The generated file for a framework, and the packages that it needs.

    `types`: activities that the vendor's plugin asks for under a type of its own, by their names here.
    """

    module: str
    extra: str
    needs: tuple[str, ...]
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def file(self) -> str:
        """Its name."""
        return f"{self.module}.py"


_MODULES = {
    "langgraph": DriverModule("graphs", "langgraph", ("temporalio-langgraph>=0.1,<0.2",)),
    "openai_agents": DriverModule(
        "agent_runs",
        "openai-agents",
        ("temporalio-openai-agents>=1.1,<2",),
        MappingProxyType({"model": "invoke_model_activity"}),
    ),
}
_OTHER_TOOL = "call_tool"


def asked_for(activity: str, framework: str, plan: Plan) -> dict[str, Any]:
    """For the manifest: the type that a history shows for what a framework reaches, and whether its plugin asks."""
    theirs = _MODULES[framework].types.get(activity)
    taken = framework == "openai_agents" and any(a.name == activity for a in plan.activities)
    return {
        "type": theirs or (_OTHER_TOOL if taken else activity),
        "by_plugin": bool(theirs) or framework == "langgraph",
    }


def frameworks_part(draft: Draft) -> Context:
    """What `driven.py` and the framework's own file show; a workflow runs one framework."""
    driven = [u for u in draft.units if u.drive is not None]
    kept = {u.drive.kept: None for u in driven if u.drive is not None}
    imports: dict[str, tuple[str, str | None]] = {}
    for unit in driven:
        imports |= unit.imports
    graphs = [
        {"name": name, "module": module} for module, name in kept if any(u.framework == "langgraph" for u in driven)
    ]
    return {
        "driver_modules": [_MODULES[f] for f in dict.fromkeys(u.framework for u in driven)],
        "drivers": [{"name": u.name} for u in driven],
        "driver_functions": "\n".join(_function(u) for u in driven),
        "driver_imports": import_lines({n: v for n, v in imports.items() if not (graphs and _is_graph(v, kept))}),
        "package_names": _tuple(sorted({m.partition(".")[0] for m, _ in imports.values()} | _own(draft))),
        "graphs": graphs,
        "driver_originals": sorted({n for u in driven for g in u.params for n in g.annotation.copies}),
        "driver_restores": any("to_legacy(" in adapter_function(u) for u in driven),
    }


def _own(draft: Draft) -> set[str]:
    return {m.dotted.partition(".")[0] for m in draft.legacy.read() if m.dotted}


def _tuple(names: list[str]) -> str:
    """As formatters write it."""
    written = [quoted(n) for n in names]
    one = f"({', '.join(written)}{',' if len(written) == 1 else ''})"
    return one if len(one) < 100 else "(\n    " + ",\n    ".join(written) + ",\n)"


def _is_graph(imported: tuple[str, str | None], kept: dict[tuple[str, str], None]) -> bool:
    return (imported[0], imported[1] or "") in kept


def _function(unit: Unit) -> str:
    """The unit as the driver runs it."""
    assert unit.drive is not None
    made = adapter_function(replace(unit, body=unit.drive.body, colour="async"))
    head, sep, rest = made.partition("(")
    return f"{head}{sep}run: driven.Inside, {rest}".replace("run: driven.Inside, )", "run: driven.Inside)")
