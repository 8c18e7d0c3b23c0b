"""What statements of a consumer do: take a message, acknowledge one, rest, or work."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.engine_means import PAUSES
from migrate.rewriting.liveness import look
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.syntax import calls_in

_TAKES = re.compile(
    r"(receive|poll|get|consume|fetch|dequeue|pull|read|xread|claim)\w*|b?[lrz]?m?pop\w*|b[lr]move", re.IGNORECASE
)
_ACKNOWLEDGES = re.compile(
    r"(delete_message|(basic_|x)?n?ack|(basic_)?reject|commit|change_message_visibility)\w*|task_done|"
    r"(complete|abandon|dead_letter|defer)_message|requeue",
    re.IGNORECASE,
)
_QUEUES = re.compile(r"queue|inbox|jobs|tasks|events|messages|mailbox|channel", re.IGNORECASE)
_STREAMS = ("consumer", "subscriber", "receiver", "subscription")


def is_costly(site: Site) -> bool:
    """Whether one of its steps changes something outside or is paid for."""
    return any(step.ai or step.writes or step.billed for step, _ in site.visits)


def is_acknowledging(call: str) -> bool:
    """Whether a call tells a queue that a message is done with, by its name."""
    return bool(_ACKNOWLEDGES.fullmatch(call.rpartition(".")[2]))


class _Without(cst.CSTTransformer):
    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:
        value = original_node.value.expression if isinstance(original_node.value, cst.Await) else original_node.value
        return cst.Pass() if isinstance(value, cst.Call) and self._reading.is_ack(value) else updated_node


class Reading:
    """Questions about the statements of one function."""

    def __init__(self, way: Route) -> None:
        self.way = way
        self._inside: dict[cst.CSTNode, list[cst.Call]] = {}

    def text(self, node: cst.CSTNode) -> str:
        """The code as written."""
        return self.way.function.module.text(node)

    def calls(self, node: cst.CSTNode) -> list[cst.Call]:
        """Every call in this code."""
        if node not in self._inside:
            self._inside[node] = calls_in(node)
        return self._inside[node]

    def sites(self, node: cst.CSTNode) -> list[Site]:
        """The calls in it that lead to steps."""
        return [self.way.sites[c] for c in self.calls(node) if c in self.way.sites]

    def work(self, node: cst.CSTNode) -> list[Site]:
        """The sites in it that neither take, nor acknowledge, nor pause."""
        return [s for s in self.sites(node) if not self.is_of_queue(s) and not self._only_pauses(s)]

    def works_on_errors(self, node: cst.Try) -> bool:
        """Whether there are steps in its handlers or in what runs at its end."""
        return any(self.work(h) for h in (*node.handlers, *([node.finalbody] if node.finalbody else [])))

    def is_of_queue(self, site: Site) -> bool:
        """Whether a site takes or acknowledges a message."""
        return self._is_take(site) or self.is_ack(site.node)

    def _is_take(self, site: Site) -> bool:
        steps = [step for step, _ in site.visits]
        return all(s.kind is Kind.QUEUE and bool(_TAKES.fullmatch(s.call.rpartition(".")[2])) for s in steps)

    def takes(self, node: cst.CSTNode) -> bool:
        """Whether a message is taken here, out of a queue outside or inside the process."""
        return any(self._is_take(s) for s in self.sites(node)) or any(self._blocks(c) for c in self.calls(node))

    def is_ack(self, call: cst.Call) -> bool:
        """Whether this tells the queue that a message is done with, or is not."""
        site = self.way.sites.get(call)
        if site is not None and any(step.kind is not Kind.QUEUE for step, _ in site.visits):
            return False
        if not isinstance(call.func, cst.Attribute) or not _ACKNOWLEDGES.fullmatch(call.func.attr.value):
            return False
        # Databases commit too.
        of_database = site is None and call.func.attr.value.startswith("commit")
        return not of_database or self.text(call.func.value).lower().endswith(_STREAMS)

    def acknowledges(self, node: cst.CSTNode) -> bool:
        """Whether it acknowledges, and does no work."""
        return any(self.is_ack(c) for c in self.calls(node)) and (
            isinstance(node, cst.While | cst.For) or not self.work(node)
        )

    def wanted(self, body: Sequence[cst.CSTNode]) -> list[str]:
        """Names that statements need from before, for all but acknowledging."""
        kept = [s.visit(_Without(self)) for s in body]
        return list(look([s for s in kept if isinstance(s, cst.CSTNode)]).reads)

    def pauses(self, node: cst.CSTNode) -> bool:
        """Whether it only sleeps."""
        calls = self.calls(node) if isinstance(node, cst.SimpleStatementLine) else []
        return len(calls) == 1 and self._is_pause(calls[0])

    def rests(self, node: cst.CSTNode) -> bool:
        """Whether there is a pause in it, or a call that waits until there is something."""
        return any(self._is_pause(c) or self._blocks(c) for c in self.calls(node))

    def is_stream(self, loop: cst.For) -> bool:
        """Whether a loop goes over messages as they come: `for message in consumer`, `in pubsub.listen()`."""
        node = loop.iter
        name = dotted_name(node.func if isinstance(node, cst.Call) else node) or ""
        last = name.rpartition(".")[2].lower()
        if isinstance(node, cst.Call):
            return last in ("listen", "subscribe", "consume", "read_messages")
        return last.endswith(_STREAMS)

    def asks_an_object(self, node: cst.CSTNode) -> bool:
        """Whether a method is called in it: `folder.glob("*.pdf")`."""
        return any(isinstance(c.func, cst.Attribute) for c in self.calls(node))

    def _is_pause(self, call: cst.Call) -> bool:
        name = dotted_name(call.func) or ""
        return name in PAUSES or name == "sleep" or name.endswith(".wait")

    def _only_pauses(self, site: Site) -> bool:
        return all(step.kind is Kind.WAIT for step, _ in site.visits)

    def _blocks(self, call: cst.Call) -> bool:
        """`events.get()`: the queue inside a process."""
        func = call.func
        if not isinstance(func, cst.Attribute) or func.attr.value != "get" or any(a.keyword is None for a in call.args):
            return False
        name = self.text(func.value)
        made = rf"(?<![\w.]){re.escape(name)}\s*(:[^=\n]+)?=\s*[\w.]*Queue\w*(\[[^\]]*\])?\("
        return bool(_QUEUES.search(name) or re.search(made, self.way.function.module.code))
