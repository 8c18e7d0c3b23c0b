"""Edits of one legacy file that start the workflow where the work was done: at a call, in a body, in a loop."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from migrate.cutover.callers import Caller
from migrate.cutover.change import Edit
from migrate.cutover.imports import import_edits
from migrate.cutover.telling import handing_on, last_place
from migrate.rewriting.draft import WaitPoint
from migrate.rewriting.inlined import ends_with_acknowledging
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.looking import is_text
from migrate.rewriting.names import binds, parameter_names
from migrate.rewriting.sites import Passage, last_name
from migrate.rewriting.source import Function, Module, dotted_name
from migrate.rewriting.syntax import Looking, parents_in

_ID_IN_MESSAGE = re.compile(r"""^(\w+)\[(["'])(\w*(?:id|key|number|reference))\2\]$""", re.IGNORECASE)
_LATER = ("add_task", "submit", "start_background_task", "spawn")
_RUNNERS = ("run", "create_task", "ensure_future", "run_until_complete")


class FileEdits:
    """The edits of one file; `name` is what the generated caller is called there."""

    def __init__(self, module: Module, package: str) -> None:
        self.module = module
        self.name = _free(module, "caller")
        self._package = package
        self._positions = module.positions
        self._parents = parents_in(module.tree)
        self._edits: list[Edit] = []
        self._replaced: list[cst.CSTNode] = []

    def finished(self) -> list[Edit]:
        """All edits, with the imports that the file needs then."""
        return [*self._edits, *import_edits(self.module, self._package, self.name, self._replaced)]

    def call(self, caller: Caller, entry: Function, kept: Sequence[str]) -> str | None:
        """Start the run where the function was called; what the caller does then, None if it cannot be done."""
        if caller.handed is not None:
            return self._handed(caller, caller.handed)
        arguments = self._arguments(caller.call, entry, kept)
        if arguments is None:
            return None
        used = self._is_used(caller.call)
        word = f"{'run' if used else 'start'}{'_async' if entry.is_async else ''}"
        self._put(caller.call.func, caller.call.func, f"{self.name}.{word}")
        for first, last, text in arguments:
            self._put(first, last, text)
        return "starts the run and waits for its result" if used else "starts the run and goes on"

    def _handed(self, caller: Caller, handed: cst.BaseExpression) -> str:
        """Start the run at once where the work would have begun later: a process may die in between."""
        call = caller.call
        at = next(n for n, a in enumerate(call.args) if a.value is handed)
        alone = isinstance(self._parents.get(call), cst.Expr) and call.args[at].keyword is None
        if not alone or last_name(call.func) not in _LATER or any(a.star or a.keyword for a in call.args[at + 1 :]):
            self._put(handed, handed, f"{self.name}.start")
            return "starts the run and goes on"
        waits = caller.function is not None and caller.function.is_async
        start = f"await {self.name}.start_async" if waits else f"{self.name}.start"
        self._put(call, call, f"{start}({', '.join(self.module.text(a.value) for a in call.args[at + 1 :])})")
        return "starts the run and goes on"

    def region(self, passage: Passage, given: Sequence[str], *, keyed: bool) -> str:
        """Start the run where the statements stood that worked on one message; in words how it is named."""
        key = None if keyed else self._key(passage, given)
        word = key_word(given)
        arguments = ", ".join([*given, *([f"{word}=str({key})"] if key is not None else [])])
        answers = passage.request and _returns(passage.region)
        word = "run" if answers else "start"
        start = f"await {self.name}.{word}_async" if passage.function.is_async else f"{self.name}.{word}"
        text = f"{'return ' if answers else ''}{start}({arguments})"
        first, last = passage.region[0], passage.region[-1]
        above = sum(line.comment is not None for line in getattr(first, "leading_lines", ()))
        acknowledged = ends_with_acknowledging(passage.region, passage.acknowledged)
        if acknowledged is not None:
            text += f"\n{' ' * self._positions[first].start.column}{self.module.text(acknowledged).strip()}"
        self._put(first, last, text, above)
        self._replaced += passage.region
        if keyed:
            return ""
        return f"; `{key}` names the run" if key is not None else "; its values name the run"

    def body(self, function: Function, given: Sequence[str], *, waits: bool) -> str:
        """Start the run in place of the whole body of a function, but for its docstring; `waits` for its result."""
        statements = [s for s in statements_of(function.node.body) if isinstance(s, cst.BaseStatement)]
        work = [s for n, s in enumerate(statements) if n or not is_text(s)]
        answers = _returns([function.node.body])
        word = f"{'run' if answers and waits else 'start'}{'_async' if function.is_async else ''}"
        call = f"{'await ' if function.is_async else ''}{self.name}.{word}({', '.join(given)})"
        self._put(work[0], work[-1], f"return {call}" if answers else call)
        self._replaced += work
        if answers and not waits:
            return "starts the run and gives its id: who asked the queue for the task's result asks `caller.run` now"
        return "starts the run and waits for its result" if answers else "starts the run and goes on"

    def decided(self, qualname: str, wait: WaitPoint, key: str) -> int | None:
        """Hand a person's answer on to the run at the end of an endpoint; the line, None if it cannot be done."""
        function = self.module.functions.get(qualname)
        last = last_place(function) if function is not None else None
        call = handing_on(function, wait, key, self.name) if function is not None else None
        if last is None or call is None:
            return None
        start = self._positions[last].start
        indent = " " * start.column
        returns = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return)
        at, text = (start, f"{call}\n{indent}") if returns else (self._positions[last].end, f"\n{indent}{call}")
        self._edits.append(Edit((at.line, at.column), (at.line, at.column), text))
        return start.line

    def _put(self, first: cst.CSTNode, last: cst.CSTNode, text: str, above: int = 0) -> None:
        start, end = self._positions[first].start, self._positions[last].end
        self._edits.append(Edit((start.line - above, start.column), (end.line, end.column), text))
        self._replaced.append(first)

    def _is_used(self, node: cst.CSTNode) -> bool:
        """Whether somebody reads what the call gives."""
        parent = self._parents.get(node)
        if isinstance(parent, cst.Await):
            return self._is_used(parent)
        if isinstance(parent, cst.Arg):
            outer = self._parents.get(parent)
            name = dotted_name(outer.func) if isinstance(outer, cst.Call) else None
            if outer is not None and name is not None and name.rpartition(".")[2] in _RUNNERS:
                return self._is_used(outer)
        return not isinstance(parent, cst.Expr)

    def _arguments(
        self, call: cst.Call, entry: Function, kept: Sequence[str]
    ) -> list[tuple[cst.CSTNode, cst.CSTNode, str]] | None:
        """What replaces the arguments; nothing if they stay as they are, None if they cannot be told apart."""
        names = parameter_names(entry.node.params)
        names = names[1:] if entry.owner is not None else names
        if any(a.star for a in call.args) or len(call.args) > len(names):
            return None
        bound = [(a.keyword.value if a.keyword else names[n], a) for n, a in enumerate(call.args)]
        if all(name in kept for name, _ in bound):
            return []
        texts = [f"{name}={self.module.text(a.value)}" for name, a in bound if name in kept]
        return [(call.args[0], call.args[-1], ", ".join(texts))]

    def _key(self, passage: Passage, given: Sequence[str]) -> str | None:
        """What names the run where no parameter does: the id in the message."""
        looking = _Items()
        for statement in passage.region:
            looking.look(statement)
        texts = [self.module.text(node) for node in looking.found]
        return next((t for t in texts if (m := _ID_IN_MESSAGE.match(t)) and m.group(1) in given), None)


class _Items(Looking):
    def __init__(self) -> None:
        self.found: list[cst.Subscript] = []

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self.found.append(node)


class _Answers(Looking):
    def __init__(self) -> None:
        self.found = False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        del node
        return False

    def visit_Return(self, node: cst.Return) -> None:
        self.found = self.found or (node.value is not None and dotted_name(node.value) != "None")


def _returns(body: Sequence[cst.CSTNode]) -> bool:
    looking = _Answers()
    for node in body:
        looking.look(node)
    return looking.found


def key_word(names: Sequence[str]) -> str:
    """What the generated caller calls the key of a run, where no parameter is one."""
    return "key" if "key" not in names else "run_key"


def _free(module: Module, name: str) -> str:
    taken = {*module.functions, *module.classes, *module.assigned, *module.imports}
    for function in module.every:
        taken |= {*parameter_names(function.node.params), *binds(function.node.body)}
    return name if name not in taken else f"workflow_{name}"
