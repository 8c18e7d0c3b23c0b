"""Which activities without a step of their own may reach one: the assessment shows a place on so many ways only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import libcst as cst

from assess.model.step import Step
from migrate.rewriting.answers import PLAIN_METHODS, callee_of
from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.source import Function
from migrate.rewriting.syntax import calls_in


def reached(draft: Draft) -> Mapping[str, tuple[Step, ...]]:
    """The steps that activities without a visit come to all the same, by the name of the activity."""
    looking = _Reaching(draft)
    return {unit.name: looking.of_unit(unit) for unit in draft.units if not unit.visits}


def reaches_a_step(draft: Draft, around: Function, code: cst.CSTNode) -> bool:
    """Whether code of a function may come to a step in another one."""
    return bool(_Reaching(draft).of_code(around, [code]))


class _Reaching:
    def __init__(self, draft: Draft) -> None:
        self._legacy = draft.legacy
        self._methods: dict[str, list[Function]] = {}
        for module in draft.legacy.read():
            for function in module.functions.values():
                if function.owner is not None:
                    self._methods.setdefault(function.name, []).append(function)
        self._steps: dict[Function, list[Step]] = {}
        own = {draft.entry, *(function for function, _ in draft.methods)}
        for step in draft.pipeline.steps:
            around = draft.legacy.module(step.file).function_at(step.line)
            if around is not None and around not in own:
                self._steps.setdefault(around, []).append(step)

    def of_unit(self, unit: Unit) -> tuple[Step, ...]:
        """The steps in the functions that its code comes to, in the order of their ids."""
        around = self._legacy.module(unit.file).functions.get(unit.symbol)
        return () if around is None else self.of_code(around, unit.body)

    def of_code(self, around: Function, code: Iterable[cst.CSTNode]) -> tuple[Step, ...]:
        """The same for code that stands in a function."""
        known: set[Function] = set()
        waiting = [*self._called(around, code)]
        while waiting:
            function = waiting.pop()
            if function not in known:
                known.add(function)
                waiting += self._called(function, [function.node.body])
        found = {step.id: step for function in known for step in self._steps.get(function, ())}
        return tuple(found[i] for i in sorted(found))

    def _called(self, function: Function, code: Iterable[cst.CSTNode]) -> Iterable[Function]:
        """The functions that are called there: those that names show, and of an object the only one of that name."""
        for node in code:
            for call in calls_in(node):
                callee = callee_of(self._legacy, function, call)
                if callee is not None:
                    yield callee
                elif isinstance(call.func, cst.Attribute) and call.func.attr.value not in PLAIN_METHODS:
                    named = self._methods.get(call.func.attr.value, [])
                    if len(named) == 1:
                        yield named[0]
