"""Who tells a waiting run what was decided: endpoints of the code base that take the answer of a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import libcst as cst

from migrate.cutover.callers import elsewhere, text_of
from migrate.cutover.change import Told
from migrate.plan import Plan
from migrate.rewriting.draft import Draft, WaitPoint
from migrate.rewriting.pieces import UnreadableError
from migrate.rewriting.source import Function

_ROUTES = re.compile(
    r"\.(post|put|patch|get|route|action|view|button|command|callback_query_handler|message)\(|webhook"
)
_DECIDES = re.compile(r"approv|reject|decision|decide|review|confirm|verdict|sign_?off|consent|moderat", re.IGNORECASE)
_AT_MOST = 40


def who_decides(plan: Plan, draft: Draft, put: Callable[[Function, WaitPoint], bool]) -> tuple[Told, ...]:
    """For each wait where its decision comes in, as far as the code shows it; `put` proposes the change there."""
    if not plan.waits:
        return ()
    endpoints = _endpoints(draft)
    found = []
    for wait in draft.waits:
        meant = [e for e in endpoints if _speaks_of(e, wait)]
        changed = [e for e in meant if put(e, wait)]
        places = ", ".join(f"`{e.qualname}` ({e.module.file}:{e.line})" for e in changed or meant)
        takes = "takes" if len(changed or meant) == 1 else "take"
        where = (
            f"{places} {takes} the decision in this code base: by the diff above it tells the run"
            if changed
            else f"{places} {takes} the decision in this code base: call `caller.decide` there once it is stored"
            if places
            else "no endpoint of this code base takes the decision: the page, the Slack app or the person that "
            "gives it calls `caller.decide`, or the command `approve`"
        )
        asked = next(w.replaces for w in plan.waits if w.name == wait.name)
        if not places and asked.startswith("asking "):
            asked = asked.removeprefix("asking ")
            where += f". The run no longer asks {asked}: whoever wrote what that read has to call it, too"
        found.append(Told(wait.name, where))
    return tuple(found)


def _endpoints(draft: Draft) -> list[Function]:
    """Functions that something outside calls, whose name, route or text speaks of a decision."""
    on_the_way = {draft.entry.dotted, *(p.function.dotted for p in draft.passages)}
    root = draft.legacy.root
    found: list[Function] = []
    legacy = draft.legacy.as_written()
    for path in _candidates(draft):
        try:
            module = legacy.module(path.relative_to(root).as_posix())
            decorated = [(f, [module.text(d) for d in f.node.decorators]) for f in module.every]
        except (UnreadableError, ValueError):
            continue
        for function, routes in decorated:
            told = f"{function.name} {' '.join(routes)}"
            if any(_ROUTES.search(r) for r in routes) and _DECIDES.search(told) and function.dotted not in on_the_way:
                found.append(function)
    return found


def _candidates(draft: Draft) -> list[Path]:
    found = []
    for path in sorted(draft.legacy.root.rglob("*.py")):
        file = path.relative_to(draft.legacy.root).as_posix()
        if elsewhere(file) or not path.is_relative_to(draft.legacy.import_root):
            continue
        text = text_of(path)
        if _ROUTES.search(text) and _DECIDES.search(text):
            found.append(path)
    return found[:_AT_MOST]


def _speaks_of(function: Function, wait: WaitPoint) -> bool:
    """Whether an endpoint uses the words that the run compares the answer with, or the keys that it reads of it."""
    text = cst.Module([]).code_for_node(function.node)
    words = {word for _, word in (*wait.words, *wait.pending)} | set(wait.required)
    return not words or any(re.search(rf"\b{re.escape(w)}\b", text) for w in words if w)
