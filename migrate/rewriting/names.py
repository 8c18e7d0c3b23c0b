"""Which names a piece of code reads and which it binds, in the scope that it stands in."""

from __future__ import annotations

import ast
import symtable
import textwrap
from abc import ABC, abstractmethod
from functools import lru_cache

import libcst as cst

from migrate.rewriting.syntax import Looking

_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


class Binding(Looking, ABC):
    """Goes through code that binds names; who asks says what to do with a name that is read, and one that is bound."""

    @abstractmethod
    def bind(self, name: cst.Name) -> None:
        """A name is set here."""

    def assign(self, target: cst.CSTNode, value: cst.CSTNode) -> None:
        """In the order of the text; Python takes the value first."""
        self.target(target)
        self.look(value)

    def target(self, node: cst.CSTNode) -> None:
        """What stands on the left: names are bound, and what an item or a field hangs on is read."""
        if isinstance(node, cst.Name):
            self.bind(node)
        elif isinstance(node, cst.Tuple | cst.List):
            for element in node.elements:
                self.target(element.value)
        elif isinstance(node, cst.StarredElement):
            self.target(node.value)
        else:
            self.look(node)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        """The name of a field is no name of the scope."""
        self.look(node.value)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        """Nor is that of a keyword."""
        self.look(node.value)
        return False

    def visit_NamedExpr(self, node: cst.NamedExpr) -> bool:
        """`name := value`."""
        self.assign(node.target, node.value)
        return False

    def visit_For(self, node: cst.For) -> bool:
        """Each item is assigned."""
        self.assign(node.target, node.iter)
        self.look(node.body)
        if node.orelse is not None:
            self.look(node.orelse)
        return False

    def visit_AsName(self, node: cst.AsName) -> bool:
        """`as name`, in `with`, `except` and patterns."""
        self.target(node.name)
        return False


class _Names(Binding):
    def __init__(self) -> None:
        self.reads: dict[str, None] = {}
        self.binds: dict[str, None] = {}
        self._hidden: list[frozenset[str]] = []

    def _read(self, name: str) -> None:
        if not any(name in hidden for hidden in self._hidden):
            self.reads.setdefault(name)

    def bind(self, name: cst.Name) -> None:
        self.binds.setdefault(name.value)

    def visit_Name(self, node: cst.Name) -> None:
        self._read(node.value)

    def visit_Import(self, node: cst.Import) -> bool:
        self.binds |= dict.fromkeys(_imported(node))
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        self.binds |= dict.fromkeys(_imported(node))
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        self.target(node.target)
        return False

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        self.assign(node.target, node.annotation)
        if node.value is not None:
            self.look(node.value)
        return False

    def visit_AugAssign(self, node: cst.AugAssign) -> bool:
        self.look(node.target)
        self.assign(node.target, node.value)
        return False

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self._comprehension(node)

    def visit_SetComp(self, node: cst.SetComp) -> bool:
        return self._comprehension(node)

    def visit_DictComp(self, node: cst.DictComp) -> bool:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self._comprehension(node)

    def _comprehension(self, node: cst.BaseComp) -> bool:
        bound: set[str] = set()
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            bound |= set(target_names(clause.target))
            clause = clause.inner_for_in
        self._hidden.append(frozenset(bound))
        for child in node.children:
            self.look(child)
        self._hidden.pop()
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        self._hidden.append(frozenset(parameter_names(node.params)))
        self.look(node.body)
        self._hidden.pop()
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.binds.setdefault(node.name.value)
        inner = _Names()
        inner.look(node.body)
        own = set(parameter_names(node.params)) | set(inner.binds)
        for name in inner.reads:
            if name not in own:
                self._read(name)
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.binds.setdefault(node.name.value)
        inner = _Names()
        for part in (*node.bases, *node.keywords, *node.decorators, node.body):
            inner.look(part)
        for name in inner.reads:
            if name not in inner.binds:
                self._read(name)
        return False


def _imported(node: cst.Import | cst.ImportFrom) -> list[str]:
    if isinstance(node.names, cst.ImportStar):
        return []
    return [a.evaluated_alias or a.evaluated_name.partition(".")[0] for a in node.names]


def imported_in(node: cst.CSTNode) -> set[str]:
    """Names that import statements in this code bind."""
    looking = _Imports()
    looking.look(node)
    return looking.names


class _Imports(Looking):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Import(self, node: cst.Import) -> None:
        self.names |= set(_imported(node))

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.names |= set(_imported(node))


def reads(*nodes: cst.CSTNode) -> list[str]:
    """Names that the code reads, in order of appearance."""
    return list(dict.fromkeys(name for node in nodes for name in _named(node)[0]))


def binds(*nodes: cst.CSTNode) -> list[str]:
    """Names that the code assigns, in order of appearance."""
    return list(dict.fromkeys(name for node in nodes for name in _named(node)[1]))


@lru_cache(maxsize=50_000)
def _named(node: cst.CSTNode) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What one piece of code reads and binds; nodes never change, and the same one is asked for again and again."""
    visitor = _Names()
    visitor.look(node)
    return tuple(visitor.reads), tuple(visitor.binds)


def target_names(node: cst.CSTNode) -> list[str]:
    """The names in an assignment target."""
    if isinstance(node, cst.Name):
        return [node.value]
    if isinstance(node, cst.Tuple | cst.List):
        return [name for element in node.elements for name in target_names(element.value)]
    return []


def parameter_names(params: cst.Parameters) -> list[str]:
    """All parameters, in order, the starred ones too."""
    found = [p.name.value for p in (*params.posonly_params, *params.params)]
    if isinstance(params.star_arg, cst.Param):
        found.append(params.star_arg.name.value)
    found += [p.name.value for p in params.kwonly_params]
    if params.star_kwarg is not None:
        found.append(params.star_kwarg.name.value)
    return found


@lru_cache(maxsize=10_000)
def globals_read(code: str) -> frozenset[str]:
    """Names that a definition takes from its module (or the builtins), those in quoted annotations too."""
    code = textwrap.dedent(code)
    found: set[str] = set()

    def look(table: symtable.SymbolTable, *, top: bool) -> None:
        for symbol in table.get_symbols():
            outer = not symbol.is_assigned() and not symbol.is_imported() if top else symbol.is_global()
            if symbol.is_referenced() and outer:
                found.add(symbol.get_name())
        for child in table.get_children():
            look(child, top=False)

    table = symtable.symtable(code, "code", "exec")
    look(table, top=True)
    defined = {s.get_name() for s in table.get_symbols() if s.is_assigned()}
    return frozenset((found | _quoted(code)) - defined)


def _quoted(code: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        annotation = node.annotation if isinstance(node, ast.arg | ast.AnnAssign) else None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            annotation = node.returns
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                inner = ast.parse(annotation.value, mode="eval")
            except SyntaxError:
                continue
            found |= {n.id for n in ast.walk(inner) if isinstance(n, ast.Name)}
    return found
