"""What something outside can start: handlers, tasks, commands, scripts, notebooks, a library's public functions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from assess.frameworks.registry import implements, registers, starts
from assess.frameworks.rules import Starts
from assess.model.step import Kind
from assess.model.woven import Entry, Trigger, TriggerKind
from assess.reading.parse import is_main_test
from assess.reading.small import read_small
from assess.reading.testing import is_test
from assess.resolving.graphs import Build
from assess.resolving.interpreter import load_modules, run_function, run_graph, run_module
from assess.resolving.program import ClassInfo, FunctionInfo, ModuleInfo
from assess.resolving.running import Decoration, Session
from assess.resolving.tasks import Plan, plans
from assess.resolving.trace import Branch, Called, Event, Logged, Node, Trace
from assess.resolving.values import External, Function, options, text_of
from assess.weaving.bases import external_bases
from assess.weaving.beside import Reached, find_reached
from assess.weaving.exports import called_first, handed_out, is_chain, offered
from assess.weaving.guarding import guarded, note_left_out
from assess.weaving.pages import parts_of
from assess.weaving.running_on import engine_of
from assess.weaving.wanted import DETAIL, wanted_functions


@dataclass(eq=False, slots=True)
class Candidate:
    """One entry with the trace of a run from it."""

    entry: Entry
    triggers: list[Trigger]
    frameworks: set[str]
    engine: str | None
    trace: Trace
    function: FunctionInfo | None = None


def find_candidates(session: Session, wanted: Sequence[str] = ()) -> list[Candidate]:
    """Every entry whose run makes at least one call outside, in order of file and line; `wanted` are the owner's."""
    load_modules(session)
    modules = [m for m in session.program.modules() if not is_test(m.path)]
    found = _Found(session)
    _from_definitions(found, modules)
    for module in modules:
        if _runs_itself(module):
            found.script(module)
    _from_registrations(found)
    for info in wanted_functions(session.program, wanted):
        found.function(info, Trigger(TriggerKind.LIBRARY, DETAIL))
    for reached in find_reached(session):
        found.beside(reached)
    if _is_library(session) or not found.candidates:
        named = _mentioned(modules)
        functions = [info for module in modules for info in module.functions.values()]
        # What nobody seems to call goes first: most of the others are then known to be called.
        for info in sorted(functions, key=lambda f: f.name in named):
            found.public(info)
        found.offered(modules)
    return found.chosen()


def _from_definitions(found: _Found, modules: list[ModuleInfo]) -> None:
    """Functions whose decorators or base classes say that something starts them."""
    for module in modules:
        for info in module.functions.values():
            found.started(info)
        for cls in module.classes.values():
            found.implemented(cls)


def _from_registrations(found: _Found) -> None:
    """Functions that were handed to a server, consumer or schedule, and graphs that were compiled."""
    for handed in found.session.handed:
        rule = registers(handed.path)
        if rule is not None and isinstance(handed.function, Function) and not is_test(handed.function.info.module.path):
            found.function(handed.function.info, Trigger(rule.trigger, handed.path), rule.framework)
    for build in list(found.session.graphs.values()):
        if isinstance(build, Build) and build.compiled and not build.inner and not is_test(build.spot.file):
            found.graph(build)
    for plan in plans(found.session.graphs):
        if not is_test(plan.spot.file):
            found.planned(plan)


