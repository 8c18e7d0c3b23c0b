"""Expressions of an orchestrating function as workflow code.

Calls that lead to one step become activities, calls that lead to several become calls of the workflow's own methods,
clock, lots, sleep and logging become the engine's, what only the legacy process knows is read by an activity. All
else keeps its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import libcst as cst

from migrate.rewriting.answers import Uses, asks_over_http
from migrate.rewriting.asking import Objects
from migrate.rewriting.calling import Calling
from migrate.rewriting.carrying import BUILTINS, Carrying
from migrate.rewriting.chains import chain_head, chain_nodes, head_name, holds_await, outer_call, sites_in
from migrate.rewriting.dispatching import Dispatching
from migrate.rewriting.draft import Draft, Note, UnsplittableError, UntranslatableError
from migrate.rewriting.engine_means import PAUSES, PROGRESS, Logging, engine_code
from migrate.rewriting.foreign import Foreign
from migrate.rewriting.given_back import gives_what_lives
from migrate.rewriting.inference import Inference
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.syntax import listed_as, parents_in
from migrate.rewriting.vocabulary import Vocabulary
from migrate.rewriting.written import brought_back

_GATHERING = frozenset("gather create_task ensure_future wait_for shield wait as_completed timeout".split())


class Rewriter(cst.CSTTransformer):
    """One expression or simple statement of one function."""

    def __init__(self, expressions: Expressions) -> None:
        super().__init__()
        self._of = expressions
        self._done: dict[cst.CSTNode, cst.BaseExpression] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Whether to go into a node; what is replaced as a whole is not looked into."""
        if isinstance(node, cst.BaseExpression):
            made = self._of.replaced_whole(node)
            if made is not None:
                self._done[node] = made
                return False
        if isinstance(node, cst.Call):
            self._of.dispatching.enter(node)
        if isinstance(node, cst.Annotation | cst.Param):
            return False
        if isinstance(node, cst.BaseComp):
            clause: cst.CompFor | None = node.for_in
            while clause is not None:
                self._of.types.bind_items(clause.target, clause.iter)
                clause = clause.inner_for_in
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        """The node as workflow code."""
        if original_node in self._done:
            return self._done[original_node]
        left = super().on_leave(original_node, updated_node)
        if isinstance(original_node, cst.Call) and isinstance(left, cst.Call):
            return self._of.call(original_node, left)
        if (
            isinstance(original_node, cst.Await)
            and isinstance(left, cst.Await)
            and isinstance(left.expression, cst.Await)
        ):
            return left.expression
        if isinstance(original_node, cst.CompFor) and isinstance(left, cst.CompFor):
            lazy = self._of.dispatching.is_lazy(original_node.iter)
            return left.with_changes(asynchronous=cst.Asynchronous()) if lazy else left
        if isinstance(original_node, cst.GeneratorExp) and isinstance(left, cst.GeneratorExp):
            return self._of.dispatching.generator(original_node, left)
        return left  # type: ignore[return-value]


