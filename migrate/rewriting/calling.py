"""Units: a call of one legacy function, or an expression or statements of the orchestrating function as written.

Decides what the workflow evaluates and what moves into the adapter with its text.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence

import libcst as cst

from assess.model.step import Step, Visit
from migrate.plan import How
from migrate.rewriting.answers import Uses, answers
from migrate.rewriting.bodies import without_comments
from migrate.rewriting.chains import head_name, heaviest_way, reads_of_chain, repeated_in, sites_in
from migrate.rewriting.crossing import (
    NOTHING,
    UNKNOWN,
    Annotation,
    gives_plain_data,
    read_annotation,
    read_parameter,
    result_of,
)
from migrate.rewriting.determinism import BANNED_CALLS, is_pure_module
from migrate.rewriting.draft import Draft, Factory, Given, Unit, UntranslatableError
from migrate.rewriting.engine_means import PROGRESS
from migrate.rewriting.exits import telling
from migrate.rewriting.frameworks import drive
from migrate.rewriting.lifting import Needed, Piece, Surroundings
from migrate.rewriting.looking import awaits, code_of, has_decorator, yields
from migrate.rewriting.mutating import is_place
from migrate.rewriting.names import reads
from migrate.rewriting.naming import in_modules
from migrate.rewriting.settings import outside_of, value_type
from migrate.rewriting.sites import Route, Site
from migrate.rewriting.source import Function, dotted_name
from migrate.rewriting.written import alone, bringing_back, equal, returning, taken

_BUILTINS = frozenset(dir(builtins))
Bound = list[tuple[cst.Param, cst.Arg]]


class Calling:
    """Makes the units of one orchestrating function."""

    def __init__(self, draft: Draft, route: Route, around: Surroundings) -> None:
        self.draft = draft
        self.route = route
        self.around = around
        self.module = route.function.module
        self.type_of: Callable[[cst.CSTNode], Annotation] = lambda _: UNKNOWN

    # A call of a legacy function, its arguments evaluated by the workflow

    def can_call(self, site: Site) -> bool:
        """Whether the function that is called can be an activity as it is."""
        if site.callee is None or site.as_argument or site.opaque:
            return False
        return (
            self._callable(site.callee, site.node.func)
            and self._bound(site.callee, site.node) is not None
            and (self.result(site).storable is not False)
        )

    def result(self, site: Site) -> Annotation:
        """What the called function gives back."""
        if site.callee is None:
            return Annotation(storable=False)
        return result_of(self.draft.copies, site.callee, _live(self.draft, site.inner))

    def can_call_plain(self, call: cst.Call) -> bool:
        """Whether a legacy function without steps can be an activity as it is."""
        callee = self._plain_callee(call)
        return (
            callee is not None
            and self._callable(callee, call.func)
            and self._bound(callee, call) is not None
            and result_of(self.draft.copies, callee, set()).storable is not False
        )

    def call(self, site: Site, original: cst.Call, updated: cst.Call) -> tuple[Unit, list[str]]:
        """The unit for a site that can be called, and the arguments that the workflow passes."""
        assert site.callee is not None
        return self._call(site.callee, original.func, original.args, updated.args, site, self.result(site))

    def call_plain(self, original: cst.Call, updated: cst.Call) -> tuple[Unit, list[str]]:
        """The same for a legacy function without steps."""
        callee = self._plain_callee(original)
        assert callee is not None
        returns = result_of(self.draft.copies, callee, set())
        return self._call(callee, original.func, original.args, updated.args, None, returns)

    def call_reference(
        self, site: Site, function: cst.Arg, original: Sequence[cst.Arg], updated: Sequence[cst.Arg]
    ) -> tuple[Unit, list[str]]:
        """The same for a function that is handed to something that calls it with these arguments."""
        callee = site.callee
        if callee is None or not self._callable(callee, function.value) or self._bind(callee, original) is None:
            raise UntranslatableError(
                "a step is handed on as a function that cannot be followed", self.module.file, site.line
            )
        if self.result(site).storable is False:
            raise UntranslatableError("what the step gives back cannot be stored", self.module.file, site.line)
        return self._call(callee, function.value, original, updated, site, self.result(site))

    def _plain_callee(self, call: cst.Call) -> Function | None:
        name = dotted_name(call.func)
        if name is None:
            return None
        if name.startswith("self.") and self.route.function.owner is not None:
            return self.module.functions.get(f"{self.route.function.owner}.{name[5:]}")
        found = self.draft.legacy.resolve(self.module, name)
        return found[0].functions.get(found[1]) if found is not None else None

    def _callable(self, callee: Function, func: cst.BaseExpression) -> bool:
        name = dotted_name(func)
        if name is None or callee.nested or callee.name == "__init__" or yields(callee):
            return False
        head = name.partition(".")[0]
        if head == "self" and self.route.function.owner is not None:
            return True
        return head in (*self.around.held, *self.around.objects) or (
            head not in self.around.locals and self.around.origin(head) is not None
        )

    def bind(self, site: Site, given: Sequence[cst.Arg]) -> Bound:
        """The parameters of the called function with the arguments that they get."""
        return self._bind(site.callee, given) or [] if site.callee is not None else []

    def _bound(self, callee: Function, call: cst.Call) -> Bound | None:
        bound = self._bind(callee, call.args)
        if bound is None:
            return None
        mixed = any(self._outside(a.value) and self._inside(a.value) for _, a in bound)
        live = any(
            read_annotation(self.draft.copies, callee.module, p.annotation).storable is False
            and not self._outside(a.value)
            for p, a in bound
        )
        return None if mixed or live else bound

    def _bind(self, callee: Function, arguments: Iterable[cst.Arg]) -> Bound | None:
        params = callee.node.params
        positional = [*params.posonly_params, *params.params]
        if callee.owner is not None and not has_decorator(callee, "staticmethod"):
            positional = positional[1:]
        by_name = {p.name.value: p for p in (*positional, *params.kwonly_params)}
        bound: Bound = []
        for argument in arguments:
            if argument.star:
                return None
            if argument.keyword is not None:
                param = by_name.get(argument.keyword.value)
            else:
                param = positional[len(bound)] if len(bound) < len(positional) else None
            if param is None:
                return None
            bound.append((param, argument))
        return bound

    def _call(
        self,
        callee: Function,
        func: cst.BaseExpression,
        original: Sequence[cst.Arg],
        updated: Sequence[cst.Arg],
        site: Site | None,
        returns: Annotation,
    ) -> tuple[Unit, list[str]]:
        bound = self._bind(callee, original) or []
        changes = self._changed(callee, bound, updated)
        needed = self.around.needed(func)
        given: list[Given] = []
        written: list[cst.Arg] = []
        passed: list[str] = []
        for (param, argument), new in zip(bound, updated, strict=True):
            name = param.name.value
            value: cst.BaseExpression
            if self._outside(argument.value):
                more = self.around.needed(argument.value)
                needed.imports |= more.imports
                needed.given |= more.given
                needed.instances |= more.instances
                needed.prelude += [s for s in more.prelude if s not in needed.prelude]
                needed.wraps += [w for w in more.wraps if w not in needed.wraps]
                needed.state |= more.state
                value = argument.value
            else:
                self._refuse_running([argument.value.value] if isinstance(argument.value, cst.Name) else [], func)
                annotation = self._promised(read_parameter(self.draft.copies, callee.module, param), argument.value)
                given.append(Given(name, annotation))
                value = taken(name, annotation, changes)
                passed.append(self.module.text(new.value).strip())
            written.append(cst.Arg(value, keyword=argument.keyword, equal=equal(argument)))
        for name, annotation in needed.given.items():
            # What an object that is built anew is built from.
            if name not in {g.name for g in given}:
                given.append(Given(name, annotation))
                passed.append(name)
        call: cst.BaseExpression = cst.Call(func, written)
        if callee.is_async:
            call = cst.Await(call)
        made: list[cst.BaseStatement] = [returning(call)]
        if changes:
            made, returns = bringing_back(call, given, changes, returns, converts=True)
        body = needed.around(made)
        visits = site.visits if site is not None else []
        unit = self._shared(callee, given, body) or self._new(callee, site, given, returns, body, needed)
        unit.changes = changes
        unit.visits += [v for v in visits if v not in unit.visits]
        unit.sites += 1
        return unit, passed

    def _changed(self, callee: Function, bound: Bound, updated: Sequence[cst.Arg]) -> tuple[str, ...]:
        """The parameters whose values the function changes and somebody else holds, in the workflow."""
        mutated = self.draft.mutations.parameters(callee)
        return tuple(
            param.name.value
            for (param, argument), new in zip(bound, updated, strict=True)
            if param.name.value in mutated and is_place(new.value) and not self._outside(argument.value)
        )

    def _refuse_running(self, names: Iterable[str], node: cst.CSTNode) -> None:
        for name in names:
            if name in self.around.functions:
                reason = f"`{name}` is a function with steps in it, which no activity can be given"
                raise UntranslatableError(reason, self.module.file, self.module.span(node)[0])
            if name in self.around.running:
                reason = f"`{name}` holds what has begun and not ended, which no activity can take"
                raise UntranslatableError(reason, self.module.file, self.module.span(node)[0])

    def _new(
        self,
        callee: Function,
        site: Site | None,
        given: list[Given],
        returns: Annotation,
        body: list[cst.BaseStatement],
        needed: Needed,
    ) -> Unit:
        unit = Unit(
            self.draft.unique(callee.name),
            How.WHOLE if site is not None and len(site.visits) > 1 else How.CALLED,
            callee.module.dotted,
            callee.qualname,
            callee.module.file,
            callee.line,
            callee.end_line,
            "async" if any(awaits(s) for s in body) else "sync",
            [],
            given,
            returns,
            body,
            needed.imports,
            needed.instances,
        )
        unit.state = needed.state
        if site is None:
            unit.local, unit.uses = outside_of(self.draft, callee)
            # One that takes turns may wait, and a local one would keep the task of its workflow waiting.
            unit.local = unit.local and not callee.is_async and not unit.state
        self._add(unit)
        return unit

    def _promised(self, annotation: Annotation, value: cst.BaseExpression) -> Annotation:
        """The parameter's type, unless nobody knows whether the value has it: the original never looked."""
        literal = isinstance(value, cst.BaseString | cst.Integer | cst.Float)
        if annotation.copies or literal or self.type_of(value).storable or annotation.text == "Any":
            return annotation
        return UNKNOWN

    def _shared(self, callee: Function, given: list[Given], body: list[cst.BaseStatement]) -> Unit | None:
        code = code_of(body)
        for unit in self.draft.units:
            same = unit.module == callee.module.dotted and unit.symbol == callee.qualname
            if same and [g.name for g in unit.params] == [g.name for g in given] and code_of(unit.body) == code:
                return unit
        return None

    # Expressions and statements as written

    def lift_expression(self, node: cst.BaseExpression, site: Site, *, coroutine: bool, discarded: bool) -> Unit:
        """The whole chain around a step, its text unchanged; `discarded`: nobody reads what it gives."""
        value = node
        if coroutine and not awaits(node):
            value = cst.Await(node)
        returns = NOTHING if discarded else UNKNOWN
        body: list[cst.BaseStatement] = [alone(value) if discarded else returning(value)]
        named = self.draft.mutations.names(self.route.function, [*self.around.needed(node).prelude, node])
        mine = self.around.locals - (set(self.around.state) if self.around.held_by_run([node]) else set())
        changes = tuple(n for n in sorted(named) if n in mine and not self.is_outside(n))
        if changes:
            given = self.around.needed(node).params()
            body, returns = bringing_back(value, given, changes, returns, converts=False)
        unit = self._lift(body, [node], site.visits, self._name(site), returns)
        unit.changes = changes
        drive(self.draft, self.route, unit, [site])
        return unit

    def lift_plain(self, node: cst.BaseExpression) -> Unit:
        """An expression that only the legacy process can evaluate, as written."""
        name = "read_" + "_".join(p.strip("_") for p in reads_of_chain(node)[-2:])
        code = self.module.text(node)
        found = next((u for u in self.draft.units if u.reason == code and not u.visits), None)
        if found is not None:
            return found
        unit = self._lift([returning(node)], [node], [], name, value_type(self.draft, self.route.function, node))
        unit.reason = code
        return unit

    def lift_statements(self, piece: Piece, sites: Sequence[Site]) -> Unit:
        """Statements as written, and what later code reads of them."""
        body = without_comments(piece.group)
        if piece.exits:
            body = telling(body, piece.leaves, piece.changes, ends=piece.ends)
        elif piece.changes:
            # Always several values, so that it is plain which of them come back.
            body.append(cst.parse_statement(f"return ({', '.join([*piece.leaves, *piece.changes])},)"))
        elif piece.leaves:
            body.append(cst.parse_statement(f"return {', '.join(piece.leaves)}"))
        body = [*(cst.parse_statement(f"{n} = None") for n in piece.new), *body]
        visits = [v for s in sites for v in s.visits]
        name = self._name(sites[0]) if sites else f"{self.route.function.name}_part"
        needed = self.around.needed(*piece.group, given=piece.known)
        for carried in (*piece.carried, *piece.changes):
            needed.given.setdefault(carried, self.around.types.get(carried, UNKNOWN))
        gives = piece.leaves or piece.exits or piece.returns or piece.changes
        unit = self._lift(body, piece.group, visits, name, UNKNOWN if gives else NOTHING, needed)
        unit.leaves, unit.exits, unit.ends = piece.leaves, piece.exits, piece.ends
        unit.changes, unit.is_statements = piece.changes, True
        if len(visits) > 1:
            unit.how, unit.piece = How.WHOLE, True
            # What stands in one function that is called unchanged cannot be told apart: it counts once.
            looped = repeated_in(piece.group, self.route)
            counted = [(*s.heaviest(), 2 if s.node in looped else 1) for s in sites]
            weights: dict[cst.CSTNode, tuple[int, int]] = {
                s.node: ((w > 0) * n, (b > 0) * n) for s, (w, b, n) in zip(sites, counted, strict=True)
            }
            unit.heaviest = heaviest_way(piece.group, weights)
        drive(self.draft, self.route, unit, sites)
        return unit

    def _lift(
        self,
        body: Sequence[cst.BaseStatement],
        source: Sequence[cst.CSTNode],
        visits: list[tuple[Step, Visit]],
        name: str,
        returns: Annotation,
        needed: Needed | None = None,
    ) -> Unit:
        needed = needed or self.around.needed(*source)
        given = needed.params()
        self._refuse_running([g.name for g in given], source[0])
        taken = [cst.parse_statement(f"{g.name} = to_legacy({g.name})") for g in given if g.annotation.copies]
        line, end = self.module.span(source[0])[0], self.module.span(source[-1])[1]
        whole = [in_modules(s, self.around.state, guarded=bool(needed.state)) for s in needed.around(body)]
        unit = Unit(
            name=self.draft.unique(name),
            how=How.LIFTED,
            module=self.module.dotted,
            symbol=self.route.function.qualname,
            file=self.module.file,
            line=line,
            end_line=end,
            colour="async" if any(awaits(s) for s in whole) else "sync",
            visits=list(visits),
            params=given,
            returns=returns,
            body=[*taken, *whole],
            imports=needed.imports,
            instances=needed.instances,
            state=needed.state,
        )
        self._add(unit)
        return unit

    def _add(self, unit: Unit) -> None:
        self.draft.units.append(unit)
        for annotation in (unit.returns, *(g.annotation for g in unit.params)):
            for name in annotation.copies:
                self.draft.copied.setdefault(name)

    def _name(self, site: Site) -> str:
        if site.callee is not None:
            return site.callee.name
        function = self.route.function.name
        if site.framework:
            return f"{function}_{reads_of_chain(site.node)[-1]}"
        last = site.visits[0][0].call.rpartition(".")[2]
        alone = len(self.route.sites) == 1 and not self.route.function.altered
        return function if alone else f"{function}_{last}"

    # What is inside the workflow and what is outside

    def stays_outside(self, node: cst.BaseExpression) -> bool:
        """Whether an argument is evaluated beside the call, in the adapter."""
        return self._outside(node)

    def objects_of(self, site: Site, uses: Uses) -> dict[str, str]:
        """Parameters of the called function that get objects of the legacy process, and where each comes from.

        Raises UntranslatableError where such an object is made from values of the run.
        """
        callee = site.callee
        if callee is None or site.as_argument:
            return {}
        found = {}
        for param, argument in self._bind(callee, site.node.args) or []:
            handed_on = dotted_name(argument.value) in self.around.objects
            if handed_on or (self._outside(argument.value) and uses.as_object(callee, param.name.value)):
                found[param.name.value] = self._object(argument.value)
        receiver = site.node.func.value if isinstance(site.node.func, cst.Attribute) else None
        if receiver is not None and callee.owner is not None and not has_decorator(callee, "staticmethod"):
            found |= self._object_of_method(callee, receiver)
        return found

    def _object_of_method(self, callee: Function, receiver: cst.BaseExpression) -> dict[str, str]:
        """Where the object comes from whose method is called. Raises UntranslatableError."""
        if dotted_name(receiver) == "self" or _is_super(receiver):
            return {"self": self.around.objects["self"]} if "self" in self.around.objects else {}
        head = head_name(receiver)
        local = head is not None and head.value in (*self.around.locals, *self.around.objects)
        named = self.draft.legacy.resolve(self.module, dotted_name(receiver) or "")
        if not local and named is not None and named[1] in named[0].classes:
            return {}  # a method of the class
        if self._outside(receiver):
            return {"self": self._object(receiver)}
        if "self" in reads(callee.node.body):
            reason = "a method is called of an object that is a value of the run"
            raise UntranslatableError(reason, self.module.file, self.module.span(receiver)[0])
        return {}

    def _object(self, node: cst.BaseExpression) -> str:
        """Where the adapter gets this object of the legacy process."""
        name = dotted_name(node)
        if name is not None and name in self.around.objects:
            return self.around.objects[name]
        needed = self.around.needed(node)
        if needed.given:
            raise UntranslatableError(
                "an object is made from values of the run", self.module.file, self.module.span(node)[0]
            )
        made = Factory(
            needed.around([returning(node)]),
            dict(needed.imports),
            dict(needed.instances),
            f"{self.module.file}:{self.module.span(node)[0]}",
        )
        base = "_".join([self.route.function.name.strip("_"), *(p.strip("_") for p in reads_of_chain(node)[-2:])])
        return self.draft.factory(base.lower(), made)

    def _outside(self, node: cst.BaseExpression) -> bool:
        if sites_in(node, self.route):
            # A step inside an argument is a step of its own: the workflow makes it, and hands on what it gives.
            return False
        return any(self.is_outside(name) for name in reads(node))

    def _inside(self, node: cst.BaseExpression) -> bool:
        return any(name in self.around.locals and name not in self.around.held for name in reads(node))

    def is_outside(self, name: str) -> bool:
        """Whether only the legacy process knows what this name means."""
        if name == "self" and self.route.function.owner is not None:
            return True
        if name in self.around.held or name in self.around.objects:
            return True
        if name in self.around.locals:
            return False
        if name in _BUILTINS:
            return name in BANNED_CALLS and name != "print"
        imported = self.module.imports.get(name)
        if imported is not None and (
            is_pure_module(imported.dotted)
            or imported.module in ("asyncio", "time", "random", "concurrent.futures")
            or imported.dotted in PROGRESS
        ):
            return False
        return self.draft.copies.take(self.module, name) != name


def _is_super(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and dotted_name(node.func) == "super"


def _live(draft: Draft, route: Route | None) -> set[cst.CSTNode]:
    if route is None:
        return set()
    return {
        node
        for node, site in route.sites.items()
        if (
            not gives_plain_data(site.node) and not answers(site)
            if site.callee is None
            else result_of(draft.copies, site.callee, _live(draft, site.inner)).storable is False
        )
    }