class _Found:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.candidates: dict[object, Candidate] = {}
        self.library: set[object] = set()

    def function(
        self, info: FunctionInfo, trigger: Trigger, framework: str | None = None, engine: str | None = None
    ) -> None:
        """Follow a function from outside; known ones only get one more trigger."""
        key = id(info.node)
        if key not in self.candidates:
            name = info.qualified_name
            trace = self._followed(info.module.path, name, partial(_run, self.session, info))
            entry = Entry(info.module.path, info.node.lineno, info.cell, info.qualified_name)
            self.candidates[key] = Candidate(entry, [], set(), None, trace, info)
        candidate = self.candidates[key]
        if trigger not in candidate.triggers:
            candidate.triggers.append(trigger)
        if framework is not None:
            candidate.frameworks.add(framework)
        candidate.engine = candidate.engine or engine

    def _followed(self, file: str, what: str, work: Callable[[], Trace]) -> Trace:
        """The trace of a run, empty (and noted) if the code is too deep or the effort for this tree is spent."""
        return Trace() if self.session.spent(file) else guarded(self.session, file, what, work, Trace())

    def started(self, info: FunctionInfo) -> None:
        """A function whose decorators say that something starts it."""
        for decoration in self.session.decorations.get(id(info.node), ()):
            rule = starts(decoration.path)
            if rule is not None:
                self.function(info, Trigger(rule.trigger, _detail(rule, decoration, info)), rule.framework, rule.engine)
        if info.cls is None and info.name in ("lambda_handler", "handler") and _takes_event(info):
            self.function(info, Trigger(TriggerKind.PLATFORM, "function handler"), "aws_lambda")

    def implemented(self, cls: ClassInfo) -> None:
        """A class whose base says that something calls its methods."""
        for base in external_bases(self.session, cls) if cls.node.bases else ():
            for rule in implements(base):
                for name, method in cls.methods.items():
                    if name in rule.methods:
                        self.function(method, Trigger(rule.trigger, f"{cls.name}.{name}"), rule.framework, rule.engine)

    def graph(self, build: Build) -> None:
        """A graph that is built and compiled: a platform or any caller may run it."""
        key = (build.spot.file, build.spot.line, build.spot.cell)
        if key in self.candidates:
            return
        trace = self._followed(build.spot.file, "a graph", lambda: run_graph(self.session, build))
        symbol = _graph_name(self.session, build) or build.spot.function.rpartition(".")[2]
        entry = Entry(build.spot.file, build.spot.line, build.spot.cell, symbol)
        trigger = Trigger(TriggerKind.PLATFORM, f"graph {symbol}")
        self.candidates[key] = Candidate(entry, [trigger], {"langgraph"}, "langgraph_checkpointer", trace)

    def planned(self, plan: Plan) -> None:
        """Tasks that were declared for a scheduler, outside a function that would be the entry."""
        spot = plan.spot
        entry = Entry(spot.file, spot.line, spot.cell, plan.name)
        trigger = Trigger(TriggerKind.SCHEDULE, f"dag {plan.name}")
        trace = Trace([plan.graph()])
        key = (spot.file, spot.line, spot.cell)
        self.candidates.setdefault(key, Candidate(entry, [trigger], {"airflow"}, "airflow", trace))

    def beside(self, reached: Reached) -> None:
        """What a file beside the code starts: one more trigger for what is known, else an entry of its own."""
        match reached.aim:
            case FunctionInfo() as info if not is_test(info.module.path):
                self.function(info, reached.trigger, reached.framework)
            case Build() as build if not is_test(build.spot.file):
                self.graph(build)
                self.candidates[build.spot.file, build.spot.line, build.spot.cell].frameworks.add("langgraph_platform")
                self._also((build.spot.file, build.spot.line, build.spot.cell), reached.trigger)
            case ModuleInfo() as module if not is_test(module.path):
                run = [Trigger(kind, module.path) for kind in (TriggerKind.SCRIPT, TriggerKind.NOTEBOOK)]
                if not any(t in c.triggers for c in self.candidates.values() for t in run):
                    self.script(module)
                for key, candidate in self.candidates.items():
                    if any(t in candidate.triggers for t in run):
                        self._also(key, reached.trigger)

    def _also(self, key: object, trigger: Trigger) -> None:
        triggers = self.candidates[key].triggers
        if trigger not in triggers:
            triggers.append(trigger)

    def script(self, module: ModuleInfo) -> None:
        """A file that is run as a program, or a notebook: its own calls, else the functions that it calls."""
        trace = self._followed(module.path, "the script", lambda: run_module(self.session, module)[0])
        if module.path.endswith(".ipynb"):
            self._notebook(module, trace)
            return
        parts = parts_of(self.session, module, trace)
        for number, part in enumerate(parts):
            self._part(module, part, number if len(parts) > 1 else None)

    def _part(self, module: ModuleInfo, trace: Trace, number: int | None) -> None:
        """A script, or one part of a page."""
        active = [n for n in trace.nodes if not isinstance(n, Logged) and _has_events(n)]
        if not active:
            return
        trigger = Trigger(TriggerKind.SCRIPT, module.path)
        calls = _calls_only(active)
        if number is not None and any(c.definition.file != module.path for c in calls or ()):
            calls = None
        inner = _same_inside(calls) if calls is not None else None
        if calls is not None and (inner is not None or _exclusive(active)):
            for called in [inner] if inner is not None else calls:
                self._called(_innermost(called), trigger)
            return
        entry = Entry(module.path, 1, None, "<module>")
        self.candidates[module.path, None, number] = Candidate(entry, [trigger], set(), None, Trace(list(trace.nodes)))

    def _notebook(self, module: ModuleInfo, trace: Trace) -> None:
        """Each cell that starts a chain is an entry; a cell that uses what an earlier one got goes on with it."""
        groups: list[tuple[set[int], list[Node]]] = []
        by_cell: dict[int | None, list[Node]] = {}
        for node in trace.nodes:
            by_cell.setdefault(node.spot.cell, []).append(node)
        for nodes in by_cell.values():
            if not any(not isinstance(n, Logged) and _has_events(n) for n in nodes):
                continue
            events = list(Trace(list(nodes)).events())
            numbers = {e.number for e in events}
            used = {u for e in events for u in e.uses} - numbers
            before = next((g for g in reversed(groups) if g[0] & used), None)
            if before is not None:
                before[0].update(numbers)
                before[1].extend(nodes)
            else:
                groups.append((numbers, list(nodes)))
        trigger = Trigger(TriggerKind.NOTEBOOK, module.path)
        for _, nodes in groups:
            first = next(n for n in nodes if not isinstance(n, Logged) and _has_events(n))
            entry = Entry(module.path, first.spot.line, first.spot.cell, "<module>")
            self.candidates[module.path, first.spot.cell] = Candidate(entry, [trigger], set(), None, Trace(nodes))

    def _called(self, called: Called, trigger: Trigger) -> None:
        spot = called.definition
        owner = self.session.program.module(spot.file)
        for info in owner.functions.values():
            if info.node.lineno == spot.line and info.qualified_name == spot.function:
                known = self.candidates.get(id(info.node))
                self.function(info, trigger)
                fresh = self.candidates[id(info.node)]
                # What the script passes in is known better than what annotations promise.
                if known is None and _count(Trace([called])) > _count(fresh.trace):
                    fresh.trace = Trace(list(called.body.nodes))
                return

    def public(self, info: FunctionInfo) -> None:
        """A public function of a library."""
        if isinstance(info.node, ast.Lambda) or "<locals>" in info.qualified_name or info.abstract:
            return
        if any(part.startswith("_") for part in info.qualified_name.split(".")) or _private(info.module.path):
            return
        key = id(info.node)
        if key in self.candidates or key in self.session.called:
            return
        self.function(info, Trigger(TriggerKind.LIBRARY, info.qualified_name))
        self.library.add(key)

    def offered(self, modules: list[ModuleInfo]) -> None:
        """What the library offers to its users, although it also calls it itself."""
        for info in offered(self.session, modules):
            self._offer(info)
        self._offer_what_commands_call()
        for factory in [f for module in modules for f in module.functions.values()]:
            handed = handed_out(factory)
            if handed:
                self._followed(factory.module.path, factory.name, partial(_run, self.session, factory))
            for info, name in handed:
                self.function(info, Trigger(TriggerKind.LIBRARY, name))

    def _offer_what_commands_call(self) -> None:
        """A command line stands for functions that others import and call themselves; a script's own are its own."""
        commands = [
            c
            for c in self.candidates.values()
            if any(t.kind in (TriggerKind.CLI, TriggerKind.SCRIPT) for t in c.triggers)
        ]
        for command, called in [(c, d) for c in commands for d in called_first(c.trace) if is_chain(d.body)]:
            if called.definition.file == command.entry.file and _only_scripts(command):
                continue
            for info in self.session.program.module(called.definition.file).functions.values():
                if info.node.lineno == called.definition.line and info.cls is None:
                    self._offer(info)

    def _offer(self, info: FunctionInfo) -> None:
        if info.abstract or info.name.startswith("_") or is_test(info.module.path) or _private(info.module.path):
            return
        key = id(info.node)
        known = self.candidates.get(key)
        if known is not None and key not in self.library:
            return
        self.function(info, Trigger(TriggerKind.LIBRARY, info.qualified_name))
        if known is None and not is_chain(self.candidates[key].trace):
            del self.candidates[key]
        else:
            self.library.discard(key)

    def chosen(self) -> list[Candidate]:
        """The candidates with steps; of a library's functions those that no other function of it calls.

        A library's function that only reads or writes one local file is a helper of those who call it, no pipeline,
        unless the library does nothing else.
        """
        known = {
            key: c
            for key, c in self.candidates.items()
            if not c.trace.silent and not (key in self.library and key in self.session.called)
        }
        kept = [c for key, c in known.items() if key not in self.library or not _one_file(c.trace)] or [*known.values()]
        for candidate in kept:
            candidate.engine = candidate.engine or engine_of(self.session, candidate.trace)
        note_left_out(self.session, [c.trace for c in kept], [c.trace for c in self.candidates.values()])
        return sorted(kept, key=lambda c: (c.entry.file, c.entry.cell or 0, c.entry.line, c.entry.symbol))


