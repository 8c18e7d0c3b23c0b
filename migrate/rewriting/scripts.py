"""Scripts and notebooks: what runs at module level becomes the body of the workflow, what is defined there stays.

A notebook is read as one script, its code cells in order. What a run does in steps, and what hangs on it, moves;
imports, functions, classes and what is set up once stay in the worker, which loads the file without the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import libcst as cst

from assess.model.step import Step, Via, Visit
from assess.model.woven import WovenPipeline
from migrate.rewriting.changing import changed_in
from migrate.rewriting.names import binds, reads
from migrate.rewriting.source import Function, Legacy, Module, given

MODULE_LEVEL = "<module>"
Visits = list[tuple[Step, Visit]]


def placed(pipeline: WovenPipeline, legacy: Legacy) -> Visits:
    """The visits, with the lines of notebooks counted as in the script that the notebook is read as."""
    return [
        (in_file(step, legacy), _visit(pipeline, visit, step, legacy)) for step, visit in pipeline.visits().values()
    ]


def in_file(step: Step, legacy: Legacy) -> Step:
    """The step with its line counted from the beginning of its file, also where that is a notebook."""
    if step.cell is None:
        return step
    return replace(step, line=step.line + legacy.module(step.file).cells.get(step.cell, 0))


def _visit(pipeline: WovenPipeline, visit: Visit, step: Step, legacy: Legacy) -> Visit:
    if not any(v.file.endswith(".ipynb") for v in visit.via):
        return visit
    followed = [v.function.rpartition(".")[2] for v in visit.via[1:]] + [step.function.rpartition(".")[2]]
    return replace(
        visit,
        via=tuple(
            _via(via, after, legacy, pipeline.entry.cell or 0) for via, after in zip(visit.via, followed, strict=True)
        ),
    )


def _via(via: Via, after: str, legacy: Legacy, first_cell: int) -> Via:
    """A stop on the way, by the function that it stands in or, at module level, by what is called in that line."""
    module = legacy.module(via.file)
    if not module.cells:
        return via
    starts = sorted(module.cells.items())
    for cell, start in starts:
        line = start + via.line
        if via.function == MODULE_LEVEL:
            fits = cell >= first_cell and module.function_at(line) is None and after in module.line(line)
        else:
            held = module.function_at(line)
            fits = (
                held is not None and held.qualname.endswith(via.function.rpartition(".")[2]) and line <= held.end_line
            )
        if fits:
            return replace(via, line=line)
    return replace(via, line=via.line + module.cells.get(first_cell, 0))


def script(module: Module, lines: Sequence[int]) -> Function | None:
    """The function that a script would be, if these lines of it lead to steps; None if they stand elsewhere."""
    body = [s for s in module.tree.body if isinstance(s, cst.BaseStatement)]
    guards = [s for s in body if _is_guard(s) and any(_holds(module, s, line) for line in lines)]
    if guards and all(any(_holds(module, g, line) for g in guards) for line in lines):
        inner = [s for g in guards for s in _statements(g)]
        return _made(module, inner)
    if any(module.function_at(line) is not None for line in lines):
        return None
    moved = _moved(module, body, lines)
    for statement in moved:
        module.without.append(module.span(statement))
    return _made(module, moved)


def _made(module: Module, statements: Sequence[cst.BaseStatement]) -> Function:
    stem = re.sub(r"\W+", "_", PurePosixPath(module.file).stem).strip("_").lower()
    name = f"script_{stem}" if not stem or stem[0].isdigit() else stem
    node = cst.FunctionDef(cst.Name(name), cst.Parameters(), cst.IndentedBlock(list(statements)))
    first, last = module.span(statements[0])[0], module.span(statements[-1])[1]
    return Function(module, name, given(node), None, nested=False, line=first, end_line=last, script=True)


def _is_guard(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.If) and "__name__" in reads(node.test)


def _statements(node: cst.CSTNode) -> list[cst.BaseStatement]:
    body = node.body.body if isinstance(node, cst.If) else []
    return [s for s in body if isinstance(s, cst.BaseStatement)]


def _holds(module: Module, node: cst.CSTNode, line: int) -> bool:
    first, last = module.span(node)
    return first <= line <= last


def _moved(module: Module, body: Sequence[cst.BaseStatement], lines: Sequence[int]) -> list[cst.BaseStatement]:
    """Statements with steps, those that read what these give, and those that set what these change."""
    moved = [s for s in body if any(_holds(module, s, line) for line in lines)]
    first = min((module.span(s)[0] for s in moved), default=0)
    rest = [s for s in body if s not in moved and not _defines(s)]
    # What only shows or goes through something, once the first step is made, belongs to the run.
    moved += [s for s in rest if module.span(s)[0] > first and not binds(s)]
    while True:
        given = set(binds(*moved)) | set(changed_in(moved))
        more = [s for s in rest if s not in moved and _hangs_on(module, s, given, first)]
        if not more:
            return sorted(moved, key=lambda s: module.span(s)[0])
        moved += more


def _hangs_on(module: Module, node: cst.BaseStatement, given: set[str], first: int) -> bool:
    """Whether a statement sets what the run changes, or reads it once the run has begun."""
    return bool(given & set(binds(node))) or (module.span(node)[0] > first and bool(given & set(reads(node))))


def _defines(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return True
    if _is_guard(node):
        return True
    return isinstance(node, cst.SimpleStatementLine) and all(
        isinstance(s, cst.Import | cst.ImportFrom | cst.Pass)
        or (isinstance(s, cst.Expr) and isinstance(s.value, cst.SimpleString | cst.ConcatenatedString))
        for s in node.body
    )
