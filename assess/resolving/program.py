"""Modules, classes and functions of the scanned tree, as found by their definitions alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from assess.reading.parse import Syntax
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


class Program:
    """All modules of a tree and what they define; built without following any name."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
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
        """Every module that parses, by path."""
        for syntax in self.tree.parsed():
            yield self.module(syntax.path)

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
        for statement in block.body:
            _index_definitions(module, statement, "", block.cell, None)
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


def _index_definitions(module: ModuleInfo, node: ast.AST, prefix: str, cell: int | None, cls: ClassInfo | None) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            info = FunctionInfo(node, module, prefix + node.name, cell, cls, _yields(node))
            module.functions[id(node)] = info
            if cls is not None:
                cls.methods[node.name] = info
            inner, owner = f"{prefix}{node.name}.<locals>.", None
        case ast.ClassDef():
            owner = ClassInfo(node, module, prefix + node.name, cell)
            module.classes[id(node)] = owner
            inner = f"{prefix}{node.name}."
            for statement in node.body:
                _index_field(owner, statement)
        case ast.Lambda():
            module.functions[id(node)] = FunctionInfo(node, module, prefix + "<lambda>", cell)
            inner, owner = prefix, None
        case _:
            inner, owner = prefix, cls if isinstance(node, ast.If | ast.Try) else None
    for child in ast.iter_child_nodes(node):
        _index_definitions(module, child, inner, cell, owner)


def _index_field(cls: ClassInfo, statement: ast.stmt) -> None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            cls.fields[name] = (statement.annotation, statement.value)
        case ast.Assign(targets=[ast.Name(id=name)]):
            cls.fields[name] = (None, statement.value)


def _yields(node: ast.AST) -> bool:
    todo = list(ast.iter_child_nodes(node))
    while todo:
        child = todo.pop()
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(child))
    return False
