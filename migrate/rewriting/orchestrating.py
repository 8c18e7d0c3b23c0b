"""The way of a pipeline as workflow code: the entry becomes `run`, functions on the way become methods beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import libcst as cst

from assess.model.step import Kind, Step, Visit
from assess.model.woven import WovenPipeline
from migrate.plan import How
from migrate.rewriting.answers import Uses, asks_over_http
from migrate.rewriting.beginning import route
from migrate.rewriting.bodies import closer, local_names, never_bound, starred, with_unset
from migrate.rewriting.calling import Calling
from migrate.rewriting.copies import Copies
from migrate.rewriting.crossing import UNKNOWN, Annotation, result_of, without_none
from migrate.rewriting.defaults import left_out
from migrate.rewriting.determinism import violations
from migrate.rewriting.draft import Draft, Factory, Given, Note, Unit, UntranslatableError, WaitPoint, Way
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.limits import limit_around
from migrate.rewriting.looking import with_docstring_of_method, yields
from migrate.rewriting.names import binds, imported_in, parameter_names, reads, target_names
from migrate.rewriting.objects_given import ask_of_results, refuse_or_ask
from migrate.rewriting.parameters import is_service, parameters_of
from migrate.rewriting.rendering import adapter_function, wanted_factories, workflow_functions
from migrate.rewriting.requested import given_by_framework
from migrate.rewriting.sites import NoEntryError, Route, Site, last_name
from migrate.rewriting.soundness import read_too_early
from migrate.rewriting.source import Function, Legacy, dotted_name
from migrate.rewriting.stateful import of_the_run, tell_of_state
from migrate.rewriting.statements import Statements
from migrate.rewriting.syntax import calls_in, inside
from migrate.rewriting.texts import without_gaps
from migrate.rewriting.vocabulary import Vocabulary
from migrate.rewriting.waiting import describe_answer, human_waits, polled_for_people, words_compared


def orchestrate(pipeline: WovenPipeline, root: Path, words: Vocabulary) -> Draft:
    """Read the legacy source and draft the workflow. Raises NoEntryError, UnreadableError."""
    # What is read as something else than it says, and does not come out right, is read as it says.
    for consumers, detached in ((True, True), (True, False)):
        try:
            return _drafted(pipeline, root, words, consumers=consumers, detached=detached)
        except NoEntryError:
            continue
    return _drafted(pipeline, root, words, consumers=False, detached=False)


def _drafted(pipeline: WovenPipeline, root: Path, words: Vocabulary, *, consumers: bool, detached: bool) -> Draft:
    files = {s.file for s in pipeline.steps} | {v.file for s in pipeline.steps for x in s.visits for v in x.via}
    legacy = Legacy(root, pipeline.entry.file, files)
    way = route(pipeline, legacy, consumers=consumers, detached=detached)
    draft = Draft(legacy, Copies(legacy), way.function, pipeline, passages=way.passages, left=way.left)
    work = _Orchestration(draft, words, human_waits(pipeline))
    draft.returns = result_of(draft.copies, way.function, set())
    draft.parameters = parameters_of(draft, way.function)
    mark = draft.mark()
    everything = list(draft.parameters)
    try:
        work.translate(way, draft.entry_method, work.objects_of_caller(way.function))
        _refuse_what_cannot_be_replayed(draft)
        _refuse_calls_of_what_was_altered(draft)
        tell_of_state(draft, words)
        ask_of_results(draft)
    except UntranslatableError as problem:
        if any(f.altered for m in legacy.read() for f in m.every):
            raise NoEntryError(f"{problem.file}:{problem.line}: {problem.reason}") from None
        draft.back_to(mark)
        draft.parameters = everything
        work.whole(way, problem)
    work.account(way)
    draft.people = work.waits
    draft.notes += [_beside(thread) for thread in way.threads]
    used = wanted_factories(draft)
    draft.notes = [n for n in draft.notes if n.factory is None or n.factory in used]
    return draft


def _beside(thread: Function) -> Note:
    return Note(
        thread.module.file,
        thread.line,
        f"What {thread.qualname} does in a thread is part of the run, where something is put into its queue",
        "a thread and its queue are lost with the process; as in the original, an error of it does not end the run",
        "the run waits for it, and one that fails for good is seen in the history only",
        question=False,
    )


def _refuse_what_cannot_be_replayed(draft: Draft) -> None:
    """The last look: what was missed on the way must not come out."""
    place = draft.entry.module.file, draft.entry.line
    workflow = workflow_functions(draft)
    try:
        found = violations("class Workflow:\n" + workflow)
    except SyntaxError as problem:
        raise UntranslatableError(f"its code does not fit into a workflow ({problem.msg})", *place) from None
    if found:
        raise UntranslatableError(found[0].partition(": ")[2], *place)
    for functions in (workflow, *(adapter_function(u) for u in draft.units)):
        early = read_too_early(functions)
        if early is not None:
            raise UntranslatableError(f"`{early}` means one thing before and another one after it is set", *place)


def _refuse_calls_of_what_was_altered(draft: Draft) -> None:
    """Functions that were read as something else must not be called as they are."""
    altered = {f.name for m in draft.legacy.read() for f in m.every if f.altered}
    for unit in draft.units if altered else []:
        if any(last_name(c.func) in altered for s in unit.body for c in calls_in(s)):
            raise UntranslatableError("an activity would call a function that hands work on", unit.file, unit.line)


class _Orchestration:
    def __init__(self, draft: Draft, words: Vocabulary, waits: set[str]) -> None:
        self.draft = draft
        self.words = words
        self.waits = waits
        self.refused: dict[Way, UntranslatableError] = {}
        self.uses = Uses(draft.legacy)
        self._objects: dict[Site, dict[str, str]] = {}

    def translate(self, way: Route, name: str, objects: Mapping[str, str]) -> None:
        """Add the function to the workflow under this name; `objects` are parameters that activities get themselves.

        Raises UntranslatableError.
        """
        function = way.function
        self._check(way)
        self.waits |= polled_for_people(way)
        around = Surroundings(self.draft.legacy, function, local_names(function))
        around.state = self.draft.state.in_function(function)
        hidden = self.draft.state.hidden(function) & (local_names(function) - set(binds(function.node.body)))
        if hidden:
            raise UntranslatableError(
                f"`{min(hidden)}` is a variable of the module and one of a function inside",
                function.module.file,
                function.line,
            )
        around.locals |= set(around.state)
        around.touched = lambda nodes: self.draft.state.touched(function, nodes)
        expressions = Expressions(self.draft, self.words, way, around)
        around.objects |= objects
        expressions.method_of = lambda site: self.method_of(site, expressions.calling)
        expressions.held_arguments = lambda site: self._held_arguments(site, expressions.calling)
        expressions.left_out = lambda site, given: left_out(
            self.draft, self.words, site, expressions.calling.bind(site, given), self._objects.get(site, {})
        )
        expressions.wait_of = lambda site: self.wait_of(way, site)
        for param, annotation, _ in parameters_of(self.draft, function):
            if param not in objects:
                around.types[param] = annotation
        statements = Statements(expressions)
        statements.building.refuse_objects_made_anew()
        body = statements.suite(function.node.body)
        unset = dict.fromkeys(expressions.unset, "Any = None") | dict.fromkeys(never_bound(function, body), "Any")
        body = with_unset(body, unset | starred(function))
        body = of_the_run(body, around.state, self.draft.units, self.words)
        self.draft.functions.append(self._function(function, name, body, objects))

    def objects_of_caller(self, function: Function) -> dict[str, str]:
        """Parameters of the entry that are objects: a run can only be started with what can be stored."""
        found = {}
        framework = given_by_framework(function)
        for name, annotation, _ in list(self.draft.parameters):
            theirs = name in framework
            service = theirs or is_service(self.draft, function, name)
            made = self._by_default(function, name) if not annotation.copies else None
            if not theirs and annotation.storable and made is None:
                continue
            if made is not None or service or self.uses.as_object(function, name):
                found[name] = made or self._missing(function, name)
        self.draft.parameters = [p for p in self.draft.parameters if p[0] not in found]
        return found | self._objects_around(function)

    def _objects_around(self, function: Function) -> dict[str, str]:
        """What a function inside a function takes from those around it."""
        found: dict[str, str] = {}
        own = set(parameter_names(function.node.params)) | set(binds(function.node.body))
        parts = function.qualname.split(".<locals>.")
        for cut in range(1, len(parts)):
            outer = function.module.functions.get(".<locals>.".join(parts[:cut]))
            if outer is None:
                continue
            given = {*parameter_names(outer.node.params), *binds(outer.node.body)} - imported_in(outer.node.body)
            for name in reads(function.node.body):
                if name in given and name not in own:
                    found[name] = self._missing(outer, name)
        return found

    def _by_default(self, function: Function, name: str) -> str | None:
        """An object that the function makes itself where its caller gives none."""
        params = function.node.params
        every = (*params.posonly_params, *params.params, *params.kwonly_params)
        made = next((p.default for p in every if p.name.value == name and isinstance(p.default, cst.Call)), None)
        called = self.draft.legacy.resolve(function.module, dotted_name(made.func) or "") if made is not None else None
        value = made is not None and self.draft.copies.valued.is_value(function.module, dotted_name(made.func) or "")
        if made is None or value or called is None or called[1] not in called[0].classes:
            return None
        needed = Surroundings(self.draft.legacy, function, ()).needed(made)
        line = cst.SimpleStatementLine([cst.Return(made)])
        place = f"{function.module.file}:{function.module.span(made)[0]}"
        factory = self.draft.factory(
            f"{function.name}_{name}".lower(), Factory([line], dict(needed.imports), dict(needed.instances), place)
        )
        self.draft.notes.append(
            Note(
                function.module.file,
                function.line,
                f"Does every caller leave `{name}` to its default?",
                f"it cannot be stored, so activities make it as {function.name} does where nothing is given",
                "a caller who gives another one would find that it is not used",
                factory=factory,
            )
        )
        return factory

    def _missing(self, function: Function, name: str) -> str:
        """An object that the code does not show how to make."""
        place = f"{function.module.file}:{function.line}"
        sentence = f"TODO(lastgood): {place}: How is `{name}` made? {function.name} has it from its caller"
        raised = cst.parse_statement(f"raise NotImplementedError({json.dumps(sentence)})")
        self.draft.notes.append(
            Note(
                function.module.file,
                function.line,
                f"How is `{name}` made?",
                f"{function.name} has it from its caller, and it cannot be stored: the adapter has to make it",
                "the worker raises NotImplementedError at the first step that uses it",
                factory=(
                    made := self.draft.factory(f"{function.name}_{name}".lower(), Factory([raised], {}, {}, place))
                ),
            )
        )
        return made

    def _check(self, way: Route) -> None:
        function = way.function
        if way.lost:
            step, _ = way.lost[0]
            raise UntranslatableError("the way to a step cannot be followed", step.file, step.line)
        if function.nested and function is not self.draft.entry:
            raise UntranslatableError("it is a function inside a function", function.module.file, function.line)
        if yields(function):
            raise UntranslatableError("it is a generator", function.module.file, function.line)

    def _held_arguments(self, site: Site, calling: Calling) -> list[cst.Arg]:
        objects = self._objects.get(site, {})
        bound = calling.bind(site, site.node.args) if objects else []
        return [argument for param, argument in bound if param.name.value in objects]

    def method_of(self, site: Site, calling: Calling) -> str | None:
        """The workflow's own method for a function on the way to several visits; None if it stays one activity."""
        if site.inner is None or site.callee is None or site.opaque:
            return None
        callee = site.callee
        if not callee.altered and (not site.many or self._one_transaction(site)):
            return None
        way: Way = callee, ()
        mark = self.draft.mark()
        try:
            if site not in self._objects:
                self._objects[site] = calling.objects_of(site, self.uses)
            objects = self._objects[site]
            way = callee, tuple(sorted(objects.items()))
            if not site.as_argument:
                left_out(self.draft, self.words, site, calling.bind(site, site.node.args), objects)
            if way in self.draft.methods:
                return self.draft.methods[way]
            if way in self.refused:
                return None
            refuse_or_ask(self.draft, calling.route.function, site)
            name = self.draft.methods[way] = self.draft.unique(callee.name)
            self._check_caller(site, calling)
            self.translate(site.inner, name, objects)
        except UntranslatableError as problem:
            self.draft.back_to(mark)
            if callee.altered:
                raise
            if way in self.refused:
                return None
            self.refused[way] = problem
            self.draft.notes.append(
                Note(
                    problem.file,
                    problem.line,
                    f"{callee.qualname} is called as one activity: {problem.reason}",
                    "its statements cannot be told apart",
                    "a crash in it repeats all its steps",
                    question=False,
                )
            )
            return None
        return name

    def _check_caller(self, site: Site, calling: Calling) -> None:
        if site.node.args and not site.as_argument and not calling.bind(site, site.node.args):
            raise UntranslatableError("it is called with arguments beyond its own", calling.module.file, site.line)
        if any(a.star for a in site.node.args):
            raise UntranslatableError(
                "it is called with unpacked arguments", site.inner.function.module.file if site.inner else "", site.line
            )

    def _one_transaction(self, site: Site) -> bool:
        """Database steps belong to one transaction, files of one function to one reading: no boundary may cut them."""
        return {step.kind for step, _ in site.visits} in ({Kind.DATABASE}, {Kind.FILE})

    def wait_of(self, way: Route, site: Site) -> str | None:
        """The name of the wait that a site becomes, or None."""
        if site.as_argument or len(site.visits) != 1 or site.visits[0][0].id not in self.waits:
            return None
        step, _ = site.visits[0]
        known = next((w for w in self.draft.waits if w.function == way.function.dotted and w.replaces == step.id), None)
        if known is None:
            known = self._wait(way, site)
        known.visits += [v for v in site.visits if v not in known.visits]
        return known.name

    def _wait(self, way: Route, site: Site) -> WaitPoint:
        step, _ = site.visits[0]
        function = way.function
        polled = step.in_loop or any(v.in_loop for v in step.visits)
        polled = polled and function is not self.draft.entry
        base = (function if polled or site.callee is None else site.callee).name.strip("_")
        base = f"{base}_answer" if site.callee is None else base
        answer = (
            Annotation("str", storable=True)
            if site.callee is None
            else result_of(self.draft.copies, site.callee, set())
        )
        taken = {w.name for w in self.draft.waits}
        name, n = base, 2
        while name in taken:
            name, n = f"{base}_{n}", n + 1
        # Nobody who decides says that nobody has decided yet.
        answer = without_none(answer)
        line, end = function.module.span(site.node)
        point = WaitPoint(name, function.module.file, line, end, function.dotted, [], step.id, answer)
        point.limit = limit_around(self.draft.legacy, function, site.node)
        over_http = asks_over_http(site)
        if over_http:
            point.answer = Annotation("dict", storable=True)
        asked: set[str | None] = set()
        for node in _all_nodes(function.node.body):
            if isinstance(node, cst.Assign) and (_core(node.value) is site.node or _json_of(node.value) in asked):
                for target in node.targets:
                    for bound in target_names(target.target):
                        describe_answer(self.draft, function, bound, point)
                        asked.add(bound)
        if over_http:
            point.required = [k for k in point.required if k not in _OF_ANSWERS]
            point.optional = [k for k in point.optional if k not in _OF_ANSWERS]
        elif point.fields and point.answer.text in ("str", "Any"):
            point.answer = Annotation("dict", storable=True)
            point.required += [k for k in point.fields if k not in point.required]
        else:
            point.fields = []
        point.words += [("", word) for word in words_compared(function, site.node)]
        for name_needed in answer.copies:
            self.draft.copied.setdefault(name_needed)
        self.draft.waits.append(point)
        return point

    def _function(
        self, function: Function, name: str, body: cst.IndentedBlock, objects: Mapping[str, str]
    ) -> cst.FunctionDef:
        returns = result_of(self.draft.copies, function, set())
        params = []
        for param, annotation, default in parameters_of(self.draft, function):
            if param in objects:
                continue
            self._carry(annotation)
            params.append(f"{param}: {annotation.text}" + ("" if default is None else f" = {default}"))
        text = returns.text if returns.storable else "Any"
        self._carry(returns)
        made = cst.parse_statement(f"async def {name}({', '.join(['self', *params])}) -> {text}: ...")
        assert isinstance(made, cst.FunctionDef)
        body = closer(without_gaps(body)) if function.script or function.altered else body
        return made.with_changes(body=with_docstring_of_method(body))

    def _carry(self, annotation: Annotation) -> None:
        for copied in annotation.copies:
            self.draft.copied.setdefault(copied)
        for module, member, name in annotation.imports:
            self.draft.imports[name] = (module, member)

    def whole(self, way: Route, problem: UntranslatableError) -> None:
        """The fallback: the whole entry is one activity, and a person has to split it."""
        function = way.function
        if function.nested or function.script:
            raise NoEntryError(
                f"{problem.file}:{problem.line}: {function.name} cannot be moved ({problem.reason}), and nobody "
                "can call it as a whole: put what it does into a function of its module"
            )
        params = parameters_of(self.draft, function)
        objects = {n: self._missing(function, n) for n in sorted(given_by_framework(function))}
        names = [name for name, _, _ in params] + [n for n in objects if all(n != p for p, _, _ in params)]
        params = [p for p in params if p[0] not in objects]
        self.draft.parameters = [p for p in self.draft.parameters if p[0] not in objects]
        called = function.qualname if function.owner is None else f"self.{function.name}"
        call = f"{called}({', '.join(f'{n}={n}' if objects else n for n in names)})"
        around = Surroundings(self.draft.legacy, function, names)
        head = cst.parse_expression(function.qualname if function.owner is None else "self")
        needed = around.needed(head)
        returned = f"return await {call}" if function.is_async else f"return {call}"
        if yields(function):
            returned = f"return [item async for item in {call}]" if function.is_async else f"return list({call})"
        unit = Unit(
            self.draft.unique(function.name),
            How.WHOLE,
            function.module.dotted,
            function.qualname,
            function.module.file,
            function.line,
            function.end_line,
            "async" if function.is_async else "sync",
            list(way.visits),
            [Given(n, a) for n, a, _ in params],
            UNKNOWN if yields(function) else result_of(self.draft.copies, function, set()),
            [cst.parse_statement(returned)],
            needed.imports,
            needed.instances | objects,
        )
        unit.reason = problem.reason
        self.draft.units.append(unit)
        self.draft.notes.append(
            Note(
                problem.file,
                problem.line,
                f"{function.qualname} is one activity: {problem.reason}",
                "its steps cannot be told apart without a change of the code",
                "a crash in it repeats all its steps",
                question=False,
            )
        )
        if yields(function):
            self._tell_of_items(function)
        arguments = ", ".join([f"{self.words.activities}.{unit.name}", *(name for name, _, _ in params)])
        body = cst.IndentedBlock([cst.parse_statement(f"return await {self.words.step}({arguments})")])
        self.draft.functions.append(self._function(function, self.draft.entry_method, body, objects))

    def _tell_of_items(self, function: Function) -> None:
        self.draft.returns = UNKNOWN
        self.draft.notes.append(
            Note(
                function.module.file,
                function.line,
                f"May whoever called {function.name} get its items all at once?",
                "it gave them one by one as they came; the run gives them as a list when the last one is there",
                "a reader who is shown each item as it comes waits for the end",
            )
        )

    def account(self, way: Route) -> None:
        """Give visits that no unit names yet to the unit of their step: one method serves several calls of it."""
        covered = {v.id for u in self.draft.units for _, v in u.visits} | {
            v.id for w in self.draft.waits for _, v in w.visits
        }
        for step, visit in way.visits:
            if visit.id in covered:
                continue
            owners: list[list[tuple[Step, Visit]]] = [u.visits for u in self.draft.units]
            owners += [w.visits for w in self.draft.waits]
            for visits in owners:
                if any(s.id == step.id for s, _ in visits):
                    visits.append((step, visit))
                    break


_OF_ANSWERS = frozenset("json text status_code headers ok is_success raise_for_status content".split())


def _json_of(node: cst.CSTNode) -> str | None:
    """The name whose JSON this is: `body = answer.json()`."""
    name = dotted_name(node.func) if isinstance(node, cst.Call) else None
    return name.removesuffix(".json") if name is not None and name.endswith(".json") else ""


def _core(node: cst.CSTNode) -> cst.CSTNode:
    while isinstance(node, cst.Await):
        node = node.expression
    return node


def _all_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []

    def add(inner: cst.CSTNode) -> None:
        found.append(inner)
        for child in inside(inner):
            if not isinstance(child, cst.FunctionDef | cst.Lambda):
                add(child)

    add(node)
    return found
