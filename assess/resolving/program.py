"""Modules, classes and functions of the scanned tree, as found by their definitions alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assess.reading.parse import Block, Syntax
from assess.reading.testing import is_test
from assess.reading.tree import SourceTree

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False, slots=True)
class FunctionInfo:
    """One function, method or lambda."""

    node: FunctionNode
    module: ModuleInfo
    qualified_name: str
    cell: int | None
    cls: ClassInfo | None = None
    generator: bool = False
    names: tuple[str, ...] = ()
    """Every name and attribute that its code mentions, that of functions inside it included (they have none)."""

    @property
    def is_async(self) -> bool:
        """Whether it is defined with `async def`."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def name(self) -> str:
        """The bare name."""
        return "<lambda>" if isinstance(self.node, ast.Lambda) else self.node.name

    @property
    def declared_abstract(self) -> bool:
        """Whether a decorator says that somebody else implements it."""
        node = self.node
        names = () if isinstance(node, ast.Lambda) else map(_last_name, node.decorator_list)
        return any(name in ("abstractmethod", "overload") for name in names)

    @property
    def abstract(self) -> bool:
        """Whether the body only says that somebody else implements it."""
        if isinstance(self.node, ast.Lambda):
            return False
        if self.declared_abstract:
            return True
        return all(_says_nothing(s) for s in self.node.body)


@dataclass(eq=False, slots=True)
class ClassInfo:
    """One class with its own methods."""

    node: ast.ClassDef
    module: ModuleInfo
    qualified_name: str
    cell: int | None
    methods: dict[str, FunctionInfo] = field(default_factory=dict)
    fields: dict[str, tuple[ast.expr | None, ast.expr | None]] = field(default_factory=dict)
    """Names assigned in the body: (annotation, value)."""

    @property
    def name(self) -> str:
        """The bare name."""
        return self.node.name


@dataclass(eq=False, slots=True)
class ModuleInfo:
    """One file, or a folder without `__init__.py` (its path ends in `/` and it holds nothing itself)."""

    path: str
    syntax: Syntax | None
    definitions: dict[str, list[tuple[ast.stmt, int | None]]] = field(default_factory=dict)
    classes: dict[int, ClassInfo] = field(default_factory=dict)
    functions: dict[int, FunctionInfo] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """Every name and attribute that its code mentions outside of functions."""


class Program:
    """The modules of a tree and what they define; built without following any name."""

    def __init__(self, tree: SourceTree, files: Sequence[str]) -> None:
        self.tree = tree
        self._files = files
        self._modules: dict[str, ModuleInfo] = {}
        self._by_method: dict[str, list[FunctionInfo]] | None = None
        self._subclasses: dict[str, list[ClassInfo]] | None = None

    def module(self, path: str) -> ModuleInfo:
        """The module at a path of the tree."""
        if path not in self._modules:
            syntax = None if path.endswith("/") else self.tree.syntax(path)
            self._modules[path] = _index(ModuleInfo(path, syntax))
        return self._modules[path]

    def modules(self) -> Iterator[ModuleInfo]:
        """Every module that is read from the start and parses; imports lead to others."""
        for path in self._files:
            if self.tree.syntax(path) is not None:
                yield self.module(path)

    def methods_named(self, name: str) -> list[FunctionInfo]:
        """Every method of that name in the tree."""
        if self._by_method is None:
            self._by_method = {}
            for cls in self._offered_classes():
                for method in cls.methods.values():
                    self._by_method.setdefault(method.name, []).append(method)
        return self._by_method.get(name, [])

    def classes_with_base(self, name: str) -> list[ClassInfo]:
        """Every class that names `name` (bare) among its bases."""
        if self._subclasses is None:
            self._subclasses = {}
            for cls in self._offered_classes():
                for base in cls.node.bases:
                    self._subclasses.setdefault(_last_name(base), []).append(cls)
        return self._subclasses.get(name, [])

    def _offered_classes(self) -> Iterator[ClassInfo]:
        """Every class that is no test's stand-in for another."""
        return (cls for module in self.modules() if not is_test(module.path) for cls in module.classes.values())


def _last_name(node: ast.AST) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return _last_name(node.func)
        case ast.Subscript():
            return _last_name(node.value)
    return ""


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise():
            return True
    return False


