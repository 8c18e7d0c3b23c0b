"""Statements of an orchestrating function as workflow code: loops, branches, handlers keep their form.

What cannot run in a workflow (an SDK's object that later statements use, a `with` over a connection) moves into an
activity as a group of statements, its text unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.building import Building
from migrate.rewriting.chains import sites_in
from migrate.rewriting.crossing import read_annotation
from migrate.rewriting.determinism import BANNED_METHODS
from migrate.rewriting.draft import Mark, TogetherError, UnsplittableError, UntranslatableError
from migrate.rewriting.engine_means import PAUSES
from migrate.rewriting.exceptions import Exceptions
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.grouping import POOLS, Groups, with_comments
from migrate.rewriting.names import binds, reads
from migrate.rewriting.sites import Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.streams import goes_on, opens
from migrate.rewriting.syntax import Looking

_SESSION = re.compile(r"atomic|transaction|session|connect|cursor|begin|engine|\bdb\b|database", re.IGNORECASE)


class Statements:
    """The statements of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self.ex = expressions
        self.draft = expressions.draft
        self.around = expressions.around
        self.calling = expressions.calling
        self.route = expressions.route
        self.types = expressions.types
        self.errors = Exceptions(expressions)
        self.groups = Groups(expressions)
        self.building = Building(expressions)

    def block(self, statements: Sequence[cst.CSTNode]) -> list[cst.BaseStatement]:
        """Statements one after another. Raises UntranslatableError."""
        made: list[cst.BaseStatement] = []
        todo = [s for s in statements if isinstance(s, cst.BaseStatement)]
        begun: dict[int, tuple[Mark, int]] = {}
        at = 0
        while at < len(todo):
            mark = self.draft.mark()
            begun[at] = mark, len(made)
            end = self.groups.end_of(todo, at)
            if end is None:
                end = at + 1
                try:
                    made += self._statement(todo[at])
                except UnsplittableError:
                    raise
                except TogetherError as problem:
                    lines = [n for n in begun if isinstance(todo[n], cst.SimpleStatementLine)]
                    built = next((n for n in lines if problem.name in binds(todo[n])), None)
                    if built is None:
                        raise
                    mark, kept = begun[built]
                    self.draft.back_to(mark)
                    del made[kept:]
                    end = self.groups.last_reader(todo, built, {problem.name})
                    made += self._together(todo[built:end], problem)
                except UntranslatableError as problem:
                    self.draft.back_to(mark)
                    end = self.groups.whole_of(todo, at)
                    made += self.groups.lifted(todo[at:end], problem)
            else:
                # What was drafted to see where the group ends is not called by the activity that it becomes.
                self.draft.back_to(mark)
                made += self.groups.lifted(todo[at:end], None)
            at = end
        return made

    def _together(self, group: list[cst.BaseStatement], problem: TogetherError) -> list[cst.BaseStatement]:
        """The activity of all that use an object. Raises UntranslatableError."""
        self.around.held.pop(problem.name, None)
        steps = sum(len(self.route.sites[n].visits) for s in group for n in sites_in(s, self.route))
        if steps > 1 and self.route.function is not self.draft.entry:
            # With several steps the function is called as it is: nobody has to look for what is gone from it.
            raise UnsplittableError(problem.reason, problem.file, problem.line)
        return self.groups.lifted(group, problem)

    def suite(self, suite: cst.BaseSuite) -> cst.IndentedBlock:
        """An indented block; one that is left empty says so."""
        assert isinstance(suite, cst.IndentedBlock | cst.SimpleStatementSuite)
        body: Sequence[cst.CSTNode] = suite.body
        if isinstance(suite, cst.SimpleStatementSuite):
            body = [cst.SimpleStatementLine(suite.body)]
        made = self.block(body) or [cst.parse_statement("pass")]
        if isinstance(suite, cst.IndentedBlock):
            return suite.with_changes(body=made)
        return cst.IndentedBlock(made)

    # One statement

    def _statement(self, node: cst.BaseStatement) -> list[cst.BaseStatement]:
        if isinstance(node, cst.SimpleStatementLine):
            return self._simple(node)
        if isinstance(node, cst.With):
            return self._with(node)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return self._definition(node)
        if isinstance(node, cst.If):
            return [] if self.building.holds_choice(node) else [self._if(node)]
        if isinstance(node, cst.For):
            return [self._for(node)]
        if isinstance(node, cst.While):
            return [self._while(node)]
        if isinstance(node, cst.Try):
            return [self._try(node)]
        if isinstance(node, cst.Match):
            return [self._match(node)]
        raise self.ex.refuse("a statement of this kind cannot become workflow code", node)

    def _while(self, node: cst.While) -> cst.While:
        test = self._rewrite(node.test)
        body = self._loop_body(node, node.body)
        return node.with_changes(test=test, body=body, orelse=self._else(node.orelse))

    def _definition(self, node: cst.FunctionDef | cst.ClassDef) -> list[cst.BaseStatement]:
        if isinstance(node, cst.FunctionDef) and sites_in(node, self.route):
            return [self._nested(node)]
        if sites_in(node, self.route):
            raise self.ex.refuse("a step stands in a class inside the function", node)
        own = set(binds(node))
        for name in reads(node):
            local = name in own or name in self.around.locals
            if self.calling.is_outside(name) or not (local or self.ex.carries(name)):
                # The workflow cannot run it: each activity that needs it defines it anew.
                self.around.held[node.name.value] = [node.with_changes(leading_lines=())]
                return []
        self.around.defined[node.name.value] = node
        return [node]

    def _nested(self, node: cst.FunctionDef) -> cst.FunctionDef:
        """A function inside the function, with steps in it: it stays where it is, and waits for them."""
        if node.decorators or any(isinstance(p.default, cst.Call) for p in node.params.params):
            raise self.ex.refuse("a function inside the function is decorated", node)
        self.ex.made_async.add(node)
        self.around.functions.add(node.name.value)
        for param in node.params.params:
            annotation = read_annotation(self.draft.copies, self.ex.module, param.annotation)
            self.around.types[param.name.value] = annotation
            for module, member, name in annotation.imports:
                self.draft.imports[name] = (module, member)
            for copied in annotation.copies:
                self.draft.copied.setdefault(copied)
        body = self.suite(node.body)
        asynchronous = node.asynchronous or cst.Asynchronous()
        params = node.params.with_changes(params=[self._untyped(p) for p in node.params.params])
        return node.with_changes(body=body, asynchronous=asynchronous, params=params, returns=None)

    def _untyped(self, param: cst.Param) -> cst.Param:
        """A parameter, without an annotation that names what the workflow does not know."""
        known = read_annotation(self.draft.copies, self.ex.module, param.annotation).storable
        return param if known else param.with_changes(annotation=None)

    def _rewrite(self, node: cst.CSTNode) -> cst.CSTNode:
        return self.ex.rewrite(node)

    def _simple(self, node: cst.SimpleStatementLine) -> list[cst.BaseStatement]:
        if self.building.holds(node):
            return self.building.remaking.taken()
        if all(isinstance(s, cst.Import | cst.ImportFrom) for s in node.body):
            return []  # whoever uses the names imports them
        if len(node.body) == 1 and self.ex.logging.sets_up(node.body[0]):
            return []  # how lines are written is set up by the worker
        if isinstance(node.body[0], cst.Global | cst.Nonlocal):
            return self._outer_names(node, node.body[0])
        for small in node.body:
            if isinstance(small, cst.Raise):
                self.errors.note_raise(small)
            if isinstance(small, cst.Assert):
                self.draft.fails_with.setdefault("AssertionError")
            self._refuse_foreign_targets(small)
        made = node.with_changes(body=[self._small(s) for s in node.body])
        for small in node.body:
            if isinstance(small, cst.Assign) and len(small.targets) == 1:
                self.types.bind(small.targets[0].target, self.types.of(small.value))
        return [made]

    def _outer_names(self, line: cst.SimpleStatementLine, said: cst.Global | cst.Nonlocal) -> list[cst.BaseStatement]:
        """Nothing, if these names of the module belong to the run, or are only read."""
        changed = {n.name.value for n in said.names} & set(binds(self.route.function.node.body))
        if isinstance(said, cst.Nonlocal) or changed - set(self.around.state) or len(line.body) > 1:
            raise self.ex.refuse("state of the module is changed", line)
        return []

    def _refuse_foreign_targets(self, small: cst.BaseSmallStatement) -> None:
        """State of an object that lives in the legacy process must not be changed from the workflow."""
        targets: list[cst.CSTNode] = []
        if isinstance(small, cst.Assign):
            targets = [t.target for t in small.targets]
        elif isinstance(small, cst.AnnAssign | cst.AugAssign | cst.Del):
            targets = [small.target]
        for target in targets:
            foreign = not isinstance(target, cst.Name) and any(self.calling.is_outside(n) for n in reads(target))
            if foreign:
                raise self.ex.refuse("it changes the state of an object that lives in the legacy process", target)

    def _small(self, small: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
        if isinstance(small, cst.AnnAssign):
            # The annotation may name a type that the workflow does not know; a local needs none.
            if small.value is None:
                return cst.Pass()
            value = self._rewrite(small.value)
            assert isinstance(value, cst.BaseExpression)
            return cst.Assign([cst.AssignTarget(small.target)], value)
        if isinstance(small, cst.Raise) and small.exc is not None:
            return self.errors.raised(small)
        made = self._rewrite(small)
        assert isinstance(made, cst.BaseSmallStatement)
        return made

    def _if(self, node: cst.If) -> cst.If:
        test = self._rewrite(node.test)
        body = self.suite(node.body)
        orelse = node.orelse
        return node.with_changes(
            test=test, body=body, orelse=self._if(orelse) if isinstance(orelse, cst.If) else self._else(orelse)
        )

    def _else(self, node: cst.Else | None) -> cst.Else | None:
        return None if node is None else node.with_changes(body=self.suite(node.body))

    def _for(self, node: cst.For) -> cst.For:
        called = self.ex.dotted(node.iter.func) if isinstance(node.iter, cst.Call) else None
        if node.asynchronous is not None and called != "asyncio.as_completed":
            raise self.ex.refuse("a stream is read that lives in the legacy process", node)
        self.types.bind_items(node.target, node.iter)
        iterated = self._rewrite(node.iter)
        if self.ex.dispatching.is_lazy(node.iter):
            self.ex.must_be_async(node)
            node = node.with_changes(asynchronous=cst.Asynchronous())
        return node.with_changes(iter=iterated, body=self._loop_body(node, node.body), orelse=self._else(node.orelse))

    def _loop_body(self, loop: cst.For | cst.While, body: cst.BaseSuite) -> cst.IndentedBlock:
        waits = [self.ex.wait_of(self.route.sites[n]) for n in sites_in(loop, self.route)]
        wait = next((w for w in self.ex.draft.waits if w.name in waits), None)
        if wait is not None and isinstance(body, cst.IndentedBlock):
            # The engine wakes the run when somebody decides: there is nothing to pause for.
            pauses = [s for s in body.body if self._is_pause(s)]
            dropped = [v for s in pauses for n in sites_in(s, self.route) for v in self.route.sites[n].visits]
            wait.visits += [v for v in dropped if v not in wait.visits]
            body = body.with_changes(body=[s for s in body.body if s not in pauses])
        return self.suite(body)

    def _is_pause(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1:
            return False
        small = node.body[0]
        value = small.value if isinstance(small, cst.Expr) else None
        called = value.expression if isinstance(value, cst.Await) else value
        return isinstance(called, cst.Call) and self.ex.dotted(called.func) in PAUSES

    def _match(self, node: cst.Match) -> cst.Match:
        cases = []
        for case in node.cases:
            if case.guard is not None and sites_in(case.guard, self.route):
                raise self.ex.refuse("a step stands in the guard of a case", case)
            cases.append(case.with_changes(body=self.suite(case.body)))
        return node.with_changes(subject=self._rewrite(node.subject), cases=cases)

    # Errors

    def _try(self, node: cst.Try) -> cst.Try:
        body = self.suite(node.body)
        handlers = [
            h.with_changes(
                whitespace_after_except=cst.SimpleWhitespace(" "), type=self._caught(h), body=self.suite(h.body)
            )
            for h in node.handlers
        ]
        final = node.finalbody
        return node.with_changes(
            body=body,
            handlers=handlers,
            orelse=self._else(node.orelse),
            finalbody=None if final is None else final.with_changes(body=self.suite(final.body)),
        )

    def _caught(self, handler: cst.ExceptHandler) -> cst.BaseExpression:
        if handler.type is None or dotted_name(handler.type) == "BaseException":
            self.ex.note(
                handler,
                "a handler of everything became `except Exception`",
                "cancelling a run must not be swallowed",
                "code that relied on catching an interrupt",
            )
            return cst.Name("Exception")
        return self.errors.named(handler.type)

    # Contexts

    def _with(self, node: cst.With) -> list[cst.BaseStatement]:
        inside = [self.route.sites[n] for n in sites_in(node, self.route)]
        kept: list[cst.WithItem] = []
        pools: list[cst.WithItem] = []
        for item in node.items:
            self._refuse_stream(node, item)
            called = item.item.func if isinstance(item.item, cst.Call) else item.item
            last = (dotted_name(called) or "").rpartition(".")[2]
            if last in POOLS:
                self._limit(item, inside)
                pools.append(self._pool(item))
                self.ex.dispatching.pools |= dict.fromkeys(binds(item), 0)
                self.around.running |= set(binds(item))
            elif last == "suppress" and isinstance(item.item, cst.Call):
                kept.append(self._suppressing(item, item.item))
            elif any(self.calling.is_outside(n) for n in reads(item.item)):
                self._enter(node, item, inside)
            elif isinstance(called, cst.Attribute) and last in BANNED_METHODS:
                raise self.ex.refuse("a file is opened around it", node)
            else:
                rewritten = self._rewrite(item.item)
                kept.append(item.with_changes(item=rewritten))
        body = self.suite(node.body)
        self.around.running -= set(binds(*pools))
        for name in binds(*pools):
            if self.ex.dispatching.pools.pop(name) != _mentions(node.body, name):
                raise self.ex.refuse("threads are used in a way that cannot be followed", node)
        if pools:
            self.draft.pooled = True
            made = node.with_changes(items=pools, body=body, asynchronous=cst.Asynchronous())
            return [
                made.with_changes(body=cst.IndentedBlock([node.with_changes(items=kept, body=body)])) if kept else made
            ]
        if kept:
            return [node.with_changes(items=kept, body=body)]
        first, *rest = body.body
        assert isinstance(first, cst.BaseStatement)
        return [with_comments(first, node.leading_lines), *(s for s in rest if isinstance(s, cst.BaseStatement))]

    def _refuse_stream(self, node: cst.With, item: cst.WithItem) -> None:
        if opens(item.item) and goes_on([node.body], binds(item)):
            raise self.ex.refuse("a file is opened around several uses of it", node)

    def _pool(self, item: cst.WithItem) -> cst.WithItem:
        """A pool of the workflow, with as many at once as the pool of threads had."""
        given = item.item.args if isinstance(item.item, cst.Call) else ()
        at_once = [a.value for a in given if a.keyword is None or a.keyword.value == "max_workers"][:1]
        made = cst.Call(cst.Name("Pool"), [cst.Arg(self._expression(v)) for v in at_once])
        return item.with_changes(item=made, comma=cst.MaybeSentinel.DEFAULT)

    def _expression(self, node: cst.BaseExpression) -> cst.BaseExpression:
        made = self._rewrite(node)
        assert isinstance(made, cst.BaseExpression)
        return made

    def _suppressing(self, item: cst.WithItem, call: cst.Call) -> cst.WithItem:
        arguments = [a.with_changes(value=self.errors.named(a.value)) for a in call.args]
        for name in reads(call.func):
            self.ex.carries(name)
        return item.with_changes(item=call.with_changes(args=arguments))

    def _limit(self, item: cst.WithItem, inside: list[Site]) -> None:
        call = item.item
        if not isinstance(call, cst.Call):
            return
        for argument in call.args:
            if argument.keyword is None or argument.keyword.value == "max_workers":
                if isinstance(argument.value, cst.Integer):
                    for site in inside:
                        name = site.callee.name if site.callee is not None else ""
                        self.draft.limits[name] = int(argument.value.value)
                return

    def _enter(self, node: cst.With, item: cst.WithItem, inside: list[Site]) -> None:
        """A context of the legacy process around several steps: each activity enters it anew, or nobody does."""
        alone = node.with_changes(items=[item.with_changes(comma=cst.MaybeSentinel.DEFAULT)])
        name = item.asname.name if item.asname is not None else None
        asking = [s for s in inside if self.ex.wait_of(s) is not None]
        if asking and len(asking) == len(inside):
            return  # The run is told: nobody asks, and nothing has to be open for it.
        if self._is_session(item, inside):
            opened = f"`{self.ex.module.text(item.item)}` (line {self.ex.module.span(node)[0]})"
            raise self.ex.refuse(f"statements of one database session belong together, that of {opened}", node)
        if isinstance(name, cst.Name) and name.value in reads(node.body):
            self.around.entered[name.value] = alone
            return
        self.ex.note(
            node,
            f"`with {self.ex.module.text(item.item)}` is not entered by the workflow",
            "it lives in the legacy process",
            "a lock, span or timer around these steps no longer spans them",
        )

    def _is_session(self, item: cst.WithItem, inside: list[Site]) -> bool:
        """Whether this context holds together what is done in the database: by a step of its own, or by its name."""
        database = [s for s in inside if any(step.kind is Kind.DATABASE for step, _ in s.visits)]
        named = _SESSION.search(self.ex.module.text(item.item)) is not None
        return bool(database) and (named or any(s.callee is None for s in database))


def _mentions(node: cst.CSTNode, name: str) -> int:
    looking = _Mentions(name)
    looking.look(node)
    return looking.count


class _Mentions(Looking):
    def __init__(self, name: str) -> None:
        self._name = name
        self.count = 0

    def visit_Name(self, node: cst.Name) -> None:
        self.count += node.value == self._name
