"""How code uses a value: as data that can be stored between steps, or as an object that lives in one process.

An SDK's answer may cross as a record of its fields, as long as later code only reads it: fields, items, lengths, the
methods that strings, lists and dicts have. Whoever calls another method of it needs the object itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.chains import chain_nodes, head_name
from migrate.rewriting.names import parameter_names, target_names
from migrate.rewriting.sites import Site
from migrate.rewriting.source import Function, Legacy, dotted_name
from migrate.rewriting.syntax import Looking

_Thing = TypeVar("_Thing")

# What a record offers beside the methods of plain data, and what dates and times offer, which cross as they are.
RECORD_METHODS = frozenset("model_dump model_dump_json dict json to_dict".split())
_TIMES = frozenset("isoformat strftime timestamp date astimezone weekday isoweekday toordinal total_seconds".split())
PLAIN_METHODS = (
    frozenset(
        name
        for kind in (str, bytes, list, dict, set, tuple, int, float)
        for name in dir(kind)
        if not name.startswith("_")
    )
    | RECORD_METHODS
    | _TIMES
)
# Whose answers are values with fields. Files, rows of a database and bodies in an object store are read bit by bit.
_ANSWERING = frozenset(
    {
        Kind.MODEL,
        Kind.EMBEDDING,
        Kind.AGENT,
        Kind.HTTP,
        Kind.SAAS,
        Kind.VECTOR_STORE,
        Kind.MESSAGE,
        Kind.HUMAN,
        Kind.QUEUE,
        Kind.SUBPROCESS,
    }
)
# What gives a process that goes on, not what it has said.
_STARTING = frozenset({"Popen", "popen", "create_subprocess_exec", "create_subprocess_shell"})
_DEEPEST = 4


def answers(site: Site) -> bool:
    """Whether the call of a step gives a value with fields, not a stream or a handle."""
    if site.callee is not None or not site.visits:
        return False
    steps = [step for step, _ in site.visits]
    called = {step.call.rpartition(".")[2] for step in steps}
    if called & _STARTING or any("stream" in c.lower() for c in called):
        return False
    # What an object store says of an upload is a value; what it gives is a body.
    if any(step.kind not in _ANSWERING and not (step.kind is Kind.OBJECT_STORE and step.writes) for step in steps):
        return False
    return not any(
        a.keyword is not None and a.keyword.value == "stream" and dotted_name(a.value) != "False"
        for a in site.node.args
    )


def asks_over_http(site: Site) -> bool:
    """Whether the call itself is a request over HTTP, whose answer the code reads as such."""
    targets = [step.target or step.call for step, _ in site.visits]
    return site.callee is None and all(t.startswith(("httpx.", "httpx2.", "requests.")) for t in targets)


def derived(body: cst.CSTNode, names: Iterable[str]) -> set[str]:
    """These names and those that hold parts of them."""
    return handed_on(names, _parts_given(body))


def handed_on(names: Iterable[str], given: Iterable[tuple[str, frozenset[str]]]) -> set[str]:
    """These names and all that they are given to; `given` tells of each name to which others it is given."""
    following: defaultdict[str, set[str]] = defaultdict(set)
    for name, others in given:
        following[name] |= others
    return reached_from(names, lambda name: following.get(name, ()))


def reached_from(starts: Iterable[_Thing], following: Callable[[_Thing], Iterable[_Thing]]) -> set[_Thing]:
    """These things, what follows them, what follows that, and so on."""
    found: set[_Thing] = set()
    todo = list(starts)
    while todo:
        thing = todo.pop()
        if thing not in found:
            found.add(thing)
            todo += following(thing)
    return found


@lru_cache(maxsize=10_000)
def _parts_given(body: cst.CSTNode) -> Sequence[tuple[str, frozenset[str]]]:
    """Whose parts the code gives to which names; nodes never change, and the same body is asked about many names."""
    looking = _Parts()
    looking.look(body)
    return looking.given


class _Parts(Looking):
    def __init__(self) -> None:
        self.given: list[tuple[str, frozenset[str]]] = []

    def _give(self, node: cst.CSTNode, *targets: cst.CSTNode) -> None:
        while isinstance(node, cst.Await):
            node = node.expression
        head = head_name(node)
        # What a method of plain data gives (`text.strip()`) is plain data.
        if head is not None and not any(isinstance(n, cst.Call) for n in chain_nodes(node)):
            self.given.append((head.value, frozenset(name for t in targets for name in target_names(t))))

    def visit_Assign(self, node: cst.Assign) -> None:
        self._give(node.value, *(t.target for t in node.targets))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._give(node.value, node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._give(node.value, node.target)

    def visit_For(self, node: cst.For) -> None:
        self._give(node.iter, node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._give(node.iter, node.target)


def needs_object(node: cst.CSTNode, names: set[str]) -> bool:
    """Whether this code calls a method of one of these names that plain data does not have, or enters or awaits it."""
    looking = _Needing(names)
    looking.look(node)
    return looking.found


class _Needing(Looking):
    def __init__(self, names: set[str]) -> None:
        self._names = names
        self.found = False

    def _is_one(self, node: cst.CSTNode) -> bool:
        head = head_name(node)
        calls = any(isinstance(n, cst.Call) for n in chain_nodes(node))
        return head is not None and head.value in self._names and not calls

    def visit_Call(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and self._is_one(func.value):
            self.found = self.found or func.attr.value not in PLAIN_METHODS
        elif self._is_one(func):
            self.found = True

    def visit_Await(self, node: cst.Await) -> None:
        self.found = self.found or self._is_one(node.expression)

    def visit_WithItem(self, node: cst.WithItem) -> None:
        self.found = self.found or self._is_one(node.item)

    def visit_For(self, node: cst.For) -> None:
        self.found = self.found or (node.asynchronous is not None and self._is_one(node.iter))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.found = self.found or (node.asynchronous is not None and self._is_one(node.iter))


class Uses:
    """How the functions of the legacy code use what they are given."""

    def __init__(self, legacy: Legacy) -> None:
        self._legacy = legacy
        self._known: dict[tuple[Function, str], bool] = {}

    def as_object(self, function: Function, name: str, depth: int = 0) -> bool:
        """Whether the function, or one that it hands the name to, needs the object behind this name."""
        key = (function, name)
        if key not in self._known:
            self._known[key] = False
            self._known[key] = self._as_object(function, name, depth)
        return self._known[key]

    def _as_object(self, function: Function, name: str, depth: int) -> bool:
        body = function.node.body
        if needs_object(body, {name}):
            return True
        if depth >= _DEEPEST:
            return False
        handing = _Handing(name)
        handing.look(body)
        for call, index, keyword in handing.given_to:
            callee = callee_of(self._legacy, function, call)
            if callee is None:
                continue
            params = parameter_names(callee.node.params)
            if callee.owner is not None:
                params = params[1:]
            inner = keyword or (params[index] if index < len(params) else None)
            if inner in params and self.as_object(callee, inner, depth + 1):
                return True
        return False


def callee_of(legacy: Legacy, function: Function, call: cst.Call) -> Function | None:
    """The legacy function that is called here, by what names show."""
    name = dotted_name(call.func)
    if name is None:
        return None
    if name.startswith("self.") and function.owner is not None:
        return function.module.functions.get(f"{function.owner}.{name[5:]}")
    found = legacy.resolve(function.module, name)
    return found[0].functions.get(found[1]) if found is not None else None


class _Handing(Looking):
    def __init__(self, name: str) -> None:
        self._name = name
        self.given_to: list[tuple[cst.Call, int, str | None]] = []

    def visit_Call(self, node: cst.Call) -> None:
        for index, argument in enumerate(node.args):
            if dotted_name(argument.value) == self._name:
                self.given_to.append((node, index, argument.keyword.value if argument.keyword else None))
