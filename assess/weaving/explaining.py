"""Why a place is or is not a step: the calls on the line, what they resolve to, and which entries reach them.

The tree is followed exactly as for an assessment; only what is noted on the way differs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from assess.catalogue.catalogue import Catalogue
from assess.catalogue.facts import Fact
from assess.model.explanation import ExplainedCall, Explanation, NoPlaceError
from assess.model.step import Step, TimeoutFrom
from assess.model.woven import WovenPipeline
from assess.reading.testing import is_test
from assess.reading.tree import SourceTree
from assess.resolving.interpreter import open_session
from assess.resolving.program import FunctionInfo, ModuleInfo
from assess.resolving.running import Session
from assess.resolving.values import source_text
from assess.weaving.meaning import meaning
from assess.weaving.pipelines import weave_session
from assess.weaving.watching import Seen, Watcher

MOST_CALLS_SHOWN = 8
MOST_NAMED = 4


def explain_place(
    tree: SourceTree, catalogue: Catalogue, file: str, line: int, cell: int | None, wanted: Sequence[str] = ()
) -> Explanation:
    """What is known of the calls on a line; `wanted` are the owner's entries. Raises NoPlaceError."""
    session = open_session(tree, catalogue)
    module = _module(session, file, line, cell)
    nodes = _calls(module, line, cell)
    watcher = Watcher(nodes)
    session.operations = watcher.operations
    pipelines, _ = weave_session(session, catalogue, wanted)
    teller = _Teller(session, pipelines, module, cell)
    function = _enclosing(module, line, cell)
    calls = tuple(teller.call(watcher.seen[id(node)]) for node in nodes[:MOST_CALLS_SHOWN])
    because = (
        list(teller.place(function, watcher.seen.values())) if nodes else ["No call stands here, so there is no step."]
    )
    return Explanation(file, line, cell, function.qualified_name if function else None, calls, tuple(because))


def _module(session: Session, file: str, line: int, cell: int | None) -> ModuleInfo:
    tree = session.program.tree
    if file not in tree.data:
        reason = next((s.reason for s in tree.skipped if s.file == file or file.startswith(f"{s.file}/")), None)
        said = f"was left out: {reason}" if reason else "is no Python file or notebook of this tree"
        raise NoPlaceError(f"{file} {said}.")
    module = session.program.module(file)
    if module.syntax is None:
        reason = next(s.reason for s in tree.skipped if s.file == file)
        raise NoPlaceError(f"{file} was left out: {reason}.")
    if not 1 <= line <= len(module.syntax.lines(cell)):
        cells = " In a notebook the place is FILE[CELL]:LINE." if file.endswith(".ipynb") and cell is None else ""
        raise NoPlaceError(f"{file} has no line {line}{'' if cell is None else f' in cell {cell}'}.{cells}")
    return module


def _calls(module: ModuleInfo, line: int, cell: int | None) -> list[ast.Call]:
    """The calls that start on the line, outermost first; else the innermost that goes over it."""
    assert module.syntax is not None
    found = [
        node
        for block in module.syntax.blocks
        if block.cell == cell
        for statement in block.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
    ]
    here = [n for n in found if n.lineno == line or _verb_line(n) == line]
    if here:
        return sorted(here, key=lambda n: (n.col_offset, -(n.end_lineno or 0), -(n.end_col_offset or 0)))
    around = [n for n in found if n.lineno <= line <= (n.end_lineno or n.lineno)]
    return sorted(around, key=lambda n: n.lineno)[-1:]


def _verb_line(node: ast.Call) -> int:
    return node.func.end_lineno or node.lineno


def _enclosing(module: ModuleInfo, line: int, cell: int | None) -> FunctionInfo | None:
    around = [
        info
        for info in module.functions.values()
        if info.cell == cell
        and not isinstance(info.node, ast.Lambda)
        and info.node.lineno <= line <= (info.node.end_lineno or 0)
    ]
    return max(around, key=lambda info: info.node.lineno, default=None)


