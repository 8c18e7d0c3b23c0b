"""Statements of an orchestrating function as workflow code: loops, branches, handlers keep their form.

What cannot run in a workflow (an SDK's object that later statements use, a `with` over a connection) moves into an
activity as a group of statements, its text unchanged.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.crossing import gives_plain_data, is_plain_tail, read_annotation
from migrate.rewriting.draft import Caught, Note, Unit, UntranslatableError
from migrate.rewriting.expressions import Expressions, sites_in
from migrate.rewriting.names import binds, reads
from migrate.rewriting.sites import Site
from migrate.rewriting.source import dotted_name

_POOLS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"})
_FACTORIES = frozenset("client resource create_engine sessionmaker connect session from_env from_config".split())
_ALREADY_FAILURES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


class Statements:
    """The statements of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self.ex = expressions
        self.draft = expressions.draft
        self.around = expressions.around
        self.calling = expressions.calling
        self.route = expressions.route
        self.types = expressions.types

    def block(self, statements: Sequence[cst.CSTNode]) -> list[cst.BaseStatement]:
        """Statements one after another. Raises UntranslatableError."""
        made: list[cst.BaseStatement] = []
        todo = [s for s in statements if isinstance(s, cst.BaseStatement)]
        at = 0
        while at < len(todo):
            end = self._group_end(todo, at)
            if end is None:
                mark = self.draft.mark()
                try:
                    made += self._statement(todo[at])
                except UntranslatableError as problem:
                    self.draft.back_to(mark)
                    made += self._lifted([todo[at]], problem)
                end = at + 1
            else:
                made += self._lifted(todo[at:end], None)
            at = end
        return made

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
        if isinstance(node, cst.If):
            return [self._if(node)]
        if isinstance(node, cst.For):
            return [self._for(node)]
        if isinstance(node, cst.While):
            test = self._rewrite(node.test)
            body = self._loop_body(node, node.body)
            return [node.with_changes(test=test, body=body, orelse=self._else(node.orelse))]
        if isinstance(node, cst.Try):
            return [self._try(node)]
        if isinstance(node, cst.With):
            return self._with(node)
        if isinstance(node, cst.FunctionDef) and sites_in(node, self.route):
            return [self._nested(node)]
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            if sites_in(node, self.route):
                raise self.ex.refuse("a step stands in a function inside the function", node)
            if any(self.calling.is_outside(name) for name in reads(node)):
                raise self.ex.refuse("a function inside the function uses what only the legacy process knows", node)
            return [node]
        if isinstance(node, cst.Match):
            return [self._match(node)]
        raise self.ex.refuse("a statement of this kind cannot become workflow code", node)

    def _nested(self, node: cst.FunctionDef) -> cst.FunctionDef:
        """A function inside the function, with steps in it: it stays where it is, and waits for them."""
        if node.decorators or any(isinstance(p.default, cst.Call) for p in node.params.params):
            raise self.ex.refuse("a function inside the function is decorated", node)
        self.ex.made_async.add(node)
        for param in node.params.params:
            annotation = read_annotation(self.draft.copies, self.ex.module, param.annotation)
            self.around.types[param.name.value] = annotation
            for module, member, name in annotation.imports:
                self.draft.imports[name] = (module, member)
            for copied in annotation.copies:
                self.draft.copied.setdefault(copied)
        body = self.suite(node.body)
        asynchronous = node.asynchronous or cst.Asynchronous()
        return node.with_changes(body=body, asynchronous=asynchronous)

    def _rewrite(self, node: cst.CSTNode) -> cst.CSTNode:
        return self.ex.rewrite(node)

    def _simple(self, node: cst.SimpleStatementLine) -> list[cst.BaseStatement]:
        if self._holds(node):
            return []
        for small in node.body:
            if isinstance(small, cst.Raise):
                self._raises(small)
            if isinstance(small, cst.Global | cst.Nonlocal):
                raise self.ex.refuse("state of the module is changed", node)
            if isinstance(small, cst.Import | cst.ImportFrom):
                raise self.ex.refuse("something is imported inside the function", node)
            if isinstance(small, cst.Assert):
                self.draft.fails_with.setdefault("AssertionError")
            self._refuse_foreign_targets(small)
        made = node.with_changes(body=[self._small(s) for s in node.body])
        for small in node.body:
            if isinstance(small, cst.Assign) and len(small.targets) == 1:
                self.types.bind(small.targets[0].target, self.types.of(small.value))
        return [made]

    def _refuse_foreign_targets(self, small: cst.BaseSmallStatement) -> None:
        """State of an object that lives in the legacy process must not be changed from the workflow."""
        targets: list[cst.CSTNode] = []
        if isinstance(small, cst.Assign):
            targets = [t.target for t in small.targets]
        elif isinstance(small, cst.AnnAssign | cst.AugAssign):
            targets = [small.target]
        elif isinstance(small, cst.Del):
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
            return self._raise(small)
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
        if node.asynchronous is not None and any(self.calling.is_outside(n) for n in reads(node.iter)):
            raise self.ex.refuse("a stream is read that lives in the legacy process", node)
        self.types.bind_items(node.target, node.iter)
        iterated = self._rewrite(node.iter)
        return node.with_changes(iter=iterated, body=self._loop_body(node, node.body), orelse=self._else(node.orelse))

    def _loop_body(self, loop: cst.For | cst.While, body: cst.BaseSuite) -> cst.IndentedBlock:
        waits = any(self.ex.wait_of(self.route.sites[n]) is not None for n in sites_in(loop, self.route))
        if waits and isinstance(body, cst.IndentedBlock):
            # The engine wakes the run when somebody decides: there is nothing to pause for.
            body = body.with_changes(body=[s for s in body.body if not self._is_pause(s)])
        return self.suite(body)

    def _is_pause(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1:
            return False
        small = node.body[0]
        value = small.value if isinstance(small, cst.Expr) else None
        called = value.expression if isinstance(value, cst.Await) else value
        return isinstance(called, cst.Call) and self.ex.dotted(called.func) in ("time.sleep", "asyncio.sleep")

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
        handlers = [h.with_changes(type=self._caught(h), body=self.suite(h.body)) for h in node.handlers]
        handlers = [h.with_changes(whitespace_after_except=cst.SimpleWhitespace(" ")) for h in handlers]
        final = node.finalbody
        return node.with_changes(
            body=body,
            handlers=handlers,
            orelse=self._else(node.orelse),
            finalbody=None if final is None else final.with_changes(body=self.suite(final.body)),
        )

    def _caught(self, handler: cst.ExceptHandler) -> cst.BaseExpression:
        if handler.type is None or dotted_name(handler.type) == "BaseException":
            self._know(
                handler,
                "a handler of everything became `except Exception`",
                "cancelling a run must not be swallowed",
                "code that relied on catching an interrupt",
            )
            return cst.Name("Exception")
        return self._exception(handler.type)

    def _exception(self, node: cst.BaseExpression) -> cst.BaseExpression:
        if isinstance(node, cst.Tuple):
            return node.with_changes(
                elements=[e.with_changes(value=self._exception(e.value)) for e in node.elements],
            )
        name = dotted_name(node)
        if name is None:
            raise self.ex.refuse("what a handler catches is computed", node)
        self._fail_with(name)
        if hasattr(builtins, name) and name != "Exception":
            self.draft.handled.setdefault(name)
        return cst.Name(self._stand_in(name)) if self._stand_in(name) != name else node

    def _stand_in(self, name: str) -> str:
        """The workflow's own name for an exception class: itself, a copy, or a stand-in of the same name."""
        if hasattr(builtins, name):
            return name
        module = self.ex.module
        if self.draft.copies.take(module, name) == name:
            self.draft.copied.setdefault(name)
            return name
        head, dot, rest = name.partition(".")
        origin = self.around.origin(head)
        dotted = name if origin is None else ".".join(p for p in (origin[0], origin[1], rest if dot else None) if p)
        last = dotted.rpartition(".")[2]
        self.draft.caught.setdefault(last, Caught(last, dotted))
        return last

    def _fail_with(self, name: str) -> None:
        """A run that ends with this error has failed; it is not a fault of the workflow's code to be tried again."""
        known = getattr(builtins, name, None)
        if known is None:
            stand_in = self._stand_in(name)
            self.draft.fails_with.setdefault(stand_in)
        elif (
            isinstance(known, type)
            and not issubclass(known, _ALREADY_FAILURES)
            and known not in (Exception, BaseException)
        ):
            self.draft.fails_with.setdefault(name)

    def _raises(self, node: cst.Raise) -> None:
        raised = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        name = dotted_name(raised)
        if name is not None and name not in self.around.locals:
            if name == "Exception":
                self._know(
                    node,
                    "`raise Exception` fails the run only if it is a class of its own",
                    "an engine that takes every Exception as the end of a run would take its own for it too",
                    "the run is tried again until the code is changed",
                )
            self._fail_with(name)

    def _raise(self, node: cst.Raise) -> cst.Raise:
        exc = node.exc
        raised = exc.func if isinstance(exc, cst.Call) else exc
        name = dotted_name(raised)
        if name is None or name in self.around.locals:
            made = self._rewrite(node)
            assert isinstance(made, cst.Raise)
            return made
        stand_in = cst.parse_expression(self._stand_in(name))
        if not isinstance(exc, cst.Call):
            return node.with_changes(exc=stand_in)
        arguments = [a.with_changes(value=self._rewrite(a.value)) for a in exc.args]
        return node.with_changes(exc=exc.with_changes(func=stand_in, args=arguments))

    # Contexts

    def _with(self, node: cst.With) -> list[cst.BaseStatement]:
        inside = [self.route.sites[n] for n in sites_in(node, self.route)]
        kept: list[cst.WithItem] = []
        for item in node.items:
            called = item.item.func if isinstance(item.item, cst.Call) else item.item
            last = (dotted_name(called) or "").rpartition(".")[2]
            if last in _POOLS:
                self._limit(item, inside)
            elif last == "suppress" and isinstance(item.item, cst.Call):
                arguments = [a.with_changes(value=self._exception(a.value)) for a in item.item.args]
                self.ex.rewrite(item.item.func)
                kept.append(item.with_changes(item=item.item.with_changes(args=arguments)))
            elif any(self.calling.is_outside(n) for n in reads(item.item)):
                self._enter(node, item, inside)
            else:
                rewritten = self._rewrite(item.item)
                kept.append(item.with_changes(item=rewritten))
        body = self.suite(node.body)
        if kept:
            return [node.with_changes(items=kept, body=body)]
        first, *rest = body.body
        assert isinstance(first, cst.BaseStatement)
        return [_with_comments(first, node.leading_lines), *(s for s in rest if isinstance(s, cst.BaseStatement))]

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
        if any(s.kind is Kind.DATABASE for site in inside for s, _ in site.visits):
            raise self.ex.refuse("several statements of one database session belong together", node)
        if isinstance(name, cst.Name) and name.value in reads(node.body):
            self.around.entered[name.value] = alone
            return
        self._know(
            node,
            f"`with {self.ex.module.text(item.item)}` is not entered by the workflow",
            "it lives in the legacy process",
            "a lock, span or timer around these steps no longer spans them",
        )

    # Objects that are built here and used by several steps

    def _holds(self, node: cst.SimpleStatementLine) -> bool:
        """Whether this builds (or sets up) an object of the legacy process, which each activity then builds anew."""
        if len(node.body) != 1 or sites_in(node, self.route):
            return False
        small = node.body[0]
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
            if not self._builds(small.value):
                return False
            self.around.held[small.targets[0].target.value] = [node.with_changes(leading_lines=())]
            return True
        touched = [n for n in reads(node) if n in self.around.held]
        if len(touched) == 1 and not isinstance(small, cst.Return) and not binds(node):
            target = small.value if isinstance(small, cst.Expr) else None
            is_setting = isinstance(small, cst.Assign) or (isinstance(target, cst.Call) and target.func is not None)
            if is_setting:
                self.around.held[touched[0]].append(node.with_changes(leading_lines=()))
                return True
        return False

    def _builds(self, value: cst.BaseExpression) -> bool:
        if not isinstance(value, cst.Call):
            return False
        name = dotted_name(value.func)
        if name is None or not self.calling.is_outside(name.partition(".")[0]):
            return False
        found = self.draft.legacy.resolve(self.ex.module, name)
        if found is not None:
            return found[1] in found[0].classes
        last = name.rpartition(".")[2]
        return last[:1].isupper() or last in _FACTORIES

    # Groups

    def _group_end(self, todo: Sequence[cst.BaseStatement], at: int) -> int | None:
        """Where the group ends that has to move together because an SDK's object goes from one to the next."""
        node = todo[at]
        if isinstance(node, cst.With):
            live = self._with_group(node)
            if live is None:
                return None
        elif isinstance(node, cst.SimpleStatementLine):
            if not any(self._is_live(self.route.sites[n]) for n in sites_in(node, self.route)):
                return None
            live = set(binds(node))
            if not live:
                return None
        else:
            return None
        end = at + 1
        for index in range(at + 1, len(todo)):
            if live & set(reads(todo[index])):
                for inner in todo[end : index + 1]:
                    live |= self._kept_alive(inner, live)
                end = index + 1
        return end

    def _with_group(self, node: cst.With) -> set[str] | None:
        inside = [self.route.sites[n] for n in sites_in(node, self.route)]
        outside = any(self.calling.is_outside(n) for item in node.items for n in reads(item.item))
        in_header = any(sites_in(item.item, self.route) for item in node.items)
        if not inside or not (outside or in_header):
            return None
        if any(
            (dotted_name(i.item.func) or "").rpartition(".")[2] in _POOLS
            for i in node.items
            if isinstance(i.item, cst.Call)
        ):
            return None
        visits = [v for s in inside for v in s.visits]
        one_session = all(step.kind is Kind.DATABASE for step, _ in visits)
        if len(visits) > 1 and not one_session and not in_header:
            return None
        body = node.body.body
        live: set[str] = set()
        for statement in body:
            live |= self._kept_alive(statement, set(binds(*node.items)) | live)
            if isinstance(statement, cst.SimpleStatementLine) and any(
                self._is_live(self.route.sites[n]) for n in sites_in(statement, self.route)
            ):
                live |= set(binds(statement))
        return live

    def _is_live(self, site: Site) -> bool:
        """Whether a site gives an object that cannot be stored and that somebody reads."""
        if self.ex.wait_of(site) is not None or self.ex.method_of(site) is not None or self.ex.is_sleep(site):
            return False
        if site.as_argument or self.calling.can_call(site):
            return False
        chain = self.ex.chain(site.node)
        core = chain.expression if isinstance(chain, cst.Await) else chain
        if isinstance(self.ex.parents.get(chain), cst.Expr):
            return False
        if core is site.node:
            return not (site.callee is None and gives_plain_data(site.node))
        return not (isinstance(core, cst.BaseExpression) and is_plain_tail(core))

    def _kept_alive(self, node: cst.CSTNode, live: set[str]) -> set[str]:
        """Names bound by this statement that still hold an SDK's object."""
        if not isinstance(node, cst.SimpleStatementLine):
            return set()
        found: set[str] = set()
        for small in node.body:
            if isinstance(small, cst.Assign) and live & set(reads(small.value)) and not self._is_plain(small.value):
                found |= set(binds(node))
        return found

    def _is_plain(self, value: cst.BaseExpression) -> bool:
        if is_plain_tail(value) or not isinstance(
            value, cst.Name | cst.Attribute | cst.Subscript | cst.Call | cst.Await
        ):
            return True
        if isinstance(value, cst.Call):
            name = dotted_name(value.func) or ""
            head = name.partition(".")[0]
            return hasattr(builtins, head) or not (head in self.around.locals or self.calling.is_outside(head))
        return False

    def _lifted(self, group: list[cst.BaseStatement], problem: UntranslatableError | None) -> list[cst.BaseStatement]:
        sites = [self.route.sites[n] for s in group for n in sites_in(s, self.route)]
        sites.sort(key=lambda s: s.line)
        returns = _ends_with_return(group[-1])
        if not _liftable(group, returns=returns) or any(self.ex.wait_of(s) for s in sites):
            raise problem or self.ex.refuse("the statements around a step leave the function half-way", group[0])
        leaves = [] if returns else self._leaves(group)
        unit = self.calling.lift_statements(group, sites, leaves, returns=returns)
        if problem is not None:
            unit.reason = problem.reason
        return [self._replacement(unit, group, leaves, returns=returns)]

    def _replacement(
        self, unit: Unit, group: list[cst.BaseStatement], leaves: list[str], *, returns: bool
    ) -> cst.BaseStatement:
        words = self.ex.words
        arguments = ", ".join([f"{words.activities}.{unit.name}", *(p.name for p in unit.params)])
        code = f"await {words.step}({arguments})"
        if returns:
            code = f"return {code}"
        elif leaves:
            code = f"{', '.join(leaves)} = {code}"
        first = group[0]
        lines = first.leading_lines if isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement) else ()
        return _with_comments(cst.parse_statement(code), lines)

    def _leaves(self, group: list[cst.BaseStatement]) -> list[str]:
        rest = self.route.function.node.body.visit(_Without(group))
        assert isinstance(rest, cst.CSTNode)
        later = set(reads(rest))
        return [name for name in binds(*group) if name in later]

    def _know(self, node: cst.CSTNode, what: str, because: str, risk: str) -> None:
        line = self.ex.module.span(node)[0]
        self.draft.notes.append(Note(self.ex.module.file, line, what, because, risk, question=False))


