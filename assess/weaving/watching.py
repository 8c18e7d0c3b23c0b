"""Watches the calls on one line while entries are followed: what each callee was, and in which run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from assess.resolving.interpreter import INTERPRETER
from assess.resolving.running import Arguments, Run
from assess.resolving.values import Value, options


@dataclass(eq=False, slots=True)
class Seen:
    """What was seen of one call: the values that its callee had, and the runs that came by."""

    node: ast.Call
    callees: list[Value] = field(default_factory=list)
    runs: dict[str, None] = field(default_factory=dict)
    muted: bool = False


class Watcher:
    """Notes what is called at the watched nodes, while code is followed by `operations` as always."""

    def __init__(self, nodes: list[ast.Call]) -> None:
        self.seen = {id(node): Seen(node) for node in nodes}
        self.operations = replace(INTERPRETER, call=self._call)

    def _call(self, run: Run, callee: Value, arguments: Arguments) -> Value:
        seen = self.seen.get(id(arguments.node)) if arguments.node is not None else None
        if seen is not None:
            seen.callees.extend(o for o in options(callee) if len(seen.callees) < 200)
            if run.muted:
                seen.muted = True
            else:
                seen.runs[_root(run)] = None
        return INTERPRETER.call(run, callee, arguments)


def _root(run: Run) -> str:
    """What the run started from."""
    if run.stack and (run.main is None or run.via):
        return f"{run.stack[0].qualified_name} in {run.stack[0].module.path}"
    return run.main or "a graph"