def _only_scripts(candidate: Candidate) -> bool:
    return all(trigger.kind is TriggerKind.SCRIPT for trigger in candidate.triggers)


def _run(session: Session, info: FunctionInfo) -> Trace:
    return run_function(session, info)[0]


def _graph_name(session: Session, build: Build) -> str | None:
    """The name under which its module keeps a graph, the compiled one if there are two."""
    scope = session.module_scopes.get(build.spot.file)
    found = [
        (option.path.endswith("CompiledStateGraph"), name)
        for name, value in (scope.names.items() if scope is not None else ())
        for option in options(value)
        if isinstance(option, External) and option.made is build.made
    ]
    return max(found)[1] if found else None


def _mentioned(modules: list[ModuleInfo]) -> set[str]:
    """Every name that the code of these modules mentions."""
    return {
        name
        for module in modules
        for names in (module.names, *(info.names for info in module.functions.values()))
        for name in names
    }


def _private(path: str) -> bool:
    return any(part.startswith("_") and part != "__init__.py" for part in PurePosixPath(path).parts)


def _count(trace: Trace) -> int:
    return sum(1 for _ in trace.events())


def _one_file(trace: Trace) -> bool:
    events = list(trace.events())
    return len({event.spot for event in events}) == 1 and events[0].fact.kind is Kind.FILE