class _Without(cst.CSTTransformer):
    def __init__(self, removed: Iterable[cst.CSTNode]) -> None:
        super().__init__()
        self._removed = list(removed)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        if any(original_node is r for r in self._removed):
            return cst.parse_statement("pass")
        return updated_node


def _with_comments(node: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        return node.with_changes(leading_lines=[*lines, *node.leading_lines])
    return node


def _ends_with_return(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return isinstance(node.body[-1], cst.Return | cst.Raise) and any(isinstance(s, cst.Return) for s in node.body)
    if isinstance(node, cst.With):
        return bool(node.body.body) and _ends_with_return(node.body.body[-1])
    if isinstance(node, cst.If) and isinstance(node.orelse, cst.Else):
        branches = (node.body.body, node.orelse.body.body)
        return all(b and _ends_with_return(b[-1]) for b in branches)
    return False


class _Escapes(cst.CSTVisitor):
    def __init__(self) -> None:
        self.returns = 0
        self.leaves_loop = False
        self.yields = False
        self._loops = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002
        return False

    def visit_Return(self, node: cst.Return) -> None:  # noqa: ARG002
        self.returns += 1

    def visit_Yield(self, node: cst.Yield) -> None:  # noqa: ARG002
        self.yields = True

    def visit_For(self, node: cst.For) -> None:  # noqa: ARG002
        self._loops += 1

    def leave_For(self, original_node: cst.For) -> None:  # noqa: ARG002
        self._loops -= 1

    def visit_While(self, node: cst.While) -> None:  # noqa: ARG002
        self._loops += 1

    def leave_While(self, original_node: cst.While) -> None:  # noqa: ARG002
        self._loops -= 1

    def visit_Break(self, node: cst.Break) -> None:  # noqa: ARG002
        self.leaves_loop = self.leaves_loop or not self._loops

    def visit_Continue(self, node: cst.Continue) -> None:  # noqa: ARG002
        self.leaves_loop = self.leaves_loop or not self._loops


def _liftable(group: list[cst.BaseStatement], *, returns: bool) -> bool:
    looking = _Escapes()
    for node in group:
        node.visit(looking)
    return not looking.yields and not looking.leaves_loop and (returns or not looking.returns)
