"""States of a run in what a call is given: `{"status": status}` and `status=...`, with the values that names stand for.

A call that stays in the process (`insert({...})` before `execute()`, a command of a pipeline that is sent later) leaves
its states to the next write to a store.
"""

from __future__ import annotations

import ast
import re

from assess.resolving.assigning import STATE_NAMES
from assess.resolving.links import chain_nodes
from assess.resolving.running import Arguments
from assess.resolving.values import Const, Mapping, Value, options

_STAGES = re.compile(
    r"(?:^|_)(?:add|h?m?set|insert|merge|patch|push|put|update|upsert|values|zadd|xadd|[lr]push)(?:_|$)"
)
"""Verbs of calls that prepare a write which another call sends."""
_NAMED = re.compile(rf"(?:^|_)(?:{'|'.join(sorted(STATE_NAMES))})$")
LONGEST_STATE = 40
_TIMED = re.compile(r"_(?:at|on|time|date)$|^(?:timestamp|heartbeat)$")
"""Names of times that are stored beside a state."""


def stages(path: str) -> bool:
    """Whether a call of this path prepares a write that a later call sends."""
    return _STAGES.search(path.rpartition(".")[2]) is not None


def stated(arguments: Arguments) -> tuple[str, ...]:
    """The names of states and their texts among the arguments of a call and in the chain that it is called on."""
    found: list[str] = []
    for name, value in arguments.keywords.items():
        found += _of(name, value)
    for value in arguments.all():
        for option in options(value):
            if isinstance(option, Mapping):
                found += [text for key, inner in option.values.items() for text in _of(key, inner)]
    if arguments.node is not None and isinstance(arguments.node.func, ast.Attribute):
        found += _in_chain(arguments)
    return tuple(dict.fromkeys(found))


def _in_chain(arguments: Arguments) -> list[str]:
    """`table.insert({"status": status}).execute()`: the dict stands in an earlier call of the chain."""
    assert arguments.node is not None
    found: list[str] = []
    for node in chain_nodes(arguments.node.func):
        if isinstance(node, ast.Dict):
            for key, part in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in STATE_NAMES and isinstance(part, ast.Name):
                    found += _of(key.value, arguments.scope.find(part.id) or Value())
        elif isinstance(node, ast.Call):
            for argument in node.args:
                value = arguments.scope.find(argument.id) if isinstance(argument, ast.Name) else None
                for option in options(value) if value is not None else ():
                    if isinstance(option, Mapping):
                        found += [text for name, inner in option.values.items() for text in _of(name, inner)]
    return found


def _of(name: object, value: Value) -> list[str]:
    if isinstance(name, str) and _TIMED.search(name):
        return [name]
    if not isinstance(name, str) or not _NAMED.search(name):
        return []
    texts = [o.value for o in options(value) if isinstance(o, Const) and isinstance(o.value, str)]
    return ["status", *(text for text in texts if 0 < len(text) <= LONGEST_STATE)] if texts else []
