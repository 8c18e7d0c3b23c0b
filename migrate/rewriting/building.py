"""Objects that a function builds and several of its steps use: each activity builds them anew, as the code does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from migrate.rewriting.answers import callee_of
from migrate.rewriting.chains import head_name, sites_in
from migrate.rewriting.crossing import read_annotation
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.names import binds, parameter_names, reads, target_names
from migrate.rewriting.reaching import reaches_a_step
from migrate.rewriting.remaking import Remaking
from migrate.rewriting.source import Function, Module, dotted_name
from migrate.rewriting.syntax import Looking, calls_in, every_statement, last_called, walk

_LOOPS = ("asyncio.get_running_loop", "asyncio.get_event_loop", "asyncio.new_event_loop")
_FACTORIES = frozenset("client resource create_engine sessionmaker connect session from_env from_config".split())

# What an object says to people, which sets nothing up, and what gives back what it holds.
_SHOWS = frozenset("print debug info warning warn error exception critical log rule write_line".split())
_RELEASES = frozenset("close aclose disconnect shutdown quit dispose".split())


class Building:
    """The objects of one function."""

    def __init__(self, expressions: Expressions) -> None:
        """All that is known of the function's expressions."""
        self._ex = expressions
        self.remaking = Remaking(expressions)

    def holds(self, node: cst.SimpleStatementLine) -> bool:
        """Whether this builds (or sets up) an object of the legacy process, which each activity then builds anew."""
        if len(node.body) != 1 or sites_in(node, self._ex.route):
            return False
        small = node.body[0]
        if isinstance(small, cst.Assign) and self._holds_several(small):
            return True
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
            name = small.targets[0].target.value
            held = self._builds(small.value) or self._is_loop(small.value) or self._is_object(name, small.value)
            if not (held or self._begins_as_none(name, small.value)):
                return False
            self.remaking.refuse_state(name, small.value, node)
            self._ex.around.held[name] = [self.remaking.as_it_was(node, name).with_changes(leading_lines=())]
            return True
        touched = self._set_up_by(node)
        if touched is None:
            return False
        if _releases(small):
            return True  # each activity has its own, which nobody uses after it
        if not self._is_always_done(node, touched):
            raise self.remaking.cannot_be_set_up(touched, node)
        self._ex.around.held[touched].append(self.remaking.as_it_was(node, touched).with_changes(leading_lines=()))
        return True

    def _is_always_done(self, node: cst.CSTNode, name: str) -> bool:
        """Whether whoever comes to where this object is built comes to this statement too, and once."""
        made = {id(s) for s in _lines(self._ex.route.function.node.body) if name in binds(s)}
        at: cst.CSTNode | None = node
        while at is not None and at is not self._ex.route.function.node:
            if isinstance(at, cst.BaseSuite) and any(id(s) in made for s in at.body):
                return True
            if isinstance(at, cst.For | cst.While | cst.If | cst.Try | cst.TryStar | cst.Match | cst.FunctionDef):
                return False
            at = self._ex.parents.get(at)
        return True

    def _set_up_by(self, node: cst.SimpleStatementLine) -> str | None:
        """The built object that this statement sets up, if that is all it does: it changes no value of the run."""
        small = node.body[0]
        touched = [n for n in reads(node) if n in self._ex.around.held]
        if len(touched) != 1 or binds(node):
            return None
        if isinstance(small, cst.Assign):
            heads = [head_name(t.target) for t in small.targets]
        elif isinstance(small, cst.Expr) and isinstance(small.value, cst.Call):
            if last_called(small.value) in _SHOWS or isinstance(small.value.func, cst.Name):
                return None  # it shows something, or is the work itself: `run = make_runner(); run(order)`
            if reaches_a_step(self._ex.draft, self._ex.route.function, node):
                return None  # the assessment shows a place on so many ways only: this is one of the others
            heads = [head_name(small.value.func)]
        else:
            return None
        # `rows.append(made)` and `order.item = made` change what the run holds, `parser.add(rule)` does not.
        changes_run = any(h is None or (h.value in self._ex.around.locals and h.value not in touched) for h in heads)
        named = self._ex.draft.mutations.names(self._ex.route.function, [node])
        changes_run = changes_run or bool((named & self._ex.around.locals) - set(touched))
        return None if changes_run else touched[0]

    def _holds_several(self, node: cst.Assign) -> bool:
        """Whether several objects are built in one line: `llm, crm = Llm(), CrmClient()`."""
        target, value = node.targets[0].target, node.value
        if not isinstance(target, cst.Tuple) or not isinstance(value, cst.Tuple) or len(node.targets) > 1:
            return False
        names = [e.value.value for e in target.elements if isinstance(e.value, cst.Name)]
        values = [e.value for e in value.elements]
        if not len(names) == len(target.elements) == len(values) or not all(self._builds(v) for v in values):
            return False
        for name, built in zip(names, values, strict=True):
            line = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], built)])
            self._ex.around.held[name] = [line]
        return True

    def refuse_objects_made_anew(self) -> None:
        """An activity builds an object as one statement says; of two that differ, none is the right one."""
        function = self._ex.route.function.node
        made: dict[str, list[cst.SimpleStatementLine]] = {}
        for line in _lines(function.body):
            for name in binds(line):
                made.setdefault(name, []).append(line)
        for name, lines in made.items():
            if not any(self._builds(v) for line in lines for v in _assigned(line)):
                continue
            if name in parameter_names(function.params) or not self._is_built_one_way(name, lines):
                raise self._ex.refuse(
                    "an object is built, and its name holds something else at another time", lines[-1]
                )

    def _is_built_one_way(self, name: str, lines: list[cst.SimpleStatementLine]) -> bool:
        """By one statement, by several that are alike, or by one branch; before a branch it may be None."""
        alike = len({self._ex.code(line.with_changes(leading_lines=())) for line in lines}) == 1
        if alike or self._stays_where_it_is_made(name):
            return True
        nothing = [_is_none(v) for v in _assigned(lines[0])]
        choices = [c for c in _choices(self._ex.route.function.node.body) if self._builds_either_way(c)]
        if nothing == [True]:
            return any(set(lines[1:]) <= set(_lines(c)) for c in choices)
        return any(set(lines) <= set(_lines(c)) and name in _in_every_arm(c) for c in choices)

    def holds_choice(self, node: cst.If) -> bool:
        """Whether all that the arms of this branch do is to build objects: each activity then builds them anew so."""
        if sites_in(node, self._ex.route):
            return False
        if not self._builds_either_way(node) and not self._gets_objects(node):
            return self._sets_up(node)
        for name in binds(node):
            before = self._ex.around.held.get(name, [])
            self._ex.around.held[name] = [*before, node.with_changes(leading_lines=())]
        return True

    def _builds_either_way(self, node: cst.If) -> bool:
        values = [_assigned(line) for line in _lines(node)]
        return bool(values) and all(len(v) == 1 and self._builds(v[0]) for v in values)

    def _gets_objects(self, node: cst.If) -> bool:
        """Whether this branch gets objects of the legacy process, and at most makes what it gets first."""
        names = binds(node)
        if not names or not all(self._is_handed_as_object(name) for name in names):
            return False
        guards = [self._ex.code(choice.test) for choice in (node, *_choices(node.body))]
        for line in _lines(node):
            small = line.body[0]
            if len(line.body) > 1 or not isinstance(small, cst.Assign) or len(small.targets) > 1:
                return False
            target = small.targets[0].target
            made_once = any(self._ex.code(target) in guard for guard in guards)
            if isinstance(target, cst.Name):
                head = head_name(small.value)
                if head is None or not self._ex.calling.is_outside(head.value):
                    return False
            elif not made_once or not all(self._ex.calling.is_outside(n) for n in reads(target)):
                return False
        return self._stays_the_same(node)

    def _sets_up(self, node: cst.If) -> bool:
        """Whether all that this branch does is to set up an object that each activity builds."""
        lines = _lines(node)
        held = {n for line in lines for n in reads(line) if n in self._ex.around.held}
        if len(held) != 1 or binds(node) or not self._stays_the_same(node):
            return False
        name = held.pop()
        if any(len(line.body) > 1 or self._set_up_by(line) is None for line in lines):
            return False
        if not self._is_always_done(self._ex.parents[node], name):
            return False
        self._ex.around.held[name].append(node.with_changes(leading_lines=()))
        return True

    def _stays_the_same(self, node: cst.If) -> bool:
        """Whether what this branch reads is the same whenever an activity goes through it."""
        function = self._ex.route.function
        known = set(parameter_names(function.node.params))
        every = [name for line in _lines(function.node.body) for name in binds(line)]
        inside = [name for line in _lines(node) for name in binds(line)]
        for name in set(reads(node)) - set(inside) - set(self._ex.around.held):
            times = every.count(name) + (name in known)
            if name in self._ex.around.locals and (times != 1 or name in _loop_names(function.node.body)):
                return False
        return True

    def _is_handed_as_object(self, name: str) -> bool:
        """Whether the function uses what this name holds as an object, or hands it to one that says it wants one."""
        function = self._ex.route.function
        if self._ex.uses.as_object(function, name):
            return True
        return any(
            read_annotation(self._ex.draft.copies, module, param.annotation).storable is False
            for module, param in self._given_to(function, name)
        )

    def _given_to(self, function: Function, name: str) -> Iterator[tuple[Module, cst.Param]]:
        """The parameters, by their names, that this function gives a local to."""
        for call in calls_in(function.node.body):
            site = self._ex.route.sites.get(call)
            callee = site.callee if site is not None else callee_of(self._ex.draft.legacy, function, call)
            keywords = {a.keyword.value for a in call.args if a.keyword is not None and dotted_name(a.value) == name}
            if callee is not None and keywords:
                params = callee.node.params
                for param in (*params.posonly_params, *params.params, *params.kwonly_params):
                    if param.name.value in keywords:
                        yield callee.module, param

    def _begins_as_none(self, name: str, value: cst.BaseExpression) -> bool:
        """Whether a name that a branch gives an object later holds nothing until then."""
        if not _is_none(value):
            return False
        body = self._ex.route.function.node.body
        later = [v for line in _lines(body) if name in binds(line) for v in _assigned(line)]
        choices = _choices(body)
        return any(self._builds(v) for v in later) or any(
            name in binds(c) and not sites_in(c, self._ex.route) and self._gets_objects(c) for c in choices
        )

    def _is_loop(self, value: cst.BaseExpression) -> bool:
        """Whether this asks for the event loop, of which an activity has one of its own."""
        return isinstance(value, cst.Call) and self._ex.dotted(value.func) in _LOOPS

    def _is_object(self, name: str, value: cst.BaseExpression) -> bool:
        """Whether a value that only the legacy process can make is used as an object, and is made in one place."""
        head = head_name(value)
        if head is None or head.value == name or not self._ex.calling.is_outside(head.value):
            return False
        function = self._ex.route.function
        made_once = sum(name in binds(s) for s in _lines(function.node.body)) == 1
        return (made_once or self._stays_where_it_is_made(name)) and self._ex.uses.as_object(function, name)

    def _stays_where_it_is_made(self, name: str) -> bool:
        """Whether each reading of this name stands in one suite with what it was made by: each arm has its own."""
        function = self._ex.route.function.node
        if name in parameter_names(function.params) or name in _loop_names(function.body):
            return False
        made = [line for line in _lines(function.body) if name in binds(line)]
        homes = {id(s): n for s in walk(function) if isinstance(s, cst.IndentedBlock) for n in s.body if n in made}
        if len(homes) != len(made) or any(name in reads(n) or self._home(n, homes, own=False) for n in made):
            return False
        named = [n for n in walk(function.body) if isinstance(n, cst.Name) and n.value == name]
        return all(self._is_no_reading(n) or self._home(n, homes, own=True) for n in named)

    def _home(self, node: cst.CSTNode, homes: Mapping[int, cst.CSTNode], *, own: bool) -> bool:
        """Whether a suite around this code has made the object by then; `own`: the innermost suite counts too."""
        at, inner = node, own
        while at is not self._ex.route.function.node:
            parent = self._ex.parents[at]
            if isinstance(parent, cst.IndentedBlock):
                line = homes.get(id(parent))
                if inner and line is not None:
                    return parent.body.index(line) <= parent.body.index(at)
                inner = True
            at = parent
        return False

    def _is_no_reading(self, node: cst.CSTNode) -> bool:
        """Whether this is the name of a field or of a keyword."""
        parent = self._ex.parents.get(node)
        return (isinstance(parent, cst.Attribute) and parent.attr is node) or (
            isinstance(parent, cst.Arg) and parent.keyword is node
        )

    def _builds(self, value: cst.BaseExpression) -> bool:
        if not isinstance(value, cst.Call):
            return False
        name = dotted_name(value.func)
        if name is None or not self._ex.calling.is_outside(name.partition(".")[0]):
            return False
        found = self._ex.draft.legacy.resolve(self._ex.module, name)
        if found is not None:
            return found[1] in found[0].classes
        last = name.rpartition(".")[2]
        return last[:1].isupper() or last in _FACTORIES


