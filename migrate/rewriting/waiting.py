"""Which steps are waits for a person, and what the code reads of the answer."""

from __future__ import annotations

import re

import libcst as cst

from assess.model.step import Kind, Step
from assess.model.woven import WovenPipeline
from migrate.rewriting.draft import Draft, WaitPoint
from migrate.rewriting.sites import Route
from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.syntax import Looking

_HUMAN = re.compile(
    r"approv|review|decision|decide|human|confirm|sign_?off|moderat|consent|verdict|feedback", re.IGNORECASE
)


def human_waits(pipeline: WovenPipeline) -> set[str]:
    """The ids of the steps at which a run waits for a person."""
    by_visit = {visit: step for visit, (step, _) in pipeline.visits().items()}
    found = {s.id for s in pipeline.steps if s.kind is Kind.HUMAN and (not s.writes or _asks_here(s))}
    for poll in pipeline.observed.polls:
        for visit in poll.visits:
            step = by_visit.get(visit)
            if step is None or step.writes or step.kind is Kind.WAIT or step.ai:
                continue
            words = f"{poll.function} {poll.waits_for} {step.function} {step.call}"
            if step.kind is Kind.HUMAN or _HUMAN.search(words):
                found.add(step.id)
    return found


def _asks_here(step: Step) -> bool:
    return step.call.rpartition(".")[2] in ("input", "getpass", "prompt", "confirm", "ask")


