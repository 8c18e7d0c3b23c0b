"""The work on one message that stands in the loop itself, as a function of its own at the same lines of its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from migrate.rewriting.consumers import Consumer
from migrate.rewriting.liveness import statements_of
from migrate.rewriting.looking import awaits
from migrate.rewriting.source import Function, Legacy
from migrate.rewriting.syntax import Looking
from migrate.rewriting.texts import GONE, Text

_ENDINGS = re.compile(r"_(id|key|raw|text|name|number|data|body)$")


def as_function(legacy: Legacy, function: Function, consumer: Consumer) -> Function:
    """The function that works on one message; its module stands in the legacy tree for the one that holds the loop."""
    text = Text(function.module)
    kept = [*consumer.setup, *consumer.region]
    indent = text.indent(statements_of(function.node.body)[0])
    text.drop(function, kept)
    for statement in consumer.region:
        text.dedent(statement, text.indent(statement) - indent)
    for ends in _ending_the_round(consumer.region):
        text.put(ends, "return")
    for node, alone in _acknowledging(consumer.region, set(consumer.acknowledged)):
        text.put(node, "pass" if alone else GONE)
    name = function.name if consumer.request else _free(function, consumer.given)
    typed = _typed(function) if consumer.request else {}
    parameters = [*(["self"] if function.owner is not None else []), *(typed.get(n, n) for n in consumer.given)]
    colour = "async " if function.is_async or any(awaits(s) for s in consumer.region) else ""
    returns = function.node.returns if consumer.request else None
    arrow = f" -> {function.module.text(returns.annotation)}" if returns is not None else ""
    text.head(function, f"{colour}def {name}({', '.join(parameters)}){arrow}:")
    module = legacy.replaced(function.module, text.code())
    owner = f"{function.owner}." if function.owner is not None else ""
    made = replace(module.functions[f"{owner}{name}"], script=True)
    module.functions[made.qualname] = made
    module.every = [made if f.qualname == made.qualname else f for f in module.every]
    return made


def _typed(function: Function) -> dict[str, str]:
    """The parameters with their annotations, as text."""
    params = function.node.params
    every = (*params.posonly_params, *params.params, *params.kwonly_params)
    return {
        p.name.value: f"{p.name.value}: {function.module.text(p.annotation.annotation)}"
        for p in every
        if p.annotation is not None
    }


def _free(function: Function, given: Sequence[str]) -> str:
    base = f"handle_{_ENDINGS.sub('', given[0])}" if given else f"{function.name.strip('_')}_once"
    taken = {f.rpartition(".")[2] for f in function.module.functions} | {*function.module.assigned, *given}
    taken |= {*function.module.imports, *function.module.classes}
    name, n = base, 2
    while name in taken:
        name, n = f"{base}_{n}", n + 1
    return name


def _ending_the_round(region: Sequence[cst.BaseStatement]) -> list[cst.Continue]:
    """Each `continue` of the consumer's own loop."""
    looking = _Continues()
    for statement in region:
        looking.look(statement)
    return looking.found


class _Continues(Looking):
    def __init__(self) -> None:
        self.found: list[cst.Continue] = []

    def visit_Continue(self, node: cst.Continue) -> None:
        self.found.append(node)

    def visit_For(self, node: cst.For) -> bool:
        del node
        return False

    def visit_While(self, node: cst.While) -> bool:
        del node
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        del node
        return False


def _acknowledging(
    region: Sequence[cst.BaseStatement], acknowledged: set[cst.Call]
) -> list[tuple[cst.BaseSmallStatement, bool]]:
    """Statements that only acknowledge, and whether nothing else stands in their block."""
    looking = _Blocks()
    for statement in region:
        looking.look(statement)
    found: list[tuple[cst.BaseSmallStatement, bool]] = []
    for block in (region, *looking.found):
        told = [s for s in block if isinstance(s, cst.SimpleStatementLine) and _called(s) in acknowledged]
        found += [(small, len(told) == len(block)) for statement in told for small in statement.body]
    return found


def ends_with_acknowledging(region: Sequence[cst.BaseStatement], acknowledged: Sequence[cst.Call]) -> cst.Call | None:
    """The acknowledgement that the work ends with, where it stands inside it; None where it follows the work."""
    last = acknowledged[-1] if acknowledged else None
    if last is None or not isinstance(region[-1], cst.BaseCompoundStatement):
        return None
    return last


class _Blocks(Looking):
    def __init__(self) -> None:
        self.found: list[Sequence[cst.BaseStatement]] = []

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.found.append(node.body)


def _called(line: cst.SimpleStatementLine) -> cst.BaseExpression | None:
    """The call that a line makes and nothing else."""
    small = line.body[0]
    value = small.value if isinstance(small, cst.Expr) and len(line.body) == 1 else None
    return value.expression if isinstance(value, cst.Await) else value