def _releases(small: cst.BaseSmallStatement) -> bool:
    return isinstance(small, cst.Expr) and last_called(small.value) in _RELEASES


def _lines(node: cst.CSTNode) -> list[cst.SimpleStatementLine]:
    return [n for n in every_statement(node) if isinstance(n, cst.SimpleStatementLine)]


def _assigned(line: cst.SimpleStatementLine) -> list[cst.BaseExpression]:
    """What this line gives to a name, if that is all it does."""
    small = line.body[0]
    alone = len(line.body) == 1 and isinstance(small, cst.Assign) and len(small.targets) == 1
    if not alone or not isinstance(small, cst.Assign) or not isinstance(small.targets[0].target, cst.Name):
        return []
    return [small.value]


def _is_none(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _in_every_arm(node: cst.If) -> set[str]:
    """Names that every arm of a branch binds."""
    if node.orelse is None:
        return set()
    rest = _in_every_arm(node.orelse) if isinstance(node.orelse, cst.If) else set(binds(node.orelse.body))
    return set(binds(node.body)) & rest


def _choices(node: cst.CSTNode) -> list[cst.If]:
    return [n for n in every_statement(node) if isinstance(n, cst.If)]


class _Loops(Looking):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_For(self, node: cst.For) -> None:
        self.names |= set(target_names(node.target))


def _loop_names(node: cst.CSTNode) -> set[str]:
    looking = _Loops()
    looking.look(node)
    return looking.names