class _Reads(Looking):
    """What is read of one name: keys, words that it or its parts are compared with, functions that it is given to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.required: list[str] = []
        self.optional: list[str] = []
        self.fields: list[str] = []
        self._called: set[cst.CSTNode] = set()
        self.words: dict[str, list[str]] = {}
        self.pending: dict[str, list[str]] = {}
        self.given_to: list[tuple[cst.Call, int, str | None]] = []
        self._in_test = 0

    def visit_Subscript(self, node: cst.Subscript) -> None:
        key = self._key(node)
        if key is not None:
            self.required.append(key)

    def _is_it(self, node: cst.CSTNode) -> bool:
        """The name itself, or what it says when it is an answer over HTTP."""
        if isinstance(node, cst.Call):
            return dotted_name(node.func) == f"{self.name}.json"
        return dotted_name(node) == self.name

    def _key(self, node: cst.CSTNode) -> str | None:
        if isinstance(node, cst.Subscript) and self._is_it(node.value) and len(node.slice) == 1:
            inner = node.slice[0].slice
            if isinstance(inner, cst.Index) and isinstance(inner.value, cst.SimpleString):
                return str(inner.value.evaluated_value)
        func = node.func if isinstance(node, cst.Call) else None
        if isinstance(node, cst.Call) and isinstance(func, cst.Attribute) and self._is_it(func.value) and node.args:
            if func.attr.value != "get":
                return None
            first = node.args[0].value
            if isinstance(first, cst.SimpleString):
                return str(first.evaluated_value)
        if isinstance(node, cst.Attribute) and dotted_name(node.value) == self.name:
            return node.attr.value
        return None

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if dotted_name(node.value) == self.name and node not in self._called:
            self.fields.append(node.attr.value)

    def visit_Call(self, node: cst.Call) -> None:
        self._called.add(node.func)
        key = self._key(node)
        if key is not None:
            self.optional.append(key)
        for index, argument in enumerate(node.args):
            if dotted_name(argument.value) == self.name:
                self.given_to.append((node, index, argument.keyword.value if argument.keyword else None))

    def visit_While(self, node: cst.While) -> bool:
        self._in_test += 1
        self.look(node.test)
        self._in_test -= 1
        self.look(node.body)
        return False

    def visit_Comparison(self, node: cst.Comparison) -> None:
        left = node.left
        key = self._key(left)
        if key is None and dotted_name(left) == self.name:
            key = ""
        if key is None:
            return
        for target in node.comparisons:
            words = _strings(target.comparator)
            negated = isinstance(target.operator, cst.NotEqual | cst.NotIn)
            # In a loop's condition the word means "go on waiting"; `!=` elsewhere means the same.
            kind = self.pending if bool(self._in_test) != negated else self.words
            kind.setdefault(key, []).extend(words)


def _strings(node: cst.BaseExpression) -> list[str]:
    if isinstance(node, cst.SimpleString):
        return [str(node.evaluated_value)]
    if isinstance(node, cst.Tuple | cst.List | cst.Set):
        return [w for e in node.elements for w in _strings(e.value)]
    return []


def describe_answer(draft: Draft, function: Function, name: str, point: WaitPoint) -> None:
    """Add to the wait what the function, and the pure functions it hands the answer to, read of it."""
    _describe(draft, function, name, point, depth=0)


def _describe(draft: Draft, function: Function, name: str, point: WaitPoint, *, depth: int) -> None:
    reads = _Reads(name)
    reads.look(function.node.body)
    point.required += [k for k in dict.fromkeys(reads.required) if k not in point.required]
    point.fields += [k for k in dict.fromkeys(reads.fields) if k not in point.fields]
    point.optional += [k for k in dict.fromkeys(reads.optional) if k not in point.optional]
    for key, words in reads.words.items():
        for word in words:
            if (key, word) not in point.words:
                point.words.append((key, word))
    for key, words in reads.pending.items():
        point.pending += [(key, w) for w in words if (key, w) not in point.pending]
    if depth > 2:
        return
    for call, index, keyword in reads.given_to:
        found = draft.legacy.resolve(function.module, dotted_name(call.func) or "")
        callee = found[0].functions.get(found[1]) if found is not None else None
        if callee is None:
            continue
        params = [p.name.value for p in (*callee.node.params.posonly_params, *callee.node.params.params)]
        inner = keyword or (params[index] if index < len(params) else None)
        if inner is not None:
            _describe(draft, callee, inner, point, depth=depth + 1)


def polled_for_people(way: Route) -> set[str]:
    """The ids of reads that a loop with a pause makes again and again, where the words speak of people."""
    looking = _Polls(way)
    looking.look(way.function.node)
    return looking.steps


class _Polls(Looking):
    def __init__(self, way: Route) -> None:
        self._way = way
        self.steps: set[str] = set()

    def visit_For(self, node: cst.For) -> None:
        self._loop(node)

    def visit_While(self, node: cst.While) -> None:
        self._loop(node)

    def _loop(self, node: cst.For | cst.While) -> None:
        inside = _Inside()
        inside.look(node.body)
        if not any(dotted_name(c.func) in ("time.sleep", "asyncio.sleep", "sleep") for c in inside.calls):
            return
        for call in inside.calls:
            site = self._way.sites.get(call)
            if site is None or len(site.visits) != 1:
                continue
            step, _ = site.visits[0]
            callee = site.callee.name if site.callee is not None else ""
            asked = " ".join(self._way.function.module.text(a.value) for a in call.args)
            words = f"{self._way.function.name} {callee} {step.call} {asked}"
            if not step.writes and not step.ai and step.kind is not Kind.WAIT and _HUMAN.search(words):
                self.steps.add(step.id)


class _Inside(Looking):
    def __init__(self) -> None:
        self.calls: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)


def words_compared(function: Function, node: cst.CSTNode) -> list[str]:
    """The words that an answer is compared with on the spot: `input().lower() == "y"`."""
    looking = _Compared(node)
    looking.look(function.node.body)
    return looking.words


class _Compared(Looking):
    def __init__(self, node: cst.CSTNode) -> None:
        self._node = node
        self.words: list[str] = []

    def visit_Comparison(self, node: cst.Comparison) -> None:
        inside = _Inside()
        inside.look(node.left)
        if any(c is self._node for c in inside.calls):
            self.words += [w for target in node.comparisons for w in _strings(target.comparator)]
