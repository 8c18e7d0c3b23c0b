"""Statements that move into an activity together: an SDK's object, or a connection, goes from one to the next."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.answers import derived, needs_object
from migrate.rewriting.chains import calls_any, head_name, sites_in
from migrate.rewriting.changing import changed_in
from migrate.rewriting.crossing import is_plain_tail
from migrate.rewriting.draft import Unit, UntranslatableError
from migrate.rewriting.exits import Exits
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.lifting import Piece
from migrate.rewriting.liveness import Place, look, place_of
from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.origins import Origin, Origins
from migrate.rewriting.sites import Site
from migrate.rewriting.source import dotted_name
from migrate.rewriting.streams import goes_on, opens
from migrate.rewriting.syntax import Looking, last_called

POOLS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"})


@dataclass(slots=True)
class _Bound:
    """Names by what they hold: what never crosses, what does as long as later code only reads it, and SDKs' answers."""

    objects: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    responses: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.objects or self.entities or self.records or self.responses or self.answers)

    def __or__(self, other: _Bound) -> _Bound:
        return _Bound(
            self.objects | other.objects,
            self.entities | other.entities,
            self.records | other.records,
            self.responses | other.responses,
            self.answers | other.answers,
        )


def _over_http(site: Site) -> bool:
    return any(step.kind is Kind.HTTP for step, _ in site.visits)


def _after(todo: Sequence[cst.BaseStatement], at: int) -> range:
    return range(at + 1, len(todo))


