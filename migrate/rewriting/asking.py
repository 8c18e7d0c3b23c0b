"""Objects that only the legacy process has, where workflow code asks them something or hands them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import libcst as cst

from migrate.rewriting.answers import PLAIN_METHODS, derived
from migrate.rewriting.calling import Calling
from migrate.rewriting.chains import chain_nodes, head_name, sites_in
from migrate.rewriting.determinism import is_pure_module
from migrate.rewriting.draft import UntranslatableError
from migrate.rewriting.engine_means import is_engine_word
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.names import target_names
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.syntax import Looking


class Rewriting(Protocol):
    """What this room needs of the rewriting of expressions around it."""

    route: Route
    around: Surroundings
    calling: Calling
    submitted: bool
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    wait_of: Callable[[Site], str | None]

    def rewrite(self, node: cst.CSTNode) -> cst.CSTNode:
        """The node as workflow code."""

    def refuse(self, reason: str, node: cst.CSTNode) -> UntranslatableError:
        """The error that says why not."""

    def dotted(self, node: cst.CSTNode) -> str | None:
        """What a callee means."""

    def step(self, name: str, arguments: list[str], original: cst.CSTNode, *, wrap: bool) -> cst.BaseExpression:
        """The call of an activity."""

    def must_be_async(self, node: cst.CSTNode) -> None:
        """Refuse where nothing can be awaited."""

    def read_by_activity(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """An expression evaluated in the legacy process."""

    def parsed(self, code: str) -> cst.BaseExpression:
        """Text as an expression."""

    def code(self, node: cst.CSTNode) -> str:
        """The node as written."""


class _Bindings(Looking):
    """Names that are bound to what the legacy process gives."""

    def __init__(self, objects: Objects) -> None:
        super().__init__()
        self._of = objects
        self.names: dict[str, None] = {}

    def visit_Assign(self, node: cst.Assign) -> None:
        if self._of.gives_objects(node.value):
            self.names |= {name: None for t in node.targets for name in target_names(t.target)}

    def visit_For(self, node: cst.For) -> None:
        if self._of.gives_objects(node.iter):
            self.names |= dict.fromkeys(target_names(node.target))


class Objects:
    """What one function does with objects of the legacy process."""

    def __init__(self, expressions: Rewriting) -> None:
        self._ex = expressions
        self._foreign_names: set[str] | None = None

    def replaced(self, node: cst.Call) -> cst.BaseExpression | None:
        """The replacement of a call that has to do with such an object, None if it has not."""
        if dotted_name(node.func) == "isinstance":
            return self._is_a(node)
        if self._takes_an_object(node):
            return self._ex.read_by_activity(node)
        return self._asked(node) if self._asks_an_object(node) else None

    def _takes_an_object(self, node: cst.Call) -> bool:
        """Whether a function that the workflow has is called with an object that only the legacy process has."""
        name = dotted_name(node.func)
        if name is None or node in self._ex.route.sites or sites_in(node, self._ex.route):
            return False
        bare = [a.value.value for a in node.args if isinstance(a.value, cst.Name)]
        objects = {*self._ex.around.objects, *self._ex.around.held, *self._ex.around.entered}
        objects |= {"self"} if self._ex.route.function.owner is not None else set()
        ours = self._ex.dotted(node.func) or name
        return (
            bool(objects & set(bare))
            and not self._ex.calling.is_outside(name.partition(".")[0])
            and is_pure_module(ours)
        )

    def _asks_an_object(self, node: cst.Call) -> bool:
        """Whether a method is called here that only an object of the legacy process has."""
        func = node.func
        if not isinstance(func, cst.Attribute) or func.attr.value in PLAIN_METHODS or node in self._ex.route.sites:
            return False
        if self._ex.submitted and func.attr.value in ("result", "exception", "done", "cancel"):
            return False
        head = head_name(func.value)
        between = [n for n in chain_nodes(func.value) if isinstance(n, cst.Call)]
        if head is None or between or head.value not in self._foreign() or self._ex.calling.is_outside(head.value):
            return False
        known = self._ex.around.types.get(head.value)
        return known is None or known.text == "Any"

    def _asked(self, node: cst.Call) -> cst.BaseExpression:
        if isinstance(self._ex.parents.get(node), cst.Expr) or sites_in(node, self._ex.route):
            raise self._ex.refuse("a method of an object is called, which may change it", node)
        self._ex.must_be_async(node)
        unit = self._ex.calling.lift_plain(node)
        return self._ex.step(unit.name, [p.name for p in unit.params], node, wrap=True)

    def _foreign(self) -> set[str]:
        """Names that hold what a step, or code of the legacy process, has given."""
        if self._foreign_names is None:
            looking = _Bindings(self)
            looking.look(self._ex.route.function.node.body)
            self._foreign_names = derived(self._ex.route.function.node.body, list(looking.names))
        return self._foreign_names

    def gives_objects(self, value: cst.CSTNode) -> bool:
        """Whether this value comes from a step or from code that only the legacy process has."""
        while isinstance(value, cst.Await):
            value = value.expression
        if sites_in(value, self._ex.route):
            return not any(self._ex.wait_of(self._ex.route.sites[n]) for n in sites_in(value, self._ex.route))
        head = head_name(value)
        if not isinstance(value, cst.Call) or head is None or not self._ex.calling.is_outside(head.value):
            return False
        dotted = self._ex.dotted(value.func)
        return dotted is None or not is_engine_word(dotted)

    def _is_a(self, node: cst.Call) -> cst.BaseExpression | None:
        """Whether a record was an object of a class that only the legacy process knows."""
        if len(node.args) != 2 or self._ex.calling.stays_outside(node.args[0].value):
            return None
        classes = node.args[1].value
        named = [e.value for e in classes.elements] if isinstance(classes, cst.Tuple) else [classes]
        names = [dotted_name(n) for n in named]
        if None in names or not any(self._ex.calling.stays_outside(n) for n in named):
            return None
        value = self._ex.rewrite(node.args[0].value)
        return self._ex.parsed(
            f"is_a({', '.join([self._ex.code(value), *(repr(n).replace(chr(39), chr(34)) for n in names)])})"
        )
