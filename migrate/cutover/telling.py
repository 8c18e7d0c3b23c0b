"""Where an endpoint takes a person's answer: the call that hands it on to the run, made of what stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import libcst as cst

from migrate.rewriting.draft import WaitPoint
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.names import binds, parameter_names
from migrate.rewriting.source import Function
from migrate.rewriting.syntax import Looking

_SAYS = r"decision|verdict|approved?|answer|action|choice|outcome|confirmed|status"
_WHO = r"by|user|username|approver|reviewer|(approved|decided|reviewed)_by|actor|email|who"


def handing_on(function: Function, wait: WaitPoint, key: str, caller: str) -> str | None:
    """`caller.decide(...)` in the words of this endpoint; None if it does not show the run or the answer."""
    around = _Around(function)
    run, answer = around.named(re.escape(key)), around.answer(wait)
    if run is None or answer is None:
        return None
    who = around.named(_WHO)
    named = json.dumps(function.name)
    by = f"{who} or {named}" if who is not None else named
    call = f"{caller}.decide{'_async' if function.is_async else ''}({caller}.id_of({run}), {answer}, by={by})"
    return f"await {call}" if function.is_async else call


def last_place(function: Function) -> cst.BaseStatement | None:
    """The statement at the end of an endpoint that every answer comes by; None if it ends in several places."""
    body = [s for s in statements_of(function.node.body) if isinstance(s, cst.BaseStatement)]
    ends = _Returns()
    for statement in body[:-1]:
        ends.look(statement)
    simple = bool(body) and isinstance(body[-1], cst.SimpleStatementLine)
    return body[-1] if simple and not ends.found else None


class _Around:
    """The names of an endpoint, and what its text reads of its parameters."""

    def __init__(self, function: Function) -> None:
        self._parameters = parameter_names(function.node.params)
        self._names = [*self._parameters, *binds(function.node.body)]
        self._text = function.module.text(function.node)

    def named(self, pattern: str) -> str | None:
        """A name, or a field or item of a parameter, that is called so."""
        for name in self._names:
            if re.fullmatch(pattern, name):
                return name
        for parameter in self._parameters:
            own = rf"(?<![\w.]){re.escape(parameter)}"
            found = re.search(rf"{own}\.({pattern})\b(?!\()|{own}\[([\"'])({pattern})\2\]", self._text)
            if found is not None:
                return found[0]
        return None

    def answer(self, wait: WaitPoint) -> str | None:
        """The answer in the form in which the run reads it."""
        keys: Sequence[str] = wait.required or [k for k in wait.optional if self.named(re.escape(k)) is not None]
        if not keys:
            return self.named(_SAYS) if wait.answer.text in ("str", "bool", "Any") else None
        values = {k: self.named(re.escape(k)) for k in keys}
        if None in values.values():
            return None
        return "{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in values.items()) + "}"


class _Returns(Looking):
    def __init__(self) -> None:
        self.found = False

    def visit_Return(self, node: cst.Return) -> None:
        del node
        self.found = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        del node
        return False
