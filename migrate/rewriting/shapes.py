"""What form a value has, by what code does with it: fields, keys, items, words it is compared with.

Reads the drafted workflow and the pure functions copied beside it. Flow is ignored: every use of a name counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from migrate.rewriting.forms import Form

_TEXT = frozenset(
    """strip lower upper split rsplit splitlines startswith endswith replace format encode join title capitalize lstrip
    rstrip casefold partition rpartition removeprefix removesuffix isdigit isalpha count""".split()
)
_SAME_TEXT = frozenset(
    "strip lower upper lstrip rstrip casefold title capitalize replace removeprefix removesuffix".split()
)
_ITEMS = frozenset("list sorted reversed tuple set iter filter deque frozenset".split())
_DEEPEST = 40


class Scope:
    """One function: its names, its parameters in order, what it returns."""

    def __init__(self, parameters: Sequence[str], outer: Scope | None = None) -> None:
        self.names: dict[str, Form] = {p: Form() for p in parameters}
        self.parameters = list(parameters)
        self.returns = Form()
        self.functions: dict[str, Scope] = dict(outer.functions) if outer is not None else {}
        self._outer = outer

    def name(self, name: str) -> Form:
        """The value behind a name."""
        if name not in self.names and self._outer is not None and name in self._outer.names:
            return self._outer.name(name)
        return self.names.setdefault(name, Form())


class Shapes:
    """The forms of what each activity gives back, and of the parameters of the run."""

    def __init__(self, workflow: str, copies: Iterable[str], entry: str) -> None:
        self.given: dict[str, Form] = {}
        self.answered: dict[str, Form] = {}
        self._methods: dict[str, Scope] = {}
        self._functions: dict[str, Scope] = {}
        methods = _definitions(f"class Workflow:\n{workflow}")
        functions = [d for text in copies for d in _definitions(text)]
        for known, defined in ((self._methods, methods), (self._functions, functions)):
            for node in defined:
                names = _parameters(node)
                known[node.name] = Scope(names[1:] if known is self._methods else names)
        for _ in range(2):  # a second look, so that what a later function shows reaches the earlier ones
            for node in methods:
                _Reading(self, self._methods[node.name]).statements(node.body)
            for node in functions:
                _Reading(self, self._functions[node.name]).statements(node.body)
        found = self._methods.get(entry)
        self.parameters: Mapping[str, Form] = {} if found is None else {p: found.names[p] for p in found.parameters}

    def activity(self, name: str) -> Form:
        """What an activity gives back."""
        return self.given.setdefault(name, Form())

    def wait(self, name: str) -> Form:
        """What a person answers to a wait."""
        return self.answered.setdefault(name, Form())

    def callee(self, scope: Scope, func: ast.expr) -> Scope | None:
        """The function of ours that is called."""
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self":
            return self._methods.get(func.attr)
        if isinstance(func, ast.Name):
            return scope.functions.get(func.id) or self._functions.get(func.id)
        return None


def _definitions(text: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    body = tree.body[0].body if len(tree.body) == 1 and isinstance(tree.body[0], ast.ClassDef) else tree.body
    return [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


class _Reading:
    """Goes through one function."""

    def __init__(self, shapes: Shapes, scope: Scope) -> None:
        self._shapes = shapes
        self._scope = scope
        self._depth = 0

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Every statement, in the order of the text."""
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = self._scope.functions.setdefault(node.name, Scope(_parameters(node), self._scope))
            _Reading(self._shapes, inner).statements(node.body)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            self._assigned(node)
        elif isinstance(node, ast.For | ast.AsyncFor):
            item = self.form(node.iter).of_item()
            if isinstance(node.target, ast.Name):
                self._scope.names[node.target.id] = item  # another loop may use the name for something else
            else:
                self._bind(node.target, item)
            self.statements([*node.body, *node.orelse])
        elif isinstance(node, ast.Return) and node.value is not None:
            self._scope.returns.one(self.form(node.value))
        else:
            for child in ast.iter_child_nodes(node):
                self._part(child)

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        if isinstance(node, ast.AugAssign):
            self.form(ast.BinOp(node.target, node.op, node.value))
        elif node.value is not None:
            value = self.form(node.value)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self._bind(target, value)

    def _part(self, child: ast.AST) -> None:
        if isinstance(child, ast.expr):
            self.form(child)
        elif isinstance(child, ast.stmt):
            self._statement(child)
        elif isinstance(child, ast.excepthandler | ast.withitem | ast.match_case):
            for inner in ast.iter_child_nodes(child):
                self._part(inner)

    def _bind(self, target: ast.expr, value: Form) -> None:
        if isinstance(target, ast.Name):
            self._scope.name(target.id).one(value)
        elif isinstance(target, ast.Tuple | ast.List):
            for index, element in enumerate(target.elts):
                if not isinstance(element, ast.Starred):
                    self._bind(element, value.of_place(index))
        elif isinstance(target, ast.Attribute | ast.Subscript):
            self.form(target)

    def form(self, node: ast.expr) -> Form:
        """The form of an expression."""
        self._depth += 1
        try:
            return Form() if self._depth > _DEEPEST else self._form(node)
        finally:
            self._depth -= 1

    def _form(self, node: ast.expr) -> Form:
        found = self._reference(node) or self._combined(node)
        if found is not None:
            return found
        if isinstance(node, ast.Await | ast.Starred):
            return self.form(node.value)
        if isinstance(node, ast.NamedExpr):
            value = self.form(node.value)
            self._bind(node.target, value)
            return value
        if isinstance(node, ast.IfExp):
            self.form(node.test)
            return self.form(node.body).one(self.form(node.orelse))
        return self._display(node)

    def _reference(self, node: ast.expr) -> Form | None:
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        return self._call(node) if isinstance(node, ast.Call) else None

    def _combined(self, node: ast.expr) -> Form | None:
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.BinOp):
            return self._sum(node)
        if isinstance(node, ast.BoolOp):
            return self._either(node)
        return self._text(node) if isinstance(node, ast.JoinedStr) else None

    def _name(self, node: ast.Name) -> Form:
        return self._scope.name(node.id)

    def _attribute(self, node: ast.Attribute) -> Form:
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "Activities", "workflow", "asyncio"):
            return Form()
        return self.form(node.value).of_field(node.attr)

    def _subscript(self, node: ast.Subscript) -> Form:
        whole = self.form(node.value)
        if isinstance(node.slice, ast.Slice):
            return whole.kind("sliced")
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return whole.of_key(node.slice.value)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            own = whole.real()
            own.least = max(own.least, node.slice.value + 1)
            own.kinds.setdefault("indexed")
            return own.of_item()
        if isinstance(node.slice, ast.UnaryOp):
            return whole.of_item()
        self.form(node.slice)
        return Form()

    def _compare(self, node: ast.Compare) -> Form:
        left = self.form(node.left)
        for operator, other in zip(node.ops, node.comparators, strict=True):
            right = self.form(other)
            values = list(other.elts) if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str | int | float):
                    self._compared(left, operator, value.value)
            if isinstance(operator, ast.In | ast.NotIn) and isinstance(node.left, ast.Constant):
                right.kind("str" if isinstance(node.left.value, str) and not right.real().item else "list")
        return Form().kind("bool")

    def _compared(self, left: Form, operator: ast.cmpop, value: str | float) -> None:
        own = left.real()
        if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and not isinstance(value, str):
            own.limits.append(value)
        elif value not in own.words:
            own.words.append(value)

    def _sum(self, node: ast.BinOp) -> Form:
        left, right = self.form(node.left), self.form(node.right)
        for mine, other in ((left, node.right), (right, node.left)):
            if isinstance(other, ast.Constant | ast.JoinedStr):
                is_text = isinstance(other, ast.JoinedStr) or isinstance(other.value, str)
                mine.kind("str" if is_text else "number")
            elif isinstance(other, ast.List | ast.ListComp):
                mine.kind("list")
            elif isinstance(node.op, ast.Mult | ast.Div | ast.Sub | ast.Pow):
                mine.kind("number")
        return left.one(right) if isinstance(node.op, ast.Add) else Form().kind("number")

    def _either(self, node: ast.BoolOp) -> Form:
        forms = [self.form(v) for v in node.values]
        if isinstance(node.op, ast.Or) and not isinstance(node.values[-1], ast.Compare):
            for other in forms[1:]:
                forms[0].one(other)
        return forms[0]

    def _text(self, node: ast.JoinedStr) -> Form:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                inner = self.form(value.value)
                spec = value.format_spec
                if isinstance(spec, ast.JoinedStr) and any(
                    isinstance(s, ast.Constant) and str(s.value)[-1:] in "fge%d" for s in spec.values
                ):
                    inner.kind("number")
        return Form().kind("str")

    def _display(self, node: ast.expr) -> Form:
        found = Form()
        if isinstance(node, ast.List | ast.Set):
            for element in node.elts:
                value = self.form(element)
                if not isinstance(element, ast.Starred):
                    found.of_item().one(value)
            return found.kind("list")
        if isinstance(node, ast.Tuple):
            for index, element in enumerate(node.elts):
                found.of_place(index).one(self.form(element))
            return found
        if isinstance(node, ast.Dict):
            return self._dict(node)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            return self._comprehension(node)
        for child in ast.iter_child_nodes(node):
            self._part(child)
        return found

    def _dict(self, node: ast.Dict) -> Form:
        found = Form()
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.form(value)
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.of_key(key.value).one(inner)
        return found

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Form:
        for clause in node.generators:
            self._bind(clause.target, self.form(clause.iter).of_item())
            for test in clause.ifs:
                self.form(test)
        found = Form()
        if isinstance(node, ast.DictComp):
            self.form(node.key)
            self.form(node.value)
            return found.kind("dict")
        found.of_item().one(self.form(node.elt))
        return found.kind("list")

    # Calls

    def _call(self, node: ast.Call) -> Form:
        step = self._step(node)
        if step is not None:
            return step
        callee = self._shapes.callee(self._scope, node.func)
        if callee is not None:
            for index, argument in enumerate(node.args):
                value = self.form(argument)
                if index < len(callee.parameters) and not isinstance(argument, ast.Starred):
                    callee.names[callee.parameters[index]].one(value)
            for keyword in node.keywords:
                value = self.form(keyword.value)
                if keyword.arg in callee.names:
                    callee.names[keyword.arg].one(value)
            return callee.returns
        arguments = [self.form(a) for a in node.args]
        for keyword in node.keywords:
            self.form(keyword.value)
        if isinstance(node.func, ast.Name):
            return self._builtin(node.func.id, node, arguments)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, node, arguments)
        return Form()

    def _step(self, node: ast.Call) -> Form | None:
        if isinstance(node.func, ast.Name) and node.func.id == "brought_back":
            first, *_ = [self.form(argument) for argument in node.args]
            return first
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("step", "step_for", "decided"):
            return None
        if node.func.attr == "decided":
            for argument in node.args[1:]:
                self.form(argument)
            named = node.args[0]
            return self._shapes.wait(str(named.value)) if isinstance(named, ast.Constant) else Form()
        at = int(node.func.attr == "step_for")
        for argument in (*node.args[:at], *node.args[at + 1 :]):
            self.form(argument)
        named = node.args[at]
        return self._shapes.activity(named.attr) if isinstance(named, ast.Attribute) else Form()

    def _builtin(self, name: str, node: ast.Call, given: list[Form]) -> Form:
        first = given[0] if given else Form()
        if name == "over_http":
            answer = Form()
            answer.body = first
            return answer
        if name in _ITEMS and given:
            found = Form().kind("list")
            found.real().item = (given[-1] if name == "filter" else first).of_item()
            return found
        if name in ("enumerate", "numbered") and given:
            found = Form()
            found.of_item().of_place(1).one(first.of_item())
            return found
        if name in ("zip", "zipped"):
            found = Form()
            for index, form in enumerate(given):
                found.of_item().of_place(index).one(form.of_item())
            return found
        if name in ("getattr", "hasattr") and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            return first.of_field(str(node.args[1].value))
        if name == "isinstance" and len(node.args) == 2 and isinstance(node.args[1], ast.Name):
            first.kind({"int": "number", "float": "number"}.get(node.args[1].id, node.args[1].id))
        if name in ("sum", "abs", "round", "range", "int", "float") and given:
            (first.of_item() if name == "sum" else first).kind("number")
        if name in ("len", "any", "all", "max", "min") and given:
            first.kind("sized")
        return Form()

    def _method(self, func: ast.Attribute, node: ast.Call, given: list[Form]) -> Form:
        dotted = ast.unparse(func)
        if dotted == "json.loads" and given:
            own = given[0].real()
            own.json = own.json or Form()
            return own.json
        if (
            dotted in ("asyncio.ensure_future", "asyncio.wait_for", "asyncio.shield", "copy.deepcopy", "copy.copy")
            and given
        ):
            return given[0]
        if func.attr in ("map", "submit") and len(given) == 1:
            return given[0]
        if dotted == "asyncio.gather":
            found = Form()
            for index, (form, argument) in enumerate(zip(given, node.args, strict=True)):
                if isinstance(argument, ast.Starred):
                    found.of_item().one(form.of_item())
                else:
                    found.of_place(index).one(form)
            return found
        return self._of_value(func, node, given)

    def _of_value(self, func: ast.Attribute, node: ast.Call, given: list[Form]) -> Form:
        receiver, name = self.form(func.value), func.attr
        key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if name in ("get", "pop", "setdefault") and isinstance(key, str):
            return receiver.of_key(key)
        if name in ("items", "values", "keys"):
            found = Form()
            if name == "items":
                found.of_item().of_place(0).kind("str")
            receiver.kind("dict")
            return found
        if name in ("append", "add", "extend", "insert"):
            for form in given if name in ("append", "add") else []:
                receiver.of_item().one(form)
            receiver.kind("list")
            return Form()
        if name in ("model_dump", "dict", "to_dict", "copy"):
            return receiver
        return self._of_text(receiver, name, given, key if isinstance(key, str) else None)

    def _of_text(self, receiver: Form, name: str, given: list[Form], key: str | None) -> Form:
        if name == "json":
            own = receiver.real()
            own.body = own.body or Form()
            return own.body
        if name in _TEXT:
            receiver.kind("str")
            if name == "join" and given:
                given[0].of_item().kind("str")
            if name in ("split", "rsplit") and key:
                own = receiver.real()
                own.cuts += [key] if key not in own.cuts else []
                return Form(item=own)
            return receiver if name in _SAME_TEXT else Form()
        if name in ("isoformat", "strftime", "timestamp", "date"):
            receiver.kind("datetime")
        if name == "decode":
            receiver.kind("bytes")
        return Form()


def attributes_read(functions: str) -> list[str]:
    """The fields that the workflow reads of anything."""
    try:
        tree = ast.parse("class Workflow:\n" + functions)
    except SyntaxError:
        return []
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    names = {
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute)
        and id(n) not in called
        and not (isinstance(n.value, ast.Name) and n.value.id in ("self", "Activities", "workflow"))
    }
    return sorted(names)
