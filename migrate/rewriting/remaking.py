"""What an object that is built anew would lose: the values that it was built of, and what it has learnt since.

The values are kept by the workflow under names of their own, as they were when the object was built. What the object's
own methods change cannot be kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from migrate.rewriting.draft import Note, TogetherError, UnsplittableError, UntranslatableError
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.mutating import COLLECTS, changed_fields, fields_read
from migrate.rewriting.names import binds, reads, target_names
from migrate.rewriting.naming import Named
from migrate.rewriting.source import Function, Module, dotted_name
from migrate.rewriting.syntax import calls_in, last_called, walk

_LOOPS = (cst.For, cst.While, cst.BaseComp)
_DEEPEST = 5


class Remaking:
    """The objects of one function."""

    def __init__(self, expressions: Expressions) -> None:
        """All that is known of the function's expressions."""
        self._ex = expressions
        self._classes: dict[str, tuple[Module, str]] = {}
        self._kept: list[cst.BaseStatement] = []

    def taken(self) -> list[cst.BaseStatement]:
        """What the workflow does where objects were built: it keeps the values that they were built of."""
        kept, self._kept = self._kept, []
        return kept

    # The values that it was built of

    def as_it_was(self, node: cst.SimpleStatementLine, name: str) -> cst.SimpleStatementLine:
        """What builds or sets up `name`, of the values that it has here. Raises UntranslatableError."""
        function = self._ex.route.function
        around = self._ex.around
        named: dict[str, cst.BaseExpression] = {}
        for value in dict.fromkeys(reads(node)):
            if value == name or value not in around.locals or value in around.held or value in around.state:
                continue
            later = [s for s in self._later(node) if self._is_used_after(name, s)]
            if any(value in self._ex.draft.mutations.names(function, [s]) for s in later if value in reads(s)):
                raise self._together(f"`{value}` is changed after `{name}` was built of it", name, node)
            if any(value in _bound_by(s) for s in later):
                named[value] = cst.Name(self._kept_as(value))
        made = node.visit(Named(named))
        assert isinstance(made, cst.SimpleStatementLine)
        return made

    def _kept_as(self, value: str) -> str:
        around = self._ex.around
        name, number = f"{value}_then", 2
        while name in around.locals:
            name, number = f"{value}_then_{number}", number + 1
        around.locals.add(name)
        around.kept.add(name)
        if value in around.types:
            around.types[name] = around.types[value]
        self._kept.append(cst.parse_statement(f"{name} = {value}"))
        return name

    def _later(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The statements below this one that bind or do something themselves."""
        line = self._ex.module.span(node)[1]
        for inner in walk(self._ex.route.function.node.body):
            doing = isinstance(inner, cst.SimpleStatementLine | cst.For | cst.NamedExpr)
            if doing and self._ex.module.span(inner)[0] > line:
                yield inner

    def _is_used_after(self, name: str, node: cst.CSTNode) -> bool:
        """Whether the object may be used once this statement has been reached."""
        line = self._ex.module.span(node)[0]
        loops = [at for at in self._around(node) if isinstance(at, _LOOPS)]
        if isinstance(node, cst.For):
            loops.append(node)
        return any(
            self._ex.module.span(use)[0] > line or any(at in loops for at in self._around(use))
            for use in self._uses(name)
        )

    def _uses(self, name: str) -> list[cst.Name]:
        """Where the name is read."""
        named = [
            n
            for n in walk(self._ex.route.function.node.body)
            if isinstance(n, cst.Name) and n.value == name and not isinstance(self._ex.parents.get(n), cst.AssignTarget)
        ]
        return [n for n in named if not self._is_label(n)]

    def _is_label(self, node: cst.Name) -> bool:
        parent = self._ex.parents.get(node)
        return (isinstance(parent, cst.Attribute) and parent.attr is node) or (
            isinstance(parent, cst.Arg) and parent.keyword is node
        )

    def _is_put_away(self, use: cst.Name) -> bool:
        """Whether something else holds the object from here on: a list, another name, the caller."""
        above = self._ex.parents.get(use)
        if isinstance(above, cst.Arg):
            call = self._ex.parents.get(above)
            return isinstance(call, cst.Call) and last_called(call) in COLLECTS
        return isinstance(above, cst.Assign | cst.Return | cst.BaseElement | cst.BaseDictElement | cst.Yield)

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        at = self._ex.parents.get(node)
        while at is not None and at is not self._ex.route.function.node:
            yield at
            at = self._ex.parents.get(at)

    # What it has learnt since

    def refuse_state(self, name: str, value: cst.BaseExpression, node: cst.CSTNode) -> None:
        """An object whose steps change what later calls of it read stays with them. Raises UntranslatableError."""
        made = self._class_of(value)
        if made is not None:
            self._classes[name] = made
        if not self._goes_on(name, node):
            return
        if made is None:
            if self._is_from_object(value):
                self._ask(name, node)
            return
        field = next(iter(sorted(self._state(made, self._called(name)))), None)
        if field is not None:
            reason = (
                f"`{name}` keeps in `{field}` what its steps change, and an activity that builds it anew has it not"
            )
            raise self._together(reason, name, node)

    def _together(self, reason: str, name: str, node: cst.CSTNode) -> UntranslatableError:
        """The refusal to part the statements that use an object, which is built here; it says where they stand."""
        place = self._ex.module.file, self._ex.module.span(node)[0]
        suite = self._ex.parents.get(node)
        inside = all(any(at is suite for at in self._around(n)) and not self._is_put_away(n) for n in self._uses(name))
        if isinstance(suite, cst.IndentedBlock) and inside:
            return TogetherError(reason, *place, name)
        return UnsplittableError(reason, *place)

    def cannot_be_set_up(self, name: str, node: cst.CSTNode) -> UntranslatableError:
        """The refusal to build an object anew that this statement sets up, though not always or more than once."""
        reason = f"`{name}` is set up in a loop, a handler or under a condition, which no activity can do anew"
        lines = [n for n in walk(self._ex.route.function.node.body) if isinstance(n, cst.SimpleStatementLine)]
        built = [line for line in lines if name in binds(line)]
        if len(built) == 1:
            return self._together(reason, name, built[0])
        return UnsplittableError(reason, self._ex.module.file, self._ex.module.span(node)[0])

    def _goes_on(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a step with the object is followed by another use of it."""
        mine = set(map(id, self._around(node)))
        count, steps = 0, 0
        for use in self._uses(name):
            above = list(self._around(use))
            looped = any(isinstance(at, _LOOPS) and id(at) not in mine for at in above)
            count += 2 if looped else 1
            steps += any(at in self._ex.route.sites for at in above)
        return steps > 0 and count > 1

    def _called(self, name: str) -> set[str] | None:
        """The methods of the object that steps call; None if functions that are given it may call any."""
        called: set[str] = set()
        for call in self._ex.route.sites:
            if not isinstance(call, cst.Call):
                continue
            if any(dotted_name(a.value) == name for a in call.args):
                return None
            first, _, method = (dotted_name(call.func) or "").partition(".")
            if first == name and method:
                called.add(method)
        return called

    def _state(self, made: tuple[Module, str], called: set[str] | None) -> set[str]:
        methods = self._methods(*made)
        names = set(methods) - {"__init__"} if called is None else called
        reached: dict[str, Function] = {}
        todo = [n for n in names if n in methods]
        while todo:
            method = todo.pop()
            if method not in reached:
                reached[method] = methods[method]
                inner = [dotted_name(c.func) or "" for c in calls_in(methods[method].node.body)]
                todo += [n[5:] for n in inner if n.startswith("self.") and n[5:] in methods]
        changed = {field for f in reached.values() for field in changed_fields(f, made_once=False)}
        read = {field for f in reached.values() for field in fields_read(f)}
        return changed & read

    def _methods(self, module: Module, owner: str, depth: int = 0) -> dict[str, Function]:
        found: dict[str, Function] = {}
        for base in module.classes[owner].bases if depth < _DEEPEST else ():
            home = self._ex.draft.legacy.resolve(module, dotted_name(base.value) or "")
            if home is not None and home[1] in home[0].classes:
                found |= self._methods(home[0], home[1], depth + 1)
        prefix = f"{owner}."
        own = {n[len(prefix) :]: f for n, f in module.functions.items() if n.startswith(prefix)}
        return found | own

    def _class_of(self, value: cst.BaseExpression) -> tuple[Module, str] | None:
        """The class of the legacy code whose object this call gives, by what names show."""
        if not isinstance(value, cst.Call):
            return None
        name = dotted_name(value.func)
        found = self._ex.draft.legacy.resolve(self._ex.module, name) if name is not None else None
        if found is not None:
            return self._class_given(*found)
        if isinstance(value.func, cst.Attribute):
            receiver = value.func.value
            known = self._classes.get(dotted_name(receiver) or "") or self._class_of(receiver)
            method = self._methods(*known).get(value.func.attr.value) if known is not None else None
            return self._class_given(method.module, method.qualname) if method is not None else None
        return None

    def _class_given(self, module: Module, name: str) -> tuple[Module, str] | None:
        if name in module.classes:
            return module, name
        function = module.functions.get(name)
        for node in walk(function.node.body) if function is not None else ():
            if isinstance(node, cst.Return) and isinstance(node.value, cst.Call):
                found = self._ex.draft.legacy.resolve(module, dotted_name(node.value.func) or "")
                if found is not None and found[1] in found[0].classes:
                    return found
        return None

    def _is_from_object(self, value: cst.BaseExpression) -> bool:
        """Whether a method of another object gave it: a conversation of a client, say, or a table of a database."""
        if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
            return False
        head = (dotted_name(value.func.value) or "").partition(".")[0]
        return head in self._ex.around.held or head == "self"

    def _ask(self, name: str, node: cst.CSTNode) -> None:
        self._ex.draft.notes.append(
            Note(
                self._ex.module.file,
                self._ex.module.span(node)[0],
                f"Does `{name}` keep anything from one call to the next?",
                "each activity gets it anew, and its class is not in this code: a conversation of a client does",
                "a step would not know what an earlier one has said",
            )
        )


def _bound_by(node: cst.CSTNode) -> Sequence[str]:
    if isinstance(node, cst.For | cst.NamedExpr):
        return target_names(node.target)
    return binds(node)
