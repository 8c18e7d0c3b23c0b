"""Steps that something else calls: a pool of threads, an executor, `map`, a generator that hands them out one by one.

What was lazy stays lazy: the items come in the same order, each when it is asked for, and a loop over them becomes
`async for`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import libcst as cst

from migrate.rewriting.answers import Uses, derived
from migrate.rewriting.calling import Calling
from migrate.rewriting.carrying import BUILTINS
from migrate.rewriting.chains import holds_await
from migrate.rewriting.changing import changed_in
from migrate.rewriting.draft import Draft, UntranslatableError
from migrate.rewriting.engine_means import PROGRESS
from migrate.rewriting.inference import Inference
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.syntax import Looking
from migrate.rewriting.vocabulary import Vocabulary
from migrate.rewriting.written import brought_back

# Where the function stands among the arguments of what calls it once.
_CALLS_ONCE = {"to_thread": 0, "run_in_executor": 1, "submit": 0, "add_task": 0, "run_sync": 0}
_PARTIAL = ("functools.partial", "partial")
# What takes every item of what it is given before it gives anything back.
_TAKES_ALL = frozenset("list tuple set frozenset sorted sum min max dict join extend Counter".split())
_WRAPS = {"zip": "zipped", "enumerate": "numbered"}


class Rewriting(Protocol):
    """What this room needs of the rewriting of expressions around it."""

    draft: Draft
    route: Route
    words: Vocabulary
    around: Surroundings
    calling: Calling
    types: Inference
    uses: Uses
    submitted: bool
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    made_async: set[cst.CSTNode]
    method_of: Callable[[Site], str | None]
    left_out: Callable[[Site, Sequence[cst.Arg]], list[cst.Arg]]

    def refuse(self, reason: str, node: cst.CSTNode) -> UntranslatableError:
        """The error that says why not."""

    def dotted(self, node: cst.CSTNode) -> str | None:
        """What a callee means."""

    def parsed(self, code: str) -> cst.BaseExpression:
        """Text as an expression."""

    def code(self, node: cst.CSTNode) -> str:
        """The node as written."""

    def wrapped(self, made: cst.BaseExpression, original: cst.CSTNode, *, wrap: bool) -> cst.BaseExpression:
        """Awaited, where the original was not."""

    def loop_item(self, node: cst.CSTNode) -> str | None:
        """The variable of the innermost loop around a node."""

    def must_be_async(self, node: cst.CSTNode) -> None:
        """Refuse where nothing can be awaited."""

    def note(self, node: cst.CSTNode, what: str, because: str, risk: str) -> None:
        """Something that a person should know of this place."""


class Dispatching:
    """How one function has its steps called by others."""

    def __init__(self, expressions: Rewriting) -> None:
        self._ex = expressions
        self.pools: dict[str, int] = {}
        self.lazy_names: set[str] = set()
        self._lazy: set[cst.CSTNode] = set()
        self._varying: Sequence[str] = ()

    # Which calls these are

    def enter(self, node: cst.Call) -> None:
        """Before the arguments of a call are rewritten: a function written on the spot may wait where it is called."""
        function = self._function_given(node)
        if isinstance(function, cst.Lambda):
            self._ex.made_async.add(function)

    def replaced(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression | None:
        """A call that has a step called by something else, or that takes its items from one; else None."""
        function = self._function_given(original)
        if function is not None and self._holds_step(original, function):
            return self._dispatched(original, updated, function)
        site = self._ex.route.sites.get(original)
        if site is not None and site.as_argument:
            if self._is_partial(original):
                return updated
            raise self._ex.refuse(f"{self._name(original)} runs a step in a way that cannot be followed", original)
        return self._taken(original, updated)

    def _name(self, call: cst.Call) -> str:
        return self._ex.dotted(call.func) or self._last(call) or "a call"

    def _last(self, call: cst.Call) -> str:
        if isinstance(call.func, cst.Attribute):
            return call.func.attr.value
        return (dotted_name(call.func) or "").rpartition(".")[2]

    def _is_map(self, call: cst.Call) -> bool:
        return self._last(call) == "map" and len(call.args) > 1

    def _function_given(self, call: cst.Call) -> cst.BaseExpression | None:
        at = 0 if self._is_map(call) else _CALLS_ONCE.get(self._last(call))
        return call.args[at].value if at is not None and len(call.args) > at and not call.args[at].star else None

    def _is_partial(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Call) and self._ex.dotted(node.func) in _PARTIAL

    def _holds_step(self, call: cst.Call, function: cst.BaseExpression) -> bool:
        if call in self._ex.route.local_references:
            return True
        if isinstance(function, cst.Lambda):
            return any(n in self._ex.route.sites or n in self._ex.route.local_calls for n in _calls(function.body))
        site = self._ex.route.sites.get(function if self._is_partial(function) else call)
        return site is not None and site.as_argument

    # The calls

    def _dispatched(self, original: cst.Call, updated: cst.Call, function: cst.BaseExpression) -> cst.BaseExpression:
        if self._is_map(original):
            return self._mapped(original, updated, function)
        last = self._last(original)
        at = _CALLS_ONCE[last]
        made = self._work(original, updated, function, at, updated.args[at + 1 :], original.args[at + 1 :])
        if last == "add_task":
            self._ex.note(
                original,
                "what ran after the answer was sent is part of the run now",
                "a run is started and goes on by itself: there is no answer that it could delay",
                "whoever waits for the result of the run waits for this too",
            )
            return self._ex.wrapped(self._ex.parsed(made), original, wrap=True)
        pool = self._pool(original.func if last == "submit" else original.args[0].value)
        if pool is not None:
            self.pools[pool] += 1
            made = f"{pool}.submit({made})"
        elif last == "submit" or (last == "run_in_executor" and not self._is_waited_for(original)):
            self._ex.draft.imports["asyncio"] = ("asyncio", None)
            made = f"asyncio.ensure_future({made})"
        if made.startswith(("asyncio.", f"{pool}.")):
            self._ex.submitted = True
            self._ex.around.running |= self._begun(original)
        if last == "submit" and isinstance(self._ex.parents.get(original), cst.Expr) and pool is None:
            raise self._ex.refuse("nobody waits for what is submitted here", original)
        return self._ex.parsed(made)

    def _begun(self, call: cst.Call) -> set[str]:
        """The names that hold what is begun here, and those that parts of it are given."""
        child: cst.CSTNode = call
        parent = self._ex.parents.get(child)
        keyed = False
        while parent is not None and not isinstance(parent, cst.BaseStatement):
            keyed = keyed or (isinstance(parent, cst.DictComp | cst.DictElement) and parent.key is child)
            keyed = keyed or isinstance(parent, cst.SubscriptElement)
            child, parent = parent, self._ex.parents.get(parent)
        if parent is None:
            return set()
        names = [*binds(parent), *changed_in([parent])]
        body = self._ex.route.function.node.body
        if not keyed:
            return derived(body, names)
        looking = _Keys(names)
        looking.look(body)
        return {*names, *looking.found}

    def _is_waited_for(self, call: cst.Call) -> bool:
        parent = self._ex.parents.get(call)
        return isinstance(parent, cst.Await | cst.Arg)

    def _pool(self, node: cst.CSTNode) -> str | None:
        name = (dotted_name(node) or "").partition(".")[0]
        return name if name in self.pools else None

    def _work(
        self,
        original: cst.Call,
        updated: cst.Call,
        function: cst.BaseExpression,
        at: int,
        given: Sequence[cst.Arg],
        written: Sequence[cst.Arg],
    ) -> str:
        """The call of the function with these arguments, as code that gives something to wait for."""
        local = self._ex.route.local_references.get(original)
        if local is not None:
            return f"{self._ex.code(function)}({_listed([self._ex.code(a) for a in given])})"
        if isinstance(function, cst.Lambda):
            if given:
                raise self._ex.refuse("a function that is written on the spot is given values", original)
            inner = updated.args[at].value
            assert isinstance(inner, cst.Lambda)
            return self._awaitable(inner.body, original)
        if self._is_partial(function):
            bound = updated.args[at].value
            assert isinstance(bound, cst.Call)
            assert isinstance(function, cst.Call)
            return self._called(self._ex.route.sites[function], function.args[0], [*function.args[1:], *written], [
                *bound.args[1:], *given,
            ])  # fmt: skip
        return self._called(self._ex.route.sites[original], original.args[at], written, given)

    def _called(self, site: Site, function: cst.Arg, written: Sequence[cst.Arg], given: Sequence[cst.Arg]) -> str:
        method = self._ex.method_of(site)
        if method is not None:
            every = [*given, *self._ex.left_out(site, written)]
            return f"self.{method}({_listed([self._ex.code(a) for a in every])})"
        unit, arguments = self._ex.calling.call_reference(site, function, written, given)
        head = self._item(arguments) if self._varying else self._ex.loop_item(site.node)
        step = f"{self._ex.words.step}(" if head is None else f"{self._ex.words.step_for}({head}, "
        code = f"{step}{', '.join([f'{self._ex.words.activities}.{unit.name}', *arguments])})"
        return brought_back(code, unit, arguments)

    def _awaitable(self, made: cst.BaseExpression, node: cst.CSTNode) -> str:
        if not isinstance(made, cst.Await):
            raise self._ex.refuse("more than a step stands in a function that is written on the spot", node)
        return self._ex.code(made.expression)

    # Many at once, or one after another

    def _mapped(self, original: cst.Call, updated: cst.Call, function: cst.BaseExpression) -> cst.BaseExpression:
        plain = self._ex.dotted(original.func) == "map"
        rows = [a for a in updated.args[1:] if a.keyword is None]
        named = [a.keyword.value for a in updated.args[1:] if a.keyword is not None]
        if not rows or any(a.star for a in rows) or set(named) - {"chunksize"}:
            raise self._ex.refuse(f"{self._name(original)} runs a step in a way that cannot be followed", original)
        written = [a for a in original.args[1:] if a.keyword is None]
        names = self._names(original, function, len(rows))
        work = self._with_names(names, written, lambda: self._each(original, updated, function, names, written))
        target = ", ".join(names)
        row = self._ex.code(rows[0].value)
        source = row if len(rows) == 1 else f"zip({', '.join(self._ex.code(a.value) for a in rows)})"
        if plain:
            made = f"(await {work} for {target} in {source})"
        else:
            pool = self._pool(original.func)
            if pool is not None:
                self.pools[pool] += 1
            self._ex.draft.pooled = True
            made = f"{pool or 'Pool()'}.map({work} for {target} in {source})"
        self._ex.must_be_async(original)
        return self._lazily(self._ex.parsed(made), original)

    def _each(
        self,
        original: cst.Call,
        updated: cst.Call,
        function: cst.BaseExpression,
        names: Sequence[str],
        rows: Sequence[cst.Arg],
    ) -> str:
        arguments = [cst.Arg(cst.Name(n)) for n in names]
        if isinstance(function, cst.Lambda):
            inner = updated.args[0].value
            assert isinstance(inner, cst.Lambda)
            return self._awaitable(inner.body, original)
        self._varying = [n for n, r in zip(names, rows, strict=True) if not _is_constant(r.value)] or list(names)
        try:
            return self._work(original, updated, function, 0, arguments, arguments)
        finally:
            self._varying = ()

    def _item(self, arguments: Sequence[str]) -> str | None:
        """What tells one call from the others: the first argument that is not the same for all."""
        return next((n for n in self._varying if n in arguments), None)

    def _names(self, call: cst.Call, function: cst.BaseExpression, count: int) -> list[str]:
        """Names for the items: those of the parameters that they are given to."""
        if isinstance(function, cst.Lambda):
            return [p.name.value for p in function.params.params][:count]
        site = self._ex.route.sites.get(function if self._is_partial(function) else call)
        local = self._ex.route.local_references.get(call)
        callee = site.callee if site is not None else local
        assert callee is not None
        params = _positional(callee)
        if isinstance(function, cst.Call):
            params = params[sum(a.keyword is None for a in function.args) - 1 :]
        taken = {*self._ex.around.held, *self._ex.around.objects, *self._ex.around.entered, *BUILTINS, "self"}
        names: list[str] = []
        for index in range(count):
            name = params[index] if index < len(params) else f"item_{index + 1}"
            while name in taken or name in names or self._ex.around.origin(name) is not None:
                name += "_"
            names.append(name)
        return names

    def _with_names(self, names: Sequence[str], rows: Sequence[cst.Arg], make: Callable[[], str]) -> str:
        """Make code inside a comprehension that binds these names, and only there."""
        around = self._ex.around
        before, types = set(around.locals), dict(around.types)
        around.locals |= set(names)
        for name, row in zip(names, rows, strict=False):
            around.types.pop(name, None)
            self._ex.types.bind(cst.Name(name), self._ex.types.item(self._ex.types.of(row.value)))
        try:
            return make()
        finally:
            around.locals = before
            around.types = types

    # Items that come one by one

    def generator(self, original: cst.GeneratorExp, updated: cst.GeneratorExp) -> cst.BaseExpression:
        """A generator that waits for a step before each item."""
        if not holds_await(updated) or holds_await(original):
            return updated
        return self._lazily(updated, original)

    def is_lazy(self, node: cst.CSTNode) -> bool:
        """Whether a loop over this expression has to be `async for`."""
        return node in self._lazy or (isinstance(node, cst.Name) and node.value in self.lazy_names)

    def _lazily(self, made: cst.BaseExpression, original: cst.BaseExpression) -> cst.BaseExpression:
        """Items for whoever asks for them next; refused where nobody shows how they are asked for."""
        parent = self._ex.parents.get(original)
        loops = isinstance(parent, cst.For | cst.CompFor) and parent.iter is original
        call = self._ex.parents.get(parent) if isinstance(parent, cst.Arg) else None
        taken = isinstance(call, cst.Call) and (self._last(call) in _TAKES_ALL or self._is_wrapped(call))
        if not loops and not taken and not self._is_kept(parent):
            raise self._ex.refuse("steps are asked for one by one, in a way that cannot be followed", original)
        self._lazy.add(original)
        return made

    def shown(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        """What a bar on the terminal shows the progress of, without the bar: a workflow has no terminal."""
        first = updated.args[0].value
        return self._lazily(first, original) if self.is_lazy(original.args[0].value) else first

    def _is_wrapped(self, call: cst.Call) -> bool:
        if self._ex.dotted(call.func) in PROGRESS:
            return True
        return self._ex.dotted(call.func) in _WRAPS and not any(a.keyword or a.star for a in call.args)

    def _is_kept(self, parent: cst.CSTNode | None) -> bool:
        """Whether it is given a name that is read in loops only."""
        if not isinstance(parent, cst.Assign) or len(parent.targets) != 1:
            return False
        name = dotted_name(parent.targets[0].target)
        looking = _Reading(name or "", self._ex.parents)
        looking.look(self._ex.route.function.node.body)
        if name is None or looking.elsewhere or not all(self._gives_steps(value) for value in looking.bound):
            return False
        self.lazy_names.add(name)
        self._ex.around.running.add(name)
        return True

    def _gives_steps(self, value: cst.BaseExpression) -> bool:
        function = self._function_given(value) if isinstance(value, cst.Call) and self._is_map(value) else None
        return function is not None and isinstance(value, cst.Call) and self._holds_step(value, function)

    def _taken(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression | None:
        if not any(self.is_lazy(a.value) for a in original.args) or self._ex.dotted(original.func) in PROGRESS:
            return None
        name = self._last(original)
        if self._is_wrapped(original):
            self._ex.draft.pooled = True
            return self._lazily(updated.with_changes(func=cst.Name(_WRAPS[name])), original)
        if name not in _TAKES_ALL:
            raise self._ex.refuse("steps are asked for one by one, in a way that cannot be followed", original)
        listed = [self._listed(old, new) for old, new in zip(original.args, updated.args, strict=True)]
        if name == "list" and len(listed) == 1:
            return listed[0].value
        return updated.with_changes(args=listed)

    def _listed(self, old: cst.Arg, new: cst.Arg) -> cst.Arg:
        if not self.is_lazy(old.value):
            return new
        if isinstance(new.value, cst.GeneratorExp):
            return new.with_changes(value=cst.ListComp(new.value.elt, new.value.for_in))
        return new.with_changes(value=self._ex.parsed(f"[item async for item in {self._ex.code(new.value)}]"))


class _Reading(Looking):
    """What a name is bound to, and whether it is read anywhere but as what a loop goes through."""

    def __init__(self, name: str, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        self._name = name
        self._parents = parents
        self.bound: list[cst.BaseExpression] = []
        self.elsewhere = False

    def visit_Name(self, node: cst.Name) -> None:
        if node.value != self._name:
            return
        parent = self._parents.get(node)
        assign = self._parents.get(parent) if isinstance(parent, cst.AssignTarget) else None
        if isinstance(assign, cst.Assign):
            self.bound.append(assign.value)
            return
        call = self._parents.get(parent) if isinstance(parent, cst.Arg) and parent.value is node else None
        takes = isinstance(call, cst.Call) and (dotted_name(call.func) or "").rpartition(".")[2] in _TAKES_ALL
        loops = isinstance(parent, cst.For | cst.CompFor) and parent.iter is node
        other = isinstance(parent, cst.Attribute | cst.Arg) and getattr(parent, "value", None) is not node
        self.elsewhere = self.elsewhere or not (takes or loops or other)


class _Keys(Looking):
    """Variables of loops over the keys of these names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)
        self.found: set[str] = set()

    def _look(self, node: cst.For | cst.CompFor) -> None:
        items = isinstance(node.iter, cst.Call) and isinstance(node.iter.func, cst.Attribute)
        if self._names & set(reads(node.iter)) and not items:
            self.found |= set(target_names(node.target))

    def visit_For(self, node: cst.For) -> None:
        self._look(node)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._look(node)


class _CallFinder(Looking):
    def __init__(self) -> None:
        self.found: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.found.append(node)


def _calls(node: cst.CSTNode) -> list[cst.Call]:
    looking = _CallFinder()
    looking.look(node)
    return looking.found


def _positional(function: Function) -> list[str]:
    params = parameter_names(function.node.params)
    method = function.owner is not None and not any(
        dotted_name(d.decorator) == "staticmethod" for d in function.node.decorators
    )
    return params[1:] if method else params


def _is_constant(node: cst.BaseExpression) -> bool:
    """Whether every item of this is the same: `[key] * len(rows)`, `repeat(key)`."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        return any(isinstance(side, cst.List | cst.Tuple) for side in (node.left, node.right))
    return isinstance(node, cst.Call) and (dotted_name(node.func) or "").rpartition(".")[2] == "repeat"


def _listed(arguments: Sequence[str]) -> str:
    return ", ".join(a.rstrip(", ") for a in arguments)
