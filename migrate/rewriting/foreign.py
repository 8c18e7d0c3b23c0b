"""Which values of the workflow may be objects of the legacy process, which it only has as records of their fields.

A record has no methods. Whoever calls one needs the object, and that is in an activity.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable

import libcst as cst

from migrate.rewriting.answers import PLAIN_METHODS, RECORD_METHODS, derived
from migrate.rewriting.chains import chain_nodes, head_name, sites_in
from migrate.rewriting.crossing import Annotation
from migrate.rewriting.given_back import classes_given, classes_named
from migrate.rewriting.names import parameter_names, target_names
from migrate.rewriting.reading import aliases
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import Legacy, dotted_name
from migrate.rewriting.syntax import Looking

_COPIES = ("copy.copy", "copy.deepcopy", "deepcopy")
# Values that pure code makes, and that a workflow can have itself.
_PURE = (re.Match, re.Pattern, dt.datetime, dt.timedelta, decimal.Decimal, Counter, deque)
_METHODS = PLAIN_METHODS | {name for kind in _PURE for name in dir(kind)} | {"digest", "hexdigest"}


class Foreign:
    """The names of one function."""

    def __init__(
        self, legacy: Legacy, route: Route, types: dict[str, Annotation], is_wait: Callable[[Site], bool]
    ) -> None:
        """`types` are those of the parameters, as far as they are known; what a person answers is no record."""
        self._legacy = legacy
        self._body = route.function.node.body
        given = [n for n in parameter_names(route.function.node.params) if n != "self" and not _is_known(n, types)]
        looking = _FromSteps(route, is_wait)
        looking.look(self._body)
        self.names = self._with_copies([*given, *looking.names])
        params = route.function.node.params
        every = {p.name.value: p.annotation for p in (*params.posonly_params, *params.params, *params.kwonly_params)}
        said = [n for n in given if (told := every.get(n)) and any(classes_named(legacy, route.function, told))]
        # What has a class of the legacy code, whatever its methods are called.
        self.objects = aliases(self._body, [*said, *(n for n, site in looking.sites if self._gives_object(site))])

    def _gives_object(self, site: Site) -> bool:
        return site.callee is not None and any(classes_given(self._legacy, site.callee))

    def _with_copies(self, names: Iterable[str]) -> set[str]:
        found = derived(self._body, list(names))
        while True:
            looking = _Copied(found)
            looking.look(self._body)
            more = derived(self._body, sorted(found | looking.more))
            if more == found:
                return found
            found = more

    def is_method(self, call: cst.Call) -> bool:
        """Whether this calls a method of such an object."""
        func = call.func
        head = head_name(func)
        if not isinstance(func, cst.Attribute) or head is None or head.value not in self.names:
            return False
        # What a method of plain data gives is plain data.
        inner = any(isinstance(n, cst.Call) for n in chain_nodes(func.value))
        own = isinstance(func.value, cst.Name) and head.value in self.objects
        return not inner and func.attr.value not in (RECORD_METHODS if own else _METHODS)


def _is_known(name: str, types: dict[str, Annotation]) -> bool:
    told = types.get(name)
    return told is not None and told.storable is True and told.text != "Any"


class _FromSteps(Looking):
    """Names that are given what steps give."""

    def __init__(self, route: Route, is_wait: Callable[[Site], bool]) -> None:
        self._route = route
        self._is_wait = is_wait
        self.names: dict[str, None] = {}
        self.sites: list[tuple[str, Site]] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        value = node.value.expression if isinstance(node.value, cst.Await) else node.value
        sites = [self._route.sites[n] for n in sites_in(value, self._route)]
        if isinstance(value, cst.Call) and not all(self._is_wait(site) for site in sites):
            self.names |= {name: None for t in node.targets for name in target_names(t.target)}
            made = [site for site in sites if site.node is value]
            self.sites += [(t.target.value, s) for t in node.targets if isinstance(t.target, cst.Name) for s in made]


class _Copied(Looking):
    """Names that are given copies of these."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self.more: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        value = node.value
        if isinstance(value, cst.Call) and dotted_name(value.func) in _COPIES and value.args:
            head = head_name(value.args[0].value)
            if head is not None and head.value in self._names:
                self.more |= {name for t in node.targets for name in target_names(t.target)}
