"""Writes over HTTP whose answer nobody looks at: a refusal counts as done there, in the original as in the workflow."""

from __future__ import annotations

import libcst as cst

from assess.model.step import Step
from migrate.rewriting.source import Legacy, Module, dotted_name
from migrate.rewriting.syntax import walk

# An answer of 4xx or 5xx is no error to these: `raise_for_status` is the caller's to call (their own documentation).
_SILENT = frozenset({"httpx", "requests", "aiohttp", "urllib3"})
_TELLS = ("raise_for_status=True", "event_hooks")


def silent_client(legacy: Legacy, step: Step) -> str | None:
    """The package that makes this write, if it tells of no refusal and the code drops its answer; else None."""
    package = (step.target or "").partition(".")[0]
    if package not in _SILENT or not step.writes:
        return None
    module = legacy.module(step.file)
    function = module.function_at(step.line)
    if function is None or any(word in module.code for word in _TELLS):
        return None
    return package if any(_is_dropped(module, node, step) for node in walk(function.node.body)) else None


def _is_dropped(module: Module, node: cst.CSTNode, step: Step) -> bool:
    """Whether the step's call stands alone as a statement."""
    if not isinstance(node, cst.Expr):
        return False
    call = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if not isinstance(call, cst.Call) or dotted_name(call.func) != step.call:
        return False
    first, last = module.span(call)
    return first <= step.line <= last