class Groups:
    """The groups of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self._ex = expressions
        self._origins = Origins(expressions)

    def end_of(self, todo: Sequence[cst.BaseStatement], at: int) -> int | None:
        """Where the group ends that has to move together because an object goes from one to the next."""
        node = todo[at]
        bound = _Bound()
        if isinstance(node, cst.With):
            inside = self._with_group(node)
            if inside is None:
                return None
            bound = inside
        elif isinstance(node, cst.SimpleStatementLine):
            bound = self._bound(node)
        least = at + 1 if isinstance(node, cst.With) else None
        ends = [
            self.last_reader(todo, at, bound.objects) if bound.objects else None,
            *self._last_users(todo, at, bound),
            least,
        ]
        found = [end for end in ends if end is not None]
        return max(found) if found else None

    def _bound(self, node: cst.SimpleStatementLine) -> _Bound:
        """What the names hold that this line binds to what steps give."""
        sites = [self._ex.route.sites[n] for n in sites_in(node, self._ex.route)]
        names = set(binds(node))
        bound = _Bound()
        opened = any(isinstance(s, cst.Assign) and opens(s.value) for s in node.body)
        if opened and goes_on([self._ex.route.function.node.body], names):
            bound.objects |= names
            return bound
        if not sites or not names:
            return bound
        origins = {site: self._origins.of(site) for site in sites}
        if Origin.OBJECT in origins.values():
            bound.objects |= names
        elif Origin.ENTITY in origins.values():
            bound.entities |= names
        elif Origin.RECORD in origins.values():
            bound.records |= names
        elif any(o is Origin.ANSWER and _over_http(s) for s, o in origins.items()):
            bound.responses |= names
        elif Origin.ANSWER in origins.values():
            bound.answers |= names
        return bound

    def last_reader(self, todo: Sequence[cst.BaseStatement], at: int, live: set[str]) -> int:
        """Where the last statement ends that reads an object, or what was taken from it and is one, too."""
        live = set(live)
        end = at + 1
        for index in range(at + 1, len(todo)):
            if live & set(reads(todo[index])):
                for inner in todo[end : index + 1]:
                    live |= self._kept_alive(inner, live)
                end = index + 1
        return end

    def _last_users(self, todo: Sequence[cst.BaseStatement], at: int, bound: _Bound) -> list[int]:
        """Where the last statements end that need what is bound itself; who only reads it can be given a record."""
        route, function = self._ex.route, self._ex.route.function
        reading = self._ex.draft.reading
        ends = []
        for names, entity in ((sorted(bound.records), False), (sorted(bound.entities), True)):
            if names:
                ends += [
                    n + 1 for n in _after(todo, at) if reading.needs(route, function, todo[n], names, entity=entity)
                ]
                self._ex.draft.fields_read |= reading.fields(route, function, names)
        if bound.responses:
            known = derived(function.node.body, sorted(bound.responses))
            ends += [n + 1 for n in _after(todo, at) if needs_object(todo[n], known)]
        if bound.answers:
            known = derived(function.node.body, sorted(bound.answers))
            ends += [n + 1 for n in _after(todo, at) if self._goes_outside(todo[n], known)]
        return ends

    def _goes_outside(self, node: cst.CSTNode, names: set[str]) -> bool:
        """Whether a method of one of these names is a step: such an object holds a client of its own."""
        called = [n.func for n in sites_in(node, self._ex.route) if isinstance(n, cst.Call)]
        heads = [head_name(func.value) for func in called if isinstance(func, cst.Attribute)]
        return any(head is not None and head.value in names for head in heads)

    def whole_of(self, todo: Sequence[cst.BaseStatement], at: int) -> int:
        """Where a group that begins here has to end, so that nothing leaves it that lives in one process only."""
        end = at + 1
        while True:
            names = fleeting(todo[at:end])
            using = [n for n in range(end, len(todo)) if names & set(reads(todo[n]))]
            if not using:
                return end
            end = using[-1] + 1

    def _with_group(self, node: cst.With) -> _Bound | None:
        inside = [self._ex.route.sites[n] for n in sites_in(node, self._ex.route)]
        outside = any(self._ex.calling.is_outside(n) for item in node.items for n in reads(item.item))
        in_header = any(sites_in(item.item, self._ex.route) for item in node.items)
        if not inside or not (outside or in_header) or any(self._ex.wait_of(s) for s in inside):
            return None
        if any(
            (dotted_name(i.item.func) or "").rpartition(".")[2] in POOLS
            for i in node.items
            if isinstance(i.item, cst.Call)
        ):
            return None
        visits = [v for s in inside for v in s.visits]
        one_session = all(step.kind is Kind.DATABASE for step, _ in visits)
        if len(visits) > 1 and not one_session and not in_header:
            return None
        bound = _Bound()
        held = set(binds(*node.items))
        for statement in node.body.body:
            mine = self._bound(statement) if isinstance(statement, cst.SimpleStatementLine) else _Bound()
            bound |= mine
            if not mine or mine.objects:
                bound.objects |= self._kept_alive(statement, held | bound.objects)
        return bound

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
        site = self._ex.route.sites.get(value.expression if isinstance(value, cst.Await) else value)
        if site is not None and site.callee is not None and self._ex.calling.result(site).storable is not False:
            return True
        if is_plain_tail(value) or not isinstance(
            value, cst.Name | cst.Attribute | cst.Subscript | cst.Call | cst.Await
        ):
            return True
        if isinstance(value, cst.Call):
            name = dotted_name(value.func) or ""
            head = name.partition(".")[0]
            return hasattr(builtins, head) or not (head in self._ex.around.locals or self._ex.calling.is_outside(head))
        return False

    def lifted(self, group: list[cst.BaseStatement], problem: UntranslatableError | None) -> list[cst.BaseStatement]:
        """The call of the activity that the statements become. Raises UntranslatableError."""
        sites = [self._ex.route.sites[n] for s in group for n in sites_in(s, self._ex.route)]
        sites.sort(key=lambda s: s.line)
        exits = Exits(group)
        if (
            exits.yields
            or set(exits.outer_names) - set(self._ex.around.state)
            or any(self._ex.wait_of(s) for s in sites)
        ):
            raise problem or self._ex.refuse("the statements around a step give values or change outer names", group[0])
        piece = self._piece(group, exits)
        if fleeting(group) & set(piece.leaves):
            raise problem or self._ex.refuse("what lives in one process only is used after these statements", group[0])
        unit = self._ex.calling.lift_statements(piece, sites)
        unit.reason = problem.reason if problem is not None else self._tie(group)
        return self._replacement(unit, piece)

    def _tie(self, group: Sequence[cst.BaseStatement]) -> str:
        """What goes from one of the statements into a later one, and where: a person can begin there to part them."""
        line = self._ex.module.span
        for at, statement in enumerate(group):
            inner = statement.body.body if isinstance(statement, cst.With) else ()
            for name in binds(*statement.items) if isinstance(statement, cst.With) else binds(statement):
                reading = next((s for s in (*inner, *group[at + 1 :]) if name in reads(s)), None)
                if reading is not None:
                    return f"`{name}` goes from line {line(statement)[0]} into line {line(reading)[0]}"
        return ""

    def _piece(self, group: list[cst.BaseStatement], exits: Exits) -> Piece:
        function = self._ex.route.function.node
        state = self._ex.around.state
        place = place_of(function.body, group, [*parameter_names(function.params), *state])
        # What the activity has in modules comes back with its state.
        guarded = set(state) if self._ex.around.held_by_run(group) else set()
        looked = look(group)
        kinds = tuple(exits.kinds)
        changed = [n for n in self._changed(group, place) if n not in guarded]
        changes = tuple(n for n in changed if n in place.surely_set and n not in binds(*group))
        if looked.sets is None and "break" not in kinds and "continue" not in kinds:
            known = frozenset(place.maybe_set)
            if changes:
                return Piece(group, (), ("return",), known, ends=False, changes=changes)
            return Piece(group, (), (), known, returns=True)
        other = [n for n in changed if n not in changes]
        leaves = [n for n in dict.fromkeys([*binds(*group), *other]) if n in place.read_after - guarded]
        sure = looked.sets or set()
        unsure = [n for n in leaves if kinds or n not in sure]
        carried = [n for n in unsure if n in place.maybe_set]
        self._ex.unset |= dict.fromkeys(n for n in (*carried, *looked.reads) if n in place.maybe_set - place.surely_set)
        new = [n for n in unsure if n not in place.maybe_set and n not in looked.reads]
        return Piece(
            group,
            tuple(leaves),
            kinds,
            frozenset(place.maybe_set),
            carried=tuple(carried),
            new=tuple(new),
            ends=looked.sets is not None,
            changes=changes,
        )

    def _changed(self, group: list[cst.BaseStatement], place: Place) -> list[str]:
        """Names of the workflow whose values are changed under the same name, here or in a function called here."""
        # What the statements need is made in the activity too: a function that stands in this one, say.
        nodes = [*self._ex.around.needed(*group).prelude, *group]
        named = {*changed_in(group), *self._ex.draft.mutations.names(self._ex.route.function, nodes)}
        mine = [n for n in sorted(named) if n in place.maybe_set and n in self._ex.around.locals]
        return [n for n in mine if not self._ex.calling.is_outside(n)]

    def _replacement(self, unit: Unit, piece: Piece) -> list[cst.BaseStatement]:
        words = self._ex.words
        arguments = ", ".join([f"{words.activities}.{unit.name}", *(p.name for p in unit.params)])
        code = f"await {words.step}({arguments})"
        if piece.changes:
            code = f"await brought_back({words.step}({arguments}), {', '.join(piece.changes)})"
        after: list[cst.BaseStatement] = []
        if piece.returns:
            code = f"return {code}"
        elif piece.exits:
            how, value = self._free("left"), self._free("returned")
            code = f"{', '.join([how, value, *piece.leaves])} = {code}"
            for kind in piece.exits:
                does = f"return {value}" if kind == "return" else kind
                after.append(cst.parse_statement(f'if {how} == "{kind}":\n    {does}\n'))
        elif piece.leaves:
            code = f"{', '.join(piece.leaves)} = {code}"
        first = piece.group[0]
        lines = first.leading_lines if isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement) else ()
        return [with_comments(cst.parse_statement(code), lines), *after]

    def _free(self, name: str) -> str:
        return name if name not in self._ex.around.locals else f"{name}_here"


def with_comments(node: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """A statement with the comments that stood above what it replaces."""
    if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        return node.with_changes(leading_lines=[*lines, *node.leading_lines])
    return node


_BEGINNING = frozenset("submit ensure_future create_task apply_async map_async".split())
_LAZY = frozenset("map filter zip iter reversed enumerate open imap imap_unordered".split())


class _Fleeting(Looking):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        value = node.value
        called = last_called(value)
        if isinstance(value, cst.GeneratorExp) or called in _LAZY or calls_any(value, _BEGINNING):
            self.names |= {name for t in node.targets for name in target_names(t.target)}

    def visit_Expr(self, node: cst.Expr) -> None:
        call = node.value
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and calls_any(call, _BEGINNING):
            self.names |= set(changed_in([node]))


def fleeting(group: Sequence[cst.CSTNode]) -> set[str]:
    """Names to which these statements give what nobody can store: work that has begun, items that come one by one."""
    looking = _Fleeting()
    for node in group:
        looking.look(node)
    return looking.names
