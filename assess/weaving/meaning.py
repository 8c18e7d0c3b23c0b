"""What the callee of a call that is no step is, in sentences."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator

from assess.resolving.program import ModuleInfo
from assess.resolving.running import Session
from assess.resolving.unresolved import LOCAL_ROOTS, looks_external
from assess.resolving.values import (
    Bound,
    Class,
    Const,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Method,
    Text,
    Value,
)
from assess.weaving.watching import Seen


def meaning(session: Session, seen: Seen, module: ModuleInfo) -> Iterator[str]:
    """A sentence for each value that the callee had."""
    for value in seen.callees:
        yield _sentence(session, value, seen.node, module)


def _sentence(session: Session, value: Value, node: ast.Call, module: ModuleInfo) -> str:
    match value:
        case Function(info=info):
            silent = any(whose[0] == id(info.node) for whose in session.silent)
            said = " It made no call outside when it was followed." if silent else ""
            return (
                f"It calls {info.qualified_name} of this code base ({info.module.path}:{info.node.lineno}), which is "
                f"followed: what leaves the process stands in there.{said}"
            )
        case Class(info=cls):
            return f"It makes an object of {cls.qualified_name} ({cls.module.path}:{cls.node.lineno})."
        case External():
            return _outside(session, value)
        case Bound(function=inner):
            return _sentence(session, inner, node, module)
        case Method(receiver=receiver, name=name):
            return _method(session, receiver, name, node, module)
        case Instance(cls=cls):
            return f"It calls an object of {cls.info.qualified_name}, which has no `__call__` in this tree."
        case Const() | Text() | Items() | Mapping():
            return "What is called is a plain value."
        case Coroutine():
            return "What is called is the result of work that was started before."
    return _unknown(node, module)


def _outside(session: Session, value: External) -> str:
    path = value.path
    root, _, rest = path.partition(".")
    if session.fact(path) is not None:
        return f"It resolves to {path}, which the catalogue knows as a call outside, but no entry reaches it."
    if session.client(path) is not None:
        return f"It resolves to {path}, which makes a client: the calls on that client are the steps."
    if root == "builtins" and not hasattr(builtins, rest.partition(".")[0]):
        return f"What is called is not known: nothing that was read defines `{rest.partition('.')[0]}`."
    if root == "builtins" or root in sys.stdlib_module_names:
        return f"It resolves to {path.removeprefix('builtins.')} of Python itself, which stays in the process."
    if root in LOCAL_ROOTS:
        return f"It resolves to {path}; {root} works inside the process."
    if session.catalogue.harmless(path):
        return f"It resolves to {path}, which the catalogue knows to stay in the process."
    row = session.catalogue.row_to_add(path)
    if looks_external(path, value.made.path if value.made is not None else None):
        return f"It resolves to {path}, which looks external and is in no catalogue. To make it a step add: {row}"
    return f"It resolves to {path}, which is in no catalogue. If it leaves the process add: {row}"


def _method(session: Session, receiver: Value, name: str, node: ast.Call, module: ModuleInfo) -> str:
    if isinstance(receiver, Items | Mapping | Const | Text):
        kind = {"Items": "a list or the like", "Mapping": "a dict"}.get(type(receiver).__name__, "a text or number")
        return f"`{name}` is called on {kind}, which stays in the process."
    if isinstance(receiver, Coroutine):
        return f"`{name}` waits for work that was started before."
    methods = session.program.methods_named(name)
    more = f" {len(methods)} classes of this tree have a `{name}`, too many to guess." if len(methods) > 3 else ""
    return _unknown(node, module) + more


def _unknown(node: ast.Call, module: ModuleInfo) -> str:
    root: ast.expr = node.func
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
        root = root.func if isinstance(root, ast.Call) else root.value
    name = root.id if isinstance(root, ast.Name) else None
    if name in ("self", "cls"):
        return "What the object holds under this name is not known: nothing that was followed gives it a value."
    for info in module.functions.values():
        arguments = info.node.args
        names = [
            a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.annotation is None
        ]
        if name in names and any(inner is node for inner in ast.walk(info.node)):
            return (
                f"What is called is not known: `{name}` is a parameter without a type, and no run passes something "
                "known. A type at the parameter would tell."
            )
    told = f"`{name}` has a value that was not followed" if name else "its value was not followed"
    return f"What is called is not known: {told}, such as the result of an unknown call."
