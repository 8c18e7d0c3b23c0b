"""Classes of the legacy code whose objects are values: their fields say all that a reader can know of them.

An entity of an ORM is one (its columns), so is a data class, a model of pydantic, and a plain class whose `__init__`
only keeps what it is given. What holds a client, a connection or a stream is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import libcst as cst

from migrate.rewriting.determinism import is_pure_module
from migrate.rewriting.names import binds, globals_read, parameter_names
from migrate.rewriting.source import Legacy, Module, dotted_name
from migrate.rewriting.syntax import Looking

_STORABLE = frozenset("str int float bool bytes dict list tuple set frozenset None object complex".split())
_ENTITY_BASES = frozenset("SQLModel DeclarativeBase MappedAsDataclass Document DynamicDocument".split())
_MODEL_BASES = frozenset("BaseModel NamedTuple TypedDict Enum StrEnum IntEnum TextChoices IntegerChoices".split())
_COLUMNS = re.compile(r"(Column|mapped_column|relationship|\w*Field|ForeignKey)$")
# What says that an object lives in one process, and what says that reading a field of it does something.
_LIVING = frozenset(
    """close aclose connect cursor __enter__ __aenter__ __next__ __anext__ __iter__ __aiter__ __call__ __getattr__
    __getattribute__ __setattr__""".split()
)
# What `objects.py` of the generated project refuses to store.
_LIVING_AT_RUN_TIME = frozenset("close connect cursor __enter__ __aenter__ __next__ __anext__ send __call__".split())
_MAKES_PLAIN = frozenset(
    "str int float bool bytes dict list tuple set frozenset sorted len min max sum round defaultdict".split()
)
_DEEPEST = 8


@dataclass(slots=True)
class Valued:
    """Asks of each class once."""

    legacy: Legacy
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_value(self, module: Module, name: str, depth: int = 0) -> bool:
        """Whether `name` (maybe dotted) is such a class in this module."""
        found = self.legacy.resolve(module, name)
        if found is None or found[1] not in found[0].classes or depth > _DEEPEST:
            return False
        home, own = found
        key = (home.dotted, own)
        if key not in self._known:
            self._known[key] = True  # a class may name itself in a field
            self._known[key] = self._judge(home, home.classes[own], depth)
        return self._known[key]

    def is_entity(self, module: Module, name: str, depth: int = 0) -> bool:
        """Whether `name` is a class that an ORM keeps in a table: what is set on its objects goes into the database."""
        found = self.legacy.resolve(module, name)
        if found is None or found[1] not in found[0].classes or depth > _DEEPEST:
            return False
        node = found[0].classes[found[1]]
        return _has_columns(node) or any(self._is_entity_base(found[0], b, depth) for b in node.bases)

    def lives(self, module: Module, name: str, depth: int = 0) -> bool:
        """Whether objects of this class live in one process, by its methods or by what `__init__` makes and keeps."""
        found = self.legacy.resolve(module, name)
        if found is None or found[1] not in found[0].classes or depth > _DEEPEST or self.is_value(module, name):
            return False
        home, node = found[0], found[0].classes[found[1]]
        methods = {s.name.value: s for s in node.body.body if isinstance(s, cst.FunctionDef)}
        if _LIVING_AT_RUN_TIME & set(methods):
            return True
        looking = _Kept()
        if "__init__" in methods:
            looking.look(methods["__init__"].body)
        made = [dotted_name(v.func) or "" for v in looking.values if isinstance(v, cst.Call)]
        bases = [dotted_name(base.value) or "" for base in node.bases]
        return any(self._is_client(home, m) for m in made) or any(
            self.lives(home, n, depth + 1) for n in (*made, *bases)
        )

    def _is_client(self, module: Module, called: str) -> bool:
        """Whether this builds an object of a package that does something outside."""
        head, _, rest = called.partition(".")
        imported = module.imports.get(head)
        if imported is None or self.legacy.resolve(module, called) is not None or is_pure_module(imported.dotted):
            return False
        return (rest or imported.dotted).rpartition(".")[2][:1].isupper()

    def _is_entity_base(self, module: Module, base: cst.Arg, depth: int) -> bool:
        name = dotted_name(base.value) or ""
        if name in ("models.Model", "db.Model") or name.rpartition(".")[2] in _ENTITY_BASES:
            return True
        return self.is_entity(module, name, depth + 1)

    def _judge(self, module: Module, node: cst.ClassDef, depth: int) -> bool:
        methods = {s.name.value: s for s in node.body.body if isinstance(s, cst.FunctionDef)}
        if _LIVING & set(methods):
            return False
        names = [dotted_name(base.value) or "" for base in node.bases]
        if _has_columns(node) or any(self._is_entity_base(module, b, depth) for b in node.bases):
            return True
        if not all(self._is_base_of_values(module, name, depth) for name in names):
            return False
        fields = [small for small in _simple(node) if isinstance(small, cst.AnnAssign)]
        if not all(self.holds_values(module, small.annotation, depth) for small in fields):
            return False
        init = methods.get("__init__")
        if init is None:
            return bool(fields) or bool(names)
        return self._keeps_only(module, init, depth)

    def _is_base_of_values(self, module: Module, name: str, depth: int) -> bool:
        imported = module.imports.get(name)
        last = (imported.dotted if imported is not None else name).rpartition(".")[2]
        return last in _MODEL_BASES or last in ("object", "ABC", "Generic") or self.is_value(module, name, depth + 1)

    def _keeps_only(self, module: Module, init: cst.FunctionDef, depth: int) -> bool:
        """Whether `__init__` keeps only what it is given and what it makes of it."""
        params = init.params
        known = {"self"}
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            told = param.annotation is not None and self.holds_values(module, param.annotation, depth)
            if told or (param.annotation is None and param.default is not None and _is_plain(param.default)):
                known.add(param.name.value)
        # What a local of it holds is not looked into.
        unknown = (set(parameter_names(params)) | set(binds(init.body))) - known
        looking = _Kept()
        looking.look(init.body)
        for value in looking.values:
            named = _Parts()
            named.look(value)
            if named.names & unknown:
                return False
            for called in named.called:
                if called not in _MAKES_PLAIN and not self._makes_value(module, called, depth):
                    return False
        return bool(looking.values)

    def _makes_value(self, module: Module, called: str, depth: int) -> bool:
        head = called.partition(".")[0]
        if head in module.imports and is_pure_module(module.imports[head].dotted):
            return True
        return self.is_value(module, called, depth + 1)

    def holds_values(self, module: Module, node: cst.Annotation, depth: int = 0) -> bool:
        """Whether an annotation names only plain types and classes of values."""
        text = module.text(node.annotation)
        if isinstance(node.annotation, cst.SimpleString):
            text = str(node.annotation.evaluated_value)
        return self.names_values(module, text, depth)

    def names_values(self, module: Module, text: str, depth: int = 0) -> bool:
        """The same for the text of a type."""
        try:
            names = sorted(globals_read(text))  # the first that is none ends it: always after the same files were read
        except SyntaxError:
            return False
        return all(self._is_plain_name(module, text, name, depth) for name in names)

    def _is_plain_name(self, module: Module, text: str, name: str, depth: int) -> bool:
        if name in _STORABLE:
            return True
        if name in module.imports and is_pure_module(module.imports[name].dotted):
            return module.imports[name].member not in LIVE
        dotted = dict.fromkeys(m.group(0) for m in re.finditer(rf"(?<![\w.]){re.escape(name)}(\.\w+)*", text))
        return all(self.is_value(module, each, depth + 1) for each in dotted)


LIVE = frozenset(
    """Iterator Iterable Generator AsyncIterator AsyncIterable AsyncGenerator Callable Awaitable Coroutine IO TextIO
    BinaryIO ContextManager AsyncContextManager Type""".split()
)
"""Types of `typing` and `collections.abc` whose values live in one process."""


def _simple(node: cst.ClassDef) -> list[cst.BaseSmallStatement]:
    return [small for s in node.body.body if isinstance(s, cst.SimpleStatementLine) for small in s.body]


def _has_columns(node: cst.ClassDef) -> bool:
    values = [small.value for small in _simple(node) if isinstance(small, cst.Assign | cst.AnnAssign)]
    mapped = any(
        isinstance(small, cst.AnnAssign)
        and isinstance(small.annotation.annotation, cst.Subscript)
        and (dotted_name(small.annotation.annotation.value) or "").rpartition(".")[2] == "Mapped"
        for small in _simple(node)
    )
    called = [dotted_name(v.func) or "" for v in values if isinstance(v, cst.Call)]
    # `Field` alone is pydantic's and the data classes'.
    return mapped or any(_COLUMNS.search(name) and name != "Field" for name in called)


def _is_plain(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString | cst.Integer | cst.Float | cst.List | cst.Dict | cst.Tuple) or (
        dotted_name(node) in ("True", "False")
    )


class _Kept(Looking):
    """What is given to fields of `self`."""

    def __init__(self) -> None:
        self.values: list[cst.BaseExpression] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        if any((dotted_name(t.target) or "").startswith("self.") for t in node.targets):
            self.values.append(node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None and (dotted_name(node.target) or "").startswith("self."):
            self.values.append(node.value)


class _Parts(Looking):
    """Names that are read, and what is called."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.called: dict[str, None] = {}

    def visit_Call(self, node: cst.Call) -> None:
        self.called.setdefault(dotted_name(node.func) or "?")

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)
