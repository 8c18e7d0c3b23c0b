"""Who starts a run today: the calls of the workflow's function in the legacy code base."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import libcst as cst

from migrate.rewriting.draft import Draft
from migrate.rewriting.pieces import UnreadableError
from migrate.rewriting.sites import last_name
from migrate.rewriting.source import Function, Legacy, Module, dotted_name

_AT_MOST = 40
_ELSEWHERE = re.compile(
    r"(^|/)(tests?|testing|node_modules|site-packages|\.[^/]+|venv)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$"
)


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A call of the function, or a call that is `handed` the function, and where it stands."""

    module: Module
    call: cst.Call
    function: Function | None
    handed: cst.BaseExpression | None
    takes_messages: bool


def _named(legacy: Legacy, module: Module, wanted: Function) -> list[tuple[cst.Call, cst.BaseExpression | None]]:
    """Calls in a module that name a function, each with the argument that does where the function is handed over."""

    def is_it(node: cst.BaseExpression) -> bool:
        name = dotted_name(node) or ""
        imported = module.imports.get(name)
        if wanted.name not in (name.rpartition(".")[2], imported.member if imported is not None else None):
            return False
        found = legacy.resolve(module, name)
        return found is not None and found[0].file == wanted.module.file and found[1] == wanted.qualname

    calls = module.calls_near(wanted.name, *(n for n, i in module.imports.items() if i.member == wanted.name))
    named: list[tuple[cst.Call, cst.BaseExpression | None]] = []
    for call in calls:
        handed = None if is_it(call.func) else next((a.value for a in call.args if is_it(a.value)), None)
        if handed is not None or is_it(call.func):
            named.append((call, handed))
    return named


def callers_of(draft: Draft) -> list[Caller]:
    """Every call of the entry that can be found, the one on the pipeline's own way first."""
    entry = draft.entry
    way = draft.passages[-1] if draft.passages else None
    found = []
    if way is not None and way.call is not None:
        handed = next((a.value for a in way.call.args if last_name(a.value) == entry.name), None)
        handed = None if last_name(way.call.func) == entry.name else handed
        found.append(Caller(way.function.module, way.call, way.function, handed, way.takes_messages))
    if entry.owner is not None or entry.script or entry.nested:
        return found
    known = {(c.module.file, c.module.span(c.call)) for c in found}
    legacy = draft.legacy.as_written()
    modules = {c.module.file: c.module for c in found}
    for file in _naming(draft, entry):
        try:
            module = modules.get(file) or legacy.module(file)
            named = _named(legacy, module, entry)
        except UnreadableError:
            continue
        for call, handed in named:
            function = module.function_at(module.span(call)[0])
            inside = function is not None and file == entry.module.file and function.qualname == entry.qualname
            if (file, module.span(call)) not in known and not inside:
                found.append(Caller(module, call, function, handed, takes_messages=False))
    return found


def _naming(draft: Draft, entry: Function) -> list[str]:
    """Files that may call it, by their text."""
    root = draft.legacy.root
    word = re.compile(rf"\b{re.escape(entry.name)}\b")
    home = re.compile(rf"\b{re.escape(entry.module.dotted.rpartition('.')[2])}\b")
    found = []
    for path in sorted(root.rglob("*.py")):
        file = path.relative_to(root).as_posix()
        if elsewhere(file) or not path.is_file() or not path.is_relative_to(draft.legacy.import_root):
            continue
        text = text_of(path)
        if word.search(text) and (file == entry.module.file or home.search(text)):
            found.append(file)
    return found[:_AT_MOST]


def elsewhere(file: str) -> bool:
    """Whether a file is no part of the application: tests, environments, hidden folders."""
    return bool(_ELSEWHERE.search(file))


def text_of(path: Path) -> str:
    """The text of a file, nothing if it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