def _index(module: ModuleInfo) -> ModuleInfo:
    for block in module.syntax.blocks if module.syntax else ():
        for statement in _top_level(block.body):
            for name in _defined(statement):
                module.definitions.setdefault(name, []).append((statement, block.cell))
        _outline(module, block)
    return module


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported, those in `if`, `try` and `with` included."""
    for statement in body:
        yield statement
        match statement:
            case ast.If():
                yield from _top_level(statement.body)
                yield from _top_level(statement.orelse)
            case ast.Try() | ast.TryStar():
                yield from _top_level(statement.body)
                for handler in statement.handlers:
                    yield from _top_level(handler.body)
                yield from _top_level(statement.orelse)
                yield from _top_level(statement.finalbody)
            case ast.With() | ast.For() | ast.While():
                yield from _top_level(statement.body)


def _defined(statement: ast.stmt) -> Iterator[str]:  # noqa: C901 - one case a kind of statement
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import():
            for alias in statement.names:
                yield alias.asname or alias.name.split(".")[0]
        case ast.ImportFrom():
            for alias in statement.names:
                yield alias.asname or alias.name
        case ast.Assign():
            for target in statement.targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.With():
            for item in statement.items:
                if isinstance(item.optional_vars, ast.Name):
                    yield item.optional_vars.id


def _index_field(cls: ClassInfo, statement: ast.stmt) -> None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            cls.fields[name] = (statement.annotation, statement.value)
        case ast.Assign(targets=[ast.Name(id=name)]):
            cls.fields[name] = (None, statement.value)


_PLAIN = frozenset(
    {"arg", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "name", "op", "ops", "simple"}
    | {"lineno", "type_comment"}
)
"""Fields of syntax nodes that hold no code."""
_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {
    kind: () if kind in (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
    else tuple(name for name in reversed(kind._fields) if name not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}  # fmt: skip


@dataclass(slots=True)
class _Place:
    """What the walk is inside of: the prefix of qualified names, the class, the function that a `yield` belongs to."""

    prefix: str
    cls: ClassInfo | None
    function: FunctionInfo | None
    names: set[str]


def _outline(module: ModuleInfo, block: Block) -> None:  # noqa: C901 - one loop over every node, made for speed
    """Note functions and classes, and what their code mentions, in one walk (in the order of the source)."""
    own: set[str] = set(module.names)
    mentioned: list[tuple[FunctionInfo, set[str]]] = []
    top = _Place("", None, None, own)
    todo: list[tuple[ast.AST, _Place]] = [(statement, top) for statement in reversed(block.body)]
    while todo:
        node, place = todo.pop()
        kind = type(node)
        if kind is ast.Name:
            place.names.add(node.id)  # type: ignore[attr-defined]
            continue
        if kind is ast.Constant:
            continue
        if kind is ast.Attribute:
            place.names.add(node.attr)  # type: ignore[attr-defined]
        elif kind is ast.Yield or kind is ast.YieldFrom:
            if place.function is not None:
                place.function.generator = True
        elif isinstance(node, _OPENS):
            place = _entered(module, node, place, block.cell, mentioned)
        elif place.cls is not None and kind is not ast.If and kind is not ast.Try:
            place = _Place(place.prefix, None, place.function, place.names)
        for name in _CHILDREN[kind]:
            child = getattr(node, name)
            if type(child) is list:
                todo += [(inner, place) for inner in reversed(child) if isinstance(inner, ast.AST)]
            elif child is not None and isinstance(child, ast.AST):
                todo.append((child, place))
    module.names = tuple(own)
    for info, names in mentioned:
        info.names = tuple(names)


_Opens = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_OPENS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _entered(
    module: ModuleInfo, node: _Opens, place: _Place, cell: int | None, mentioned: list[tuple[FunctionInfo, set[str]]]
) -> _Place:
    """The place inside a definition, which is noted."""
    match node:
        case ast.ClassDef():
            owner = ClassInfo(node, module, place.prefix + node.name, cell)
            module.classes[id(node)] = owner
            for statement in node.body:
                _index_field(owner, statement)
            return _Place(f"{place.prefix}{node.name}.", owner, None, place.names)
        case ast.Lambda():
            info = FunctionInfo(node, module, place.prefix + "<lambda>", cell)
            prefix, inside = place.prefix, None
        case _:
            info = FunctionInfo(node, module, place.prefix + node.name, cell, place.cls)
            prefix, inside = f"{place.prefix}{node.name}.<locals>.", info
            if place.cls is not None:
                place.cls.methods[node.name] = info
    module.functions[id(node)] = info
    if ".<locals>." in place.prefix or inside is None:
        return _Place(prefix, None, inside, place.names)
    names: set[str] = set()
    mentioned.append((info, names))
    return _Place(prefix, None, inside, names)