class Expressions(Carrying):
    """All that is needed to rewrite expressions of one function."""

    def __init__(self, draft: Draft, words: Vocabulary, route: Route, around: Surroundings) -> None:
        super().__init__(draft, route.function.module, around, Logging(draft, words, around))
        self.words = words
        self.route = route
        self.parents = parents_in(route.function.node)
        self.calling = Calling(draft, route, around)
        self.uses = Uses(draft.legacy)
        self.types = Inference(self.calling)
        self.calling.type_of = self.types.of
        self.method_of: Callable[[Site], str | None] = lambda _: None
        self.wait_of: Callable[[Site], str | None] = lambda _: None
        self.held_arguments: Callable[[Site], list[cst.Arg]] = lambda _: []
        self.left_out: Callable[[Site, Sequence[cst.Arg]], list[cst.Arg]] = lambda *_: []
        self.submitted = False
        self.made_async: set[cst.CSTNode] = set()
        self.unset: dict[str, None] = {}
        self.objects = Objects(self)
        self.dispatching = Dispatching(self)

    def rewrite(self, node: cst.CSTNode) -> cst.CSTNode:
        """The node as workflow code. Raises UntranslatableError."""
        made = node.visit(Rewriter(self))
        assert isinstance(made, cst.CSTNode)
        return made

    def refuse(self, reason: str, node: cst.CSTNode) -> UntranslatableError:
        """The error that says why this node cannot become workflow code."""
        return UntranslatableError(reason, self.module.file, self.module.span(node)[0])

    # What is replaced as a whole, arguments and all

    def replaced_whole(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """The replacement of an expression whose text moves into the adapter, or None."""
        parent = self.parents.get(node)
        if (isinstance(parent, cst.Attribute) and parent.attr is node) or (
            isinstance(parent, cst.Arg) and parent.keyword is node
        ):
            return None
        if isinstance(parent, cst.Arg) and (self._is_reference(node, parent) or self._stays_outside(node, parent)):
            return node
        head = self._head_site(node)
        if head is not None:
            return self._lifted(node, head)
        if isinstance(node, cst.Call):
            made = self.objects.replaced(node)
            if made is not None:
                return made
            if dotted_name(node.func) == "isinstance":
                return None
        if isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.Await):
            if isinstance(node, cst.Await) and not isinstance(node.expression, cst.Call):
                return None
            return self._outside(node)
        return None

    def _is_reference(self, node: cst.BaseExpression, argument: cst.Arg) -> bool:
        """Whether this is the step function that a dispatching call is given."""
        call = self.parents.get(argument)
        site = self.route.sites.get(call) if call is not None else None
        return (
            site is not None
            and site.as_argument
            and (dotted_name(node) or "").rpartition(".")[2] == (site.callee.name if site.callee is not None else "")
        )

    def _stays_outside(self, node: cst.BaseExpression, argument: cst.Arg) -> bool:
        """Whether this argument of a step moves into the adapter with its text."""
        call = self.parents.get(argument)
        site = self.route.sites.get(call) if call is not None else None
        if site is None:
            return False
        if self.wait_of(site) is not None:
            return self.calling.stays_outside(node)
        if self.method_of(site) is not None:
            return self._is_held(site, argument)
        return (site.as_argument or self.calling.can_call(site)) and self.calling.stays_outside(node)

    def _is_outside(self, argument: cst.Arg) -> bool:
        return self.calling.stays_outside(argument.value)

    def _is_held(self, site: Site, argument: cst.Arg) -> bool:
        """Whether this argument of a method of the workflow is an object that the activities in it get themselves."""
        return any(argument is held for held in self.held_arguments(site))

    def _head_site(self, node: cst.BaseExpression) -> Site | None:
        """The site at the head of a chain that has to be lifted, if `node` is that whole chain."""
        core = chain_head(node, self.route)
        if core is None:
            return None
        site = self.route.sites[core]
        if self.wait_of(site) is not None or self.method_of(site) is not None:
            return None
        if site.as_argument or self.is_sleep(site) or self.calling.can_call(site):
            return None
        return site if self.chain(core) is node else None

    def is_sleep(self, site: Site) -> bool:
        """Whether the step is a pause, which the engine makes durable by itself."""
        return site.callee is None and self.dotted(site.node.func) in PAUSES

    def chain(self, node: cst.CSTNode) -> cst.CSTNode:
        """The longest run of attributes, items, calls and awaits that starts at this node."""
        while True:
            parent = self.parents.get(node)
            if (
                (isinstance(parent, cst.Attribute | cst.Subscript) and parent.value is node)
                or (isinstance(parent, cst.Call) and parent.func is node)
                or (isinstance(parent, cst.Await) and parent.expression is node)
            ):
                node = parent
                continue
            return node

    def _lifted(self, node: cst.BaseExpression, site: Site) -> cst.BaseExpression:
        others = sites_in(node, self.route) - {site.node}
        if others:
            raise self.refuse("one expression holds two steps", node)
        discarded = isinstance(self.parents.get(node), cst.Expr)
        core = node.expression if isinstance(node, cst.Await) else node
        made = site.callee if core is site.node and not discarded else None
        if made is not None and gives_what_lives(self.draft.copies.valued, made):
            raise self.refuse("a step gives an object that lives in one process", node)
        unit = self.calling.lift_expression(node, site, coroutine=self.is_coroutine(site), discarded=discarded)
        awaited = isinstance(node, cst.Await) or holds_await(node) or not self.is_coroutine(site)
        names = [p.name for p in unit.params]
        return self._awaited(brought_back(self._step_code(unit.name, names, node), unit, names), node, wrap=awaited)

    # Calls

    def call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        """A call whose arguments are rewritten already."""
        dispatched = self.dispatching.replaced(original, updated)
        if dispatched is not None:
            return dispatched
        site = self.route.sites.get(original)
        if site is not None and not site.as_argument and not self.is_sleep(site):
            return self._site(site, original, updated)
        local = self.route.local_calls.get(original)
        if local is not None:
            return self.wrapped(updated, original, wrap=not local.is_async)
        dotted = self.dotted(original.func)
        if dotted == "print":
            return self.parsed(self.logging.printed(updated))
        logged = self.logging.method(original)
        if logged is not None:
            return self.parsed(self.logging.code(logged, updated))
        replaced = self._engine_call(dotted, original, updated) if dotted is not None else None
        if replaced is not None:
            return replaced
        if self.submitted and isinstance(original.func, cst.Attribute) and original.func.attr.value == "result":
            receiver = updated.func
            assert isinstance(receiver, cst.Attribute)
            return self.wrapped(receiver.value, original, wrap=True)
        self._refuse_method_of_record(original)
        return updated

    def _refuse_method_of_record(self, call: cst.Call) -> None:
        """A record has no methods: an activity calls them; where that may change it, nothing can be told apart."""
        head = head_name(call.func)
        kept = {*self.around.running, *self.around.functions, *self.around.entered, *self.dispatching.pools}
        if head is None or head.value in kept or not self.foreign.is_method(call):
            return
        known = self.types.of(head)
        if known.storable and known.text != "Any":
            return
        reason = f"a method of `{head.value}` is called, of which the workflow has a record only"
        if isinstance(self.parents.get(call), cst.Expr):
            raise UnsplittableError(reason, self.module.file, self.module.span(call)[0])
        raise self.refuse(reason, call)

    @cached_property
    def foreign(self) -> Foreign:
        """Names that may hold objects of the legacy process."""
        return Foreign(self.draft.legacy, self.route, self.around.types, lambda site: self.wait_of(site) is not None)

    def _site(self, site: Site, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        wait = self.wait_of(site)
        if wait is not None:
            given = [new for old, new in zip(original.args, updated.args, strict=True) if not self._is_outside(old)]
            # What a `with` of the legacy process gives is nothing that a person could be shown.
            entered = self._entered_around(original)
            about = [self.code(a.value) for a in given[:1] if not a.star and entered.isdisjoint(reads(a.value))]
            asked = f"{self.words.decided}({', '.join([repr(wait).replace(chr(39), chr(34)), *about])})"
            if asks_over_http(site):
                # The code reads the answer as one that came over HTTP.
                return self.parsed(f"over_http(await {asked})")
            if any(w.name == wait and w.fields for w in self.draft.waits):
                return self.parsed(f"as_record(await {asked})")
            return self._awaited(asked, original, wrap=not self.is_coroutine(site))
        method = self.method_of(site)
        if method is not None:
            assert site.callee is not None
            func = cst.Attribute(cst.Name("self"), cst.Name(method))
            kept = [new for old, new in zip(original.args, updated.args, strict=True) if not self._is_held(site, old)]
            kept += self.left_out(site, original.args)
            kept = listed_as(kept, updated.args)
            return self.wrapped(updated.with_changes(func=func, args=kept), original, wrap=not site.callee.is_async)
        unit, arguments = self.calling.call(site, original, updated)
        made = brought_back(self._step_code(unit.name, arguments, original), unit, arguments)
        return self._awaited(made, original, wrap=not self.is_coroutine(site))

    def _entered_around(self, node: cst.CSTNode) -> set[str]:
        """Names that the `with` statements around this node give."""
        found: set[str] = set()
        parent = self.parents.get(node)
        while parent is not None and parent is not self.route.function.node:
            if isinstance(parent, cst.With):
                found |= set(binds(*parent.items))
            parent = self.parents.get(parent)
        return found

    def step(self, name: str, arguments: list[str], original: cst.CSTNode, *, wrap: bool) -> cst.BaseExpression:
        """The call of an activity, awaited where the original was not."""
        return self._awaited(self._step_code(name, arguments, original), original, wrap=wrap)

    def _step_code(self, name: str, arguments: list[str], original: cst.CSTNode) -> str:
        item = self.loop_item(original)
        head = f"{self.words.step}(" if item is None else f"{self.words.step_for}({item}, "
        return f"{head}{', '.join([f'{self.words.activities}.{name}', *arguments])})"

    def _awaited(self, code: str, original: cst.CSTNode, *, wrap: bool) -> cst.BaseExpression:
        return self.wrapped(self.parsed(code), original, wrap=wrap)

    def wrapped(self, made: cst.BaseExpression, original: cst.CSTNode, *, wrap: bool) -> cst.BaseExpression:
        """Awaited, where the original was not."""
        if not wrap:
            return made
        self.must_be_async(original)
        parent = self.parents.get(original)
        bare = isinstance(
            parent, cst.Assign | cst.Return | cst.Expr | cst.AnnAssign | cst.Arg | cst.Await | cst.If | cst.While
        )
        if bare:
            return cst.Await(made)
        return cst.Await(made, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])

    def must_be_async(self, node: cst.CSTNode) -> None:
        """Refuse a step where nothing can be awaited. Raises UntranslatableError."""
        parent = self.parents.get(node)
        while parent is not None and parent is not self.route.function.node:
            if isinstance(parent, cst.Lambda | cst.FunctionDef) and parent not in self.made_async:
                raise self.refuse("a step stands in a function inside the function", node)
            parent = self.parents.get(parent)

    def is_coroutine(self, site: Site) -> bool:
        """Whether the call as written gives an awaitable, so that whoever stands around it awaits already."""
        if site.as_argument:
            return True
        if site.callee is not None and site.callee.name != "__init__" and not site.opaque:
            return site.callee.is_async
        node: cst.CSTNode = site.node
        parent = self.parents.get(node)
        if isinstance(parent, cst.Await):
            return True
        while parent is not None and parent is not self.route.function.node:
            if isinstance(parent, cst.Call) and (self.dotted(parent.func) or "").rpartition(".")[2] in _GATHERING:
                return True
            if isinstance(parent, cst.BaseStatement | cst.Await):
                return False
            parent = self.parents.get(parent)
        return False

    def loop_item(self, node: cst.CSTNode) -> str | None:
        """The variable of the innermost loop around this node, which tells its calls apart."""
        parent = self.parents.get(node)
        child = node
        while parent is not None and parent is not self.route.function.node:
            target: cst.BaseExpression | None = None
            if isinstance(parent, cst.For) and child is parent.body:
                target = parent.target
            elif isinstance(parent, cst.BaseComp) and child is not parent.for_in:
                inner = parent.for_in
                while inner.inner_for_in is not None:
                    inner = inner.inner_for_in
                target = inner.target
            elif isinstance(parent, cst.FunctionDef | cst.Lambda):
                given = parent.params.params
                return given[0].name.value if given else None
            if target is not None:
                if isinstance(target, cst.Tuple):
                    target = target.elements[0].value
                return target.value if isinstance(target, cst.Name) and target.value != "_" else None
            child, parent = parent, self.parents.get(parent)
        return None

    def _engine_call(self, dotted: str, original: cst.Call, updated: cst.Call) -> cst.BaseExpression | None:
        if dotted == "asyncio.run":
            ran = updated.args[0].value
            return self.wrapped(ran.expression if isinstance(ran, cst.Await) else ran, original, wrap=True)
        if dotted in PROGRESS and original.args and original.args[0].keyword is None:
            return self.dispatching.shown(original, updated)
        if dotted.startswith("concurrent.futures.") and len(updated.args) != 1:
            raise self.refuse("threads are used in a way that cannot be followed", original)
        arguments = ", ".join(self.code(a).rstrip(", ") for a in updated.args)
        code = engine_code(self.words, dotted, arguments)
        if code is None:
            return None
        if dotted == "datetime.datetime.now" and not arguments:
            self.note(
                original,
                "datetime.now() without a zone gives UTC in the workflow",
                "a workflow has no local zone",
                "times differ from those of the original by the zone's offset",
            )
        return self._awaited(code, original, wrap=dotted in ("time.sleep", "concurrent.futures.wait"))

    # What only the legacy process knows

    def _outside(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """A chain that starts at a name of the legacy process: read by an activity, or carried as a copy."""
        head = head_name(node)
        if head is None or self.chain(head) is not node or self._leads_on(node):
            return None
        name = head.value
        if self._is_bound_inside(head):
            return None
        if name in self.around.held or name in self.around.entered or name in self.around.objects:
            return self.read_by_activity(node)
        if name == "self" and self.route.function.owner is not None:
            return self.read_by_activity(node)
        if name in self.around.locals or (name in BUILTINS and not self._is_banned(node, name)):
            return None
        if name not in BUILTINS and self._is_ours(node, name):
            return None
        return self.read_by_activity(node)

    def _is_bound_inside(self, head: cst.Name) -> bool:
        """Whether a comprehension or a lambda around it gives this name a meaning of its own."""
        parent = self.parents.get(head)
        while parent is not None and not isinstance(parent, cst.BaseStatement):
            if isinstance(parent, cst.BaseComp) and head.value in _items_of(parent):
                return True
            if isinstance(parent, cst.Lambda) and head.value in parameter_names(parent.params):
                return True
            parent = self.parents.get(parent)
        return False

    def _leads_on(self, node: cst.BaseExpression) -> bool:
        return any(n in self.route.sites for n in chain_nodes(node))

    def read_by_activity(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """An expression that only the legacy process can evaluate, as an activity. Raises UntranslatableError."""
        found = self.draft.legacy.resolve(self.module, dotted_name(node) or "")
        if found is not None and (found[1] in found[0].functions or found[1] in found[0].classes):
            raise self.refuse(f"{self.code(node)} is handed on as a function", node)
        if isinstance(node, cst.Name) and node.value in self.around.objects:
            raise self.refuse(f"`{node.value}` is an object of the legacy process, which cannot be stored", node)
        self.must_be_async(node)
        call = outer_call(node)
        if call is not None and self.calling.can_call_plain(call):
            return self._plain_call(node, call)
        if sites_in(node, self.route):
            raise self.refuse("a step stands inside a call of code that cannot run in a workflow", node)
        unit = self.calling.lift_plain(node)
        return self.step(unit.name, [p.name for p in unit.params], node, wrap=True)

    def _plain_call(self, node: cst.BaseExpression, call: cst.Call) -> cst.BaseExpression:
        kept = self.calling.stays_outside
        rewritten = call.with_changes(
            args=[a if kept(a.value) else a.with_changes(value=self.rewrite(a.value)) for a in call.args]
        )
        unit, arguments = self.calling.call_plain(call, rewritten)
        return self._awaited(
            brought_back(self._step_code(unit.name, arguments, node), unit, arguments), node, wrap=True
        )

    def parsed(self, code: str) -> cst.BaseExpression:
        """Text as an expression. Raises UntranslatableError."""
        try:
            return cst.parse_expression(code)
        except cst.ParserSyntaxError:
            reason = "its text cannot be put into another place"
            raise UntranslatableError(reason, self.module.file, self.route.function.line) from None

    def code(self, node: cst.CSTNode) -> str:
        """The node as written."""
        return self.module.text(node).strip()

    def note(self, node: cst.CSTNode, what: str, because: str, risk: str) -> None:
        """Something that a person should know of this place."""
        self.draft.notes.append(Note(self.module.file, self.module.span(node)[0], what, because, risk, question=False))


def _items_of(node: cst.BaseComp) -> set[str]:
    """The names that a comprehension gives its items."""
    found: set[str] = set()
    loop: cst.CompFor | None = node.for_in
    while loop is not None:
        found |= set(target_names(loop.target))
        loop = loop.inner_for_in
    return found