def _has_events(node: Node) -> bool:
    return not Trace([node]).silent


def _calls_only(nodes: Sequence[Node]) -> list[Called] | None:
    """The functions of the tree that these nodes call, if the nodes make no call outside themselves."""
    found: list[Called] = []
    for node in nodes:
        if isinstance(node, Event):
            return None
        if isinstance(node, Called):
            found.append(node)
            continue
        if isinstance(node, Logged):
            continue
        for part in node.parts():
            inner = _calls_only([n for n in part.nodes if not isinstance(n, Logged) and _has_events(n)])
            if inner is None:
                return None
            found += inner
    distinct = {(c.definition.file, c.definition.line): c for c in found}
    return list(distinct.values())


def _exclusive(nodes: Sequence[Node]) -> bool:
    """Whether a run makes only one of these calls: a command line that chooses what to do."""
    return len(nodes) == 1 and isinstance(nodes[0], Branch)


_DOORS = ("main", "cli", "run", "amain", "async_main", "entrypoint")


def _innermost(called: Called) -> Called:
    """A `main` that only reads arguments and calls one function is started for that function.

    So is a wrapper that is called like what it wraps: `sync_answer` around `answer`.
    """
    while (inner := _only_call(called)) is not None:
        if called.name.strip("_") not in _DOORS and inner.name not in called.name:
            break
        called = inner
    return called


def _only_call(called: Called) -> Called | None:
    """The one function that a function calls, if nothing else of it makes a call outside."""
    calls = _calls_only([n for n in called.body.nodes if not isinstance(n, Logged) and _has_events(n)])
    if calls is None or len(calls) != 1 or _count(Trace([calls[0]])) != _count(called.body):
        return None
    return calls[0]


def _same_inside(calls: list[Called]) -> Called | None:
    """The one function that these calls come to: a script that tries one function with several inputs."""
    if len(calls) == 1:
        return calls[0]
    inside = [_only_call(called) or called for called in calls]
    places = {(c.definition.file, c.definition.line) for c in inside}
    return inside[0] if len(places) == 1 else None


def _runs_itself(module: ModuleInfo) -> bool:
    syntax = module.syntax
    if syntax is None:
        return False
    if syntax.has_main or module.path.endswith((".ipynb", "__main__.py")):
        return True
    return any(_acts(statement) for block in syntax.blocks for statement in block.body)


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement at module level does more than define."""
    match statement:
        case ast.Expr(value=ast.Call() | ast.Await()):
            return True
        case ast.For() | ast.While() | ast.With() | ast.AsyncFor() | ast.AsyncWith():
            return True
        case ast.If(test=test):
            return not is_main_test(test) and any(_acts(s) for s in statement.body)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return isinstance(value, ast.Await | ast.Call)
    return False


def _takes_event(info: FunctionInfo) -> bool:
    names = [a.arg for a in info.node.args.args]
    return len(names) == 2 and names[0] in ("event", "request", "req", "_event") and "context" in names[1]


def _detail(rule: Starts, decoration: Decoration, info: FunctionInfo) -> str:
    given = text_of(decoration.positional[0]) if decoration.positional else None
    named = next((t for k in ("path", "name", "queue") if (t := text_of(decoration.keywords.get(k)))), None)
    last = decoration.path.rpartition(".")[2]
    what = given or named or info.name
    return f"{last.upper()} {what}" if rule.trigger is TriggerKind.HTTP else f"{last} {what}"


LARGEST_PROJECT = 256_000
"""Bytes of a `pyproject.toml` that a person wrote."""


def _is_library(session: Session) -> bool:
    root = session.program.tree.root
    if any(root.glob("*.dist-info")):
        return True
    return (root / "setup.py").exists() or _is_named(read_small(root / "pyproject.toml", LARGEST_PROJECT) or b"")


def _is_named(project: bytes) -> bool:
    try:
        said = tomllib.loads(project.decode()).get("project")
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("name") is not None
