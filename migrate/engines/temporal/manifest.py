"""`lastgood.json`: what the project was generated from, and what a proof has to know of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from assess.model.step import Kind
from migrate.cutover.change import CutOver
from migrate.engines.temporal.capability import ENGINE
from migrate.engines.temporal.context.frameworks import asked_for
from migrate.engines.temporal.context.waits import example_answer
from migrate.engines.temporal.words import kebab, pascal
from migrate.plan import Activity, Plan
from migrate.regenerating import kept
from migrate.rewriting.draft import Draft, WaitPoint
from migrate.writing import digest


def manifest(
    plan: Plan, draft: Draft, change: CutOver, files: Mapping[str, str], target: Path, beside: Collection[str]
) -> str:
    """The manifest as text; `target` is where the project will stand."""
    last = plan.entry.symbol.rpartition(".")[2]
    waits = {w.name: w for w in draft.waits}
    told: dict[str, Any] = {
        "lastgood_version": _version(),
        "engine": ENGINE,
        "pipeline": plan.pipeline,
        "name": plan.name,
        "package": plan.package,
        "source": Path(os.path.relpath(draft.legacy.root, target)).as_posix(),
        "legacy_root": Path(os.path.relpath(draft.legacy.import_root, target)).as_posix(),
        "legacy_digests": _digests(draft),
        "cutover": [{"file": c.file, "diff": f"cutover/{c.name}", "digest": c.digest} for c in change.changes],
        "workflow": pascal(last) + "Workflow",
        "task_queue": kebab(last),
        "entry": {
            "module": plan.entry.module,
            "symbol": plan.entry.symbol,
            "file": _from_import_root(draft, plan.entry.file),
            "script": draft.entry.script,
            "end_line": draft.entry.end_line,
            "parameters": [
                {"name": p.name, "annotation": p.annotation, "required": p.required} for p in plan.entry.parameters
            ],
        },
        "steps": kept(plan),
        "activities": [_activity(a, beside) for a in plan.activities],
        "runs": [
            {
                "activity": r.activity,
                "framework": r.framework,
                "kept": r.kept,
                "inside": [_activity(a, beside) | asked_for(a.name, r.framework, plan) for a in r.inside],
            }
            for r in plan.runs
        ],
        "defaults": _defaults(draft),
        "waits": [
            {
                "name": w.name,
                "update": "decide",
                "argument_schema": _schema(waits[w.name]),
                "deadline_hours": w.deadline_hours.value,
                "place": f"{w.file}:{w.line}",
                "polls": _polls(waits[w.name]),
            }
            for w in plan.waits
        ],
        "business_key": plan.business_key,
        "continue_after": f"{plan.package}.policies.CONTINUE_AFTER",
        "open_questions": len(plan.questions),
        "files": {path: digest(text) for path, text in sorted(files.items())},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _activity(activity: Activity, beside: Collection[str]) -> dict[str, Any]:
    """`beside` are visits that the original makes in a thread or task for which nobody waits."""
    return {
        "name": activity.name,
        "legacy": f"{activity.module}.{activity.symbol}",
        "place": f"{activity.file}:{activity.line}",
        "visits": list(activity.visits),
        "kind": activity.kind.value,
        "effect": activity.effect.value,
        "billed": activity.billed,
        "keyed": activity.keyed,
        "attempts": int(activity.retry.attempts.value),
        "local": activity.local,
        "beside": any(visit in beside for visit in activity.visits),
    }


def _defaults(draft: Draft) -> dict[str, str]:
    """Settings that SDKs read by themselves, and whom they call where none is set: a proof must not call them."""
    units = [inner for u in draft.units for inner in (u, *(u.drive.inside if u.drive is not None else ()))]
    regions = [step.region for unit in units for step, _ in unit.visits]
    return {r.setting: r.endpoint for r in regions if r.by_sdk and r.endpoint and r.setting and r.setting.isupper()}


def _schema(wait: WaitPoint) -> dict[str, Any]:
    """What `approve --decision` takes, as JSON Schema, with one answer that ends the wait."""
    plain = {"str": "string", "bool": "boolean", "int": "integer", "float": "number"}.get(wait.answer.text)
    example = example_answer(wait)
    if plain is not None:
        return {"type": plain, "examples": [example]}
    if not isinstance(example, dict):
        return {"examples": [example]}
    keys = list(example)
    return {
        "type": "object",
        "properties": {
            k: {"type": "string"} | ({"examples": [example[k]]} if isinstance(example[k], str) else {}) for k in keys
        },
        "required": list(dict.fromkeys(wait.required)),
        "examples": [example],
    }


def _polls(wait: WaitPoint) -> list[str]:
    """The places of the reads by which the original found out: the run asks no longer, it is told."""
    asking = [s for s, _ in wait.visits if s.kind is not Kind.WAIT and s.call.rpartition(".")[2] != "input"]
    return list(dict.fromkeys(f"{s.file}:{s.line}" for s in asking))


def _from_import_root(draft: Draft, file: str) -> str:
    return (draft.legacy.root / file).relative_to(draft.legacy.import_root).as_posix()


def _digests(draft: Draft) -> dict[str, str]:
    """The files that the project calls or copies, by their path under the legacy root."""
    found: dict[str, str] = {}
    for module in draft.legacy.read():
        path = draft.legacy.root / module.file
        found[_from_import_root(draft, module.file)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return dict(sorted(found.items()))


def _version() -> str:
    try:
        return metadata.version("lastgood")
    except metadata.PackageNotFoundError:
        return "0"