class _Teller:
    def __init__(
        self, session: Session, pipelines: tuple[WovenPipeline, ...], module: ModuleInfo, cell: int | None
    ) -> None:
        self._session = session
        self._module = module
        self._steps: dict[str, list[tuple[WovenPipeline, Step]]] = {}
        for pipeline in pipelines:
            for step in pipeline.steps:
                if step.file == module.path and step.cell == cell:
                    self._steps.setdefault(_key(step.line, step.column, step.call), []).append((pipeline, step))

    def call(self, seen: Seen) -> ExplainedCall:
        """One call, and why it is what it is."""
        node = seen.node
        written = source_text(node.func, 100)
        steps = self._steps.get(_key(node.lineno, node.col_offset, _last(node)), [])
        if steps:
            verdict, because = "a step", list(self._step(steps))
        elif seen.callees:
            verdict, because = "no step", list(dict.fromkeys(meaning(self._session, seen, self._module)))
        else:
            verdict, because = "no step", ["No run that was followed comes by here."]
        return ExplainedCall(node.lineno, node.col_offset, written, verdict, tuple(because))

    def _step(self, steps: list[tuple[WovenPipeline, Step]]) -> Iterator[str]:
        step = steps[0][1]
        billed = ", billed" if step.billed else ""
        yield f"It resolves to {step.target}: kind {step.kind}, effect {step.effect}{billed}."
        fact = self._session.fact(step.target or "")
        if fact is not None:
            of = f" of provider {fact.provider}" if fact.provider else ""
            yield f"A row of the catalogue{of} says so{f', read in {fact.source}' if fact.source else ''}."
            yield from self._version(step, fact)
        else:
            yield "No row of the catalogue says so: it was joined from what its implementations call."
        if step.region.made_at is not None:
            yield f"The client was made at {step.region.made_at}."
        for pipeline, reached in steps[:MOST_NAMED]:
            via = reached.visits[0].via
            way = " via " + ", ".join(f"{v.file}:{v.line}" for v in via) if via else ""
            yield f"Reached from {pipeline.entry.symbol} in {pipeline.entry.file}:{pipeline.entry.line}{way}."
        if len(steps) > MOST_NAMED:
            yield f"Reached from {len(steps) - MOST_NAMED} more entries."

    def _version(self, step: Step, fact: Fact) -> Iterator[str]:
        """For which version of the package the facts hold, and what its defaults are."""
        if step.sdk is None:
            return
        source = step.sdk.source
        told = f"as {source} asks for it" if source else "for no file beside the code asks for a version"
        yield f"Its facts are those of {step.sdk.package} {step.sdk.version}, {told}."
        used = self._session.used(fact.read, step.file)
        if used is not None and not fact.at(used.version).versions.holds(used.version):
            yield f"That version does not have this call: it is of {fact.read.package} {fact.versions}."
        if step.timeout.source is TimeoutFrom.DEFAULT and step.timeout.seconds is not None:
            yield f"The code sets no time-out; the default of that version is {step.timeout.seconds:g} s."

    def place(self, function: FunctionInfo | None, seen: Iterable[Seen]) -> Iterator[str]:
        """What is to be said of the line as a whole: who comes by, or why nobody does."""
        if any(s.runs for s in seen):
            runs = list(dict.fromkeys(run for s in seen for run in s.runs))
            more = f" and {len(runs) - MOST_NAMED} more" if len(runs) > MOST_NAMED else ""
            yield f"Runs that come by: {', '.join(runs[:MOST_NAMED])}{more}."
        else:
            yield from self._dead(function, muted=any(s.muted for s in seen))
        if self._session.cut:
            cut = sorted(self._session.cut)
            more = f" and {len(cut) - MOST_NAMED} more" if len(cut) > MOST_NAMED else ""
            yield f"Not everything was followed: runs from {', '.join(cut[:MOST_NAMED])}{more} went over their budget."

    def _dead(self, function: FunctionInfo | None, *, muted: bool) -> Iterator[str]:
        if is_test(self._module.path):
            yield "The file only tests others, so nothing in it is an entry."
        elif muted:
            yield "It runs only while its module is imported or an object is made up, which is part of no pipeline."
        if function is None:
            return
        callers = list(self._callers(function.name))
        if callers:
            places = ", ".join(callers[:MOST_NAMED])
            yield f"No entry reaches {function.qualified_name}; the name is called at {places}, where no run comes by."
        else:
            yield (
                f"No entry reaches {function.qualified_name}, and nothing in this tree calls that name: it is dead "
                "code, or something outside of the tree starts it."
            )

    def _callers(self, name: str) -> Iterator[str]:
        for module in self._session.program.modules():
            for block in module.syntax.blocks if module.syntax else ():
                for statement in block.body:
                    for node in ast.walk(statement):
                        match node:
                            case ast.Call(func=ast.Name(id=said) | ast.Attribute(attr=said)) if said == name:
                                yield f"{module.path}:{node.lineno}"


def _key(line: int, column: int, call: str) -> str:
    return f"{line}:{column}:{call.rpartition('.')[2]}"


def _last(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Call() as inner:
            return f"{_last(inner)}()"
    return source_text(node.func, 40)
