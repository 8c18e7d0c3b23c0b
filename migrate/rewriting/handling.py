"""Which activities may meet an error and handle it themselves: nobody outside of them sees that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from assess.model.step import Step, Visit
from migrate.plan import How
from migrate.rewriting.answers import callee_of
from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.syntax import Looking, walk


def handling(draft: Draft) -> tuple[str, ...]:
    """The names of the activities whose code, or what that calls in the legacy code, handles errors; sorted."""
    looking = _Handling(draft)
    return tuple(sorted(unit.name for unit in draft.units if looking.of_unit(unit)))


class _Handling:
    def __init__(self, draft: Draft) -> None:
        self._legacy = draft.legacy
        self._known: dict[Function, bool] = {}

    def of_unit(self, unit: Unit) -> bool:
        """Whether the activity does; of code that cannot be found nobody knows, so it may."""
        around = self._legacy.module(unit.file).functions.get(unit.symbol)
        if around is None:
            return True
        # Where a function is called as it is, its whole body is the activity's.
        lifted = unit.how is How.LIFTED or unit.piece
        inside = {f for step, visit in unit.visits for f in self._on_the_way(unit, step, visit)} | {around}
        if lifted:
            inside.remove(around)
        return self._of(around, unit.body) or any(self._handles(f) for f in inside)

    def _on_the_way(self, unit: Unit, step: Step, visit: Visit) -> Iterator[Function]:
        """The functions through which a visit is reached from the unit on, also where names do not show which."""
        begun = False
        for file, line in (*((via.file, via.line) for via in visit.via), (step.file, step.line)):
            begun = begun or (file == unit.file and unit.line <= line <= unit.end_line)
            function = self._legacy.module(file).function_at(line) if begun else None
            if function is not None:
                yield function

    def _of(self, function: Function, code: Sequence[cst.CSTNode]) -> bool:
        seen = _Seen()
        for node in code:
            seen.look(node)
        return seen.handles or any(self._called(function, call) for call in seen.calls)

    def _called(self, function: Function, call: cst.Call) -> bool:
        callee = callee_of(self._legacy, function, call)
        return callee is not None and self._handles(callee)

    def _handles(self, function: Function) -> bool:
        if function not in self._known:
            self._known[function] = False
            self._known[function] = self._of(function, [function.node.body])
        return self._known[function]


class _Seen(Looking):
    """Handlers that do not let every error go on, and calls."""

    def __init__(self) -> None:
        self.handles = False
        self.calls: list[cst.Call] = []

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self.handles = self.handles or not _goes_on(node.body)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:
        self.handles = self.handles or not _goes_on(node.body)

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)
        called = (dotted_name(node.func) or "").rpartition(".")[2]
        kept = any(a.keyword is not None and a.keyword.value == "return_exceptions" for a in node.args)
        self.handles = self.handles or called == "suppress" or kept


def _goes_on(body: cst.BaseSuite) -> bool:
    """Whether the handler surely ends by raising: no statement in it leaves it on another way."""
    last = body.body[-1] if body.body else None
    if not isinstance(last, cst.SimpleStatementLine) or not isinstance(last.body[-1], cst.Raise):
        return False
    return not any(isinstance(n, cst.Return | cst.Continue | cst.Break) for n in walk(body))
