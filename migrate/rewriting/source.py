"""Legacy modules as syntax: where each function stands, what each name at module level means.

Knows files, positions and names. Knows nothing of steps, plans or engines.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

import libcst as cst

from assess.reading.notebook import NotANotebookError
from migrate.rewriting.notebooks import script_of
from migrate.rewriting.pieces import Piece, Pieces, UnreadableError
from migrate.rewriting.positions import Positions
from migrate.rewriting.spans import Spot, parsed
from migrate.rewriting.syntax import statements_in

_Node = TypeVar("_Node", bound=cst.CSTNode)


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that an import statement binds: `member` of `module`, or the module itself."""

    module: str
    member: str | None

    @property
    def dotted(self) -> str:
        """What the name stands for."""
        return self.module if self.member is None else f"{self.module}.{self.member}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Function:
    """One function or method; `owner` is the class it stands in. `read` gives its node."""

    module: Module
    qualname: str
    read: Callable[[], cst.FunctionDef]
    owner: str | None
    nested: bool
    line: int
    end_line: int
    script: bool = False
    altered: bool = False

    @property
    def node(self) -> cst.FunctionDef:
        """Its syntax, which is read when somebody asks for it first. Raises UnreadableError."""
        return self.read()

    @property
    def name(self) -> str:
        """The name it was given."""
        return self.qualname.rpartition(".")[2]

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return self.node.asynchronous is not None

    @property
    def dotted(self) -> str:
        """Module and qualified name."""
        return f"{self.module.dotted}.{self.qualname}"


class Classes(Mapping[str, cst.ClassDef]):
    """Classes at module level by name; looking one up reads it and raises UnreadableError."""

    def __init__(self) -> None:
        self._read: dict[str, Callable[[], cst.ClassDef]] = {}

    def add(self, name: str, read: Callable[[], cst.ClassDef]) -> None:
        """The class that has this name from here on."""
        self._read[name] = read

    def __getitem__(self, name: str) -> cst.ClassDef:
        return self._read[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._read

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


@dataclass(slots=True, eq=False, repr=False)
class Module:
    """One legacy file."""

    file: str
    dotted: str
    pieces: Pieces
    functions: dict[str, Function] = field(default_factory=dict)
    classes: Classes = field(default_factory=Classes)
    imports: dict[str, Imported] = field(default_factory=dict)
    assigned: dict[str, list[cst.BaseSmallStatement]] = field(default_factory=dict)
    every: list[Function] = field(default_factory=list)
    cells: dict[int, int] = field(default_factory=dict)
    without: list[tuple[int, int]] = field(default_factory=list)
    takes_all: bool = False  # `from somewhere import *` stands in it
    nodes: dict[int, str] | None = None  # where nodes are added to graphs, by line; None: not looked yet
    written: tuple[str, ...] = ()  # its lines, once somebody asked for one
    _positions: Positions | None = None

    @property
    def tree(self) -> cst.Module:
        """The whole of it. Raises UnreadableError."""
        return self.pieces.tree

    @property
    def positions(self) -> Positions:
        """Where each node stands."""
        if self._positions is None:
            self._positions = Positions(self.pieces)
        return self._positions

    @property
    def code(self) -> str:
        """Its text."""
        return self.pieces.text

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """First and last line of a node; of one that was put together, those of its parts."""
        where = self.positions.get(node)
        if where is not None:
            return where.start.line, where.end.line
        parts = [self.span(child) for child in node.children]
        parts = [p for p in parts if p[0]]
        return (min(p[0] for p in parts), max(p[1] for p in parts)) if parts else (0, 0)

    def calls_near(self, *words: str) -> Sequence[cst.Call]:
        """The calls in those of its statements whose text holds one of these. Raises UnreadableError."""
        near = (piece for piece in self.pieces.all if any(word in piece.text for word in words))
        return [call for piece in near for call in piece.calls]

    @property
    def loose(self) -> Sequence[cst.BaseStatement]:
        """Its statements but for functions and classes that stand alone."""
        return [s for piece in self.pieces.all if piece.lone is None for s in piece.body]

    @property
    def lone(self) -> Sequence[str]:
        """The names of those functions and classes."""
        return [piece.lone.name for piece in self.pieces.all if piece.lone is not None]

    def line(self, number: int) -> str:
        """A line as written, counted from 1; empty beyond the end."""
        if not self.written:
            self.written = tuple(self.code.split("\n"))
        return self.written[number - 1] if 0 < number <= len(self.written) else ""

    def text(self, node: cst.CSTNode) -> str:
        """The node as written."""
        return self.pieces.code_of(node)

    def mark_altered(self, names: Collection[str]) -> None:
        """Say of functions that their text is not the one that the legacy process runs: nobody can call them."""
        made = {n: replace(f, altered=True) for n, f in self.functions.items() if n in names}
        self.functions |= made
        self.every = [made.get(f.qualname, f) for f in self.every]

    def function_at(self, line: int) -> Function | None:
        """The innermost function that holds this line."""
        holding = [f for f in self.every if f.line <= line <= f.end_line]
        return max(holding, key=lambda f: f.line, default=None)


class Legacy:
    """The legacy source tree, read file by file when asked for."""

    def __init__(self, root: Path, entry_file: str, files: Iterable[str] = ()) -> None:
        self.root = root
        self.import_root = _import_root(root, entry_file, {entry_file, *files})
        self._modules: dict[str, Module] = {}
        self._replaced: set[str] = set()
        self._files: dict[str, str | None] = {}  # by the names that they are imported by

    def as_written(self) -> Legacy:
        """The same tree as it stands on the disk; what was read of it, and not replaced, is not read again."""
        made = copy(self)
        made._modules = {f: m for f, m in self._modules.items() if f not in self._replaced}  # noqa: SLF001
        made._replaced = set()  # noqa: SLF001
        return made

    def module(self, file: str) -> Module:
        """The module in this file (relative to the assessed root). Raises UnreadableError."""
        if file not in self._modules:
            self._modules[file] = _read(self.root, self.import_root, file)
        return self._modules[file]

    def replaced(self, module: Module, code: str) -> Module:
        """The module with another text, which stands for its file from now on."""
        made = _module(module.file, module.dotted, Pieces(module.file, code), module.cells)
        self._modules[module.file] = made
        self._replaced.add(module.file)
        return made

    def with_function(self, file: str, text: str) -> Function:
        """The module in this file as if this function stood at its end: the function."""
        made = _read(self.root, self.import_root, file, f"\n\n{text}")
        self._modules[file] = made
        self._replaced.add(file)
        return made.every[-1]

    def read(self) -> list[Module]:
        """The modules that were read so far."""
        return sorted(self._modules.values(), key=lambda m: m.file)

    def by_name(self, dotted: str) -> Module | None:
        """The legacy module that is imported by this name, if it is one."""
        if dotted not in self._files:
            self._files[dotted] = self._file_of(dotted)
        file = self._files[dotted]
        return self.module(file) if file is not None else None

    def _file_of(self, dotted: str) -> str | None:
        relative = Path(*dotted.split("."))
        for candidate in (relative.with_suffix(".py"), relative / "__init__.py"):
            path = self.import_root / candidate
            if path.is_file() and path.is_relative_to(self.root):
                return path.relative_to(self.root).as_posix()
        return None

    def resolve(self, module: Module, name: str) -> tuple[Module, str] | None:
        """The legacy module and its own name for what `name` (maybe dotted) means in `module`; None if not legacy."""
        head, _, rest = name.partition(".")
        for _ in range(8):
            if head in module.functions or head in module.classes or head in module.assigned:
                return module, f"{head}.{rest}" if rest else head
            imported = module.imports.get(head)
            if imported is None:
                return None
            found = self._follow(imported, rest)
            if found is None:
                return None
            module, name = found
            head, _, rest = name.partition(".")
        return None

    def _follow(self, imported: Imported, rest: str) -> tuple[Module, str] | None:
        if imported.member is not None:
            owner = self.by_name(imported.module)
            if owner is not None and (
                imported.member in owner.functions
                or imported.member in owner.classes
                or imported.member in owner.assigned
                or imported.member in owner.imports
            ):
                return owner, f"{imported.member}.{rest}" if rest else imported.member
        parts = [*imported.dotted.split("."), *(rest.split(".") if rest else [])]
        for cut in range(len(parts) - 1, 0, -1):
            owner = self.by_name(".".join(parts[:cut]))
            if owner is not None:
                return owner, ".".join(parts[cut:])
        return None


def _import_root(root: Path, entry_file: str, files: set[str]) -> Path:
    """The folder that has to be on sys.path: the one from which most absolute imports of the entry's file resolve."""
    path = root / entry_file
    wanted = _absolute_imports(path)
    top = path.parent
    while (top / "__init__.py").is_file():
        top = top.parent
    candidates = [top, *(p for p in path.parents if p == root or root in p.parents), root / "src"]
    if (root / "__init__.py").is_file():
        candidates.append(root.parent)

    # A folder that does not hold every file of the pipeline cannot be the one.
    candidates = [c for c in candidates if all((root / f).is_relative_to(c) for f in files)] or [root]

    def found(folder: Path) -> int:
        names = (folder / n.replace(".", "/") for n in wanted)
        return sum(n.with_suffix(".py").is_file() or n.is_dir() for n in names)

    return max(candidates, key=found)


def _absolute_imports(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
        tree = parsed(script_of(data)[0] if path.suffix == ".ipynb" else data)
    except (OSError, SyntaxError, ValueError, RecursionError) as problem:
        raise UnreadableError(f"{path.name} cannot be read as Python: {problem}") from None
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
    return names


def _read(root: Path, import_root: Path, file: str, more: str = "") -> Module:
    path = root / file
    cells: dict[int, int] = {}

    try:
        data: str | bytes = path.read_bytes()
        if file.endswith(".ipynb") and isinstance(data, bytes):
            data, cells = script_of(data)
    except (OSError, NotANotebookError) as problem:
        raise UnreadableError(f"{file} cannot be read as Python: {problem}") from None
    pieces = Pieces(file, data)
    if more:
        pieces = Pieces(file, pieces.text + more)
    parts = list(path.relative_to(import_root).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return _module(file, ".".join(parts), pieces, cells)


def _module(file: str, dotted: str, pieces: Pieces, cells: dict[int, int]) -> Module:
    module = Module(file, dotted, pieces, cells=cells)
    _index(module, is_package=PurePosixPath(file).name == "__init__.py")
    return module


def _index(module: Module, *, is_package: bool) -> None:
    aside = Module(module.file, module.dotted, module.pieces)
    for piece in module.pieces.all:
        lone = piece.lone
        if lone is None:
            _index_read(module, aside, piece, is_package=is_package)
            continue
        for at, spot in enumerate(lone.functions):
            _add(module, spot, partial(piece.function, at))
        if lone.is_class:
            module.classes.add(lone.name, piece.lone_class)
        for text in lone.imports:
            for small in _imports(cst.parse_module(text)):
                _bind(aside, small, is_package=is_package)
    # What a function imports for itself means the same for the module, unless the module has the name already.
    own = {*module.imports, *module.functions, *module.classes, *module.assigned}
    module.imports |= {name: imported for name, imported in aside.imports.items() if name not in own}


def _index_read(module: Module, aside: Module, piece: Piece, *, is_package: bool) -> None:
    for statement in _top_level(piece.body):
        if isinstance(statement, cst.ClassDef):
            module.classes.add(statement.name.value, given(statement))
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                _bind(module, small, is_package=is_package)
    named = list(_functions(piece.parsed, prefix="", owner=None, nested=False))
    known = [spot for statement in piece.statements for spot in statement.functions]
    spans = [(spot.line, spot.end_line) for spot in known]
    if len(spans) != len(named):
        spans = [module.span(node) for node, *_ in named]
    for (node, qualname, owner, nested), (line, end) in zip(named, spans, strict=True):
        _add(module, Spot(qualname, owner, nested, line, end), given(node))
    for small in _imports(piece.parsed):
        _bind(aside, small, is_package=is_package)


def given(node: _Node) -> Callable[[], _Node]:
    """What gives a node that was read before."""
    return lambda: node


def _add(module: Module, spot: Spot, read: Callable[[], cst.FunctionDef]) -> None:
    made = Function(module, spot.qualname, read, spot.owner, spot.nested, spot.line, spot.end_line)
    module.functions[spot.qualname] = made
    module.every.append(made)


def _imports(node: cst.CSTNode) -> Iterator[cst.Import | cst.ImportFrom]:
    for child in statements_in(node):
        if isinstance(child, cst.Import | cst.ImportFrom):
            yield child
        yield from _imports(child)


def _top_level(body: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Statements at module level, those under `if` and `try` too (optional imports, TYPE_CHECKING)."""
    for statement in body:
        yield statement
        if isinstance(statement, cst.If | cst.Try):
            yield from _top_level(statement.body.body)


def _bind(module: Module, small: cst.BaseSmallStatement, *, is_package: bool) -> None:
    if isinstance(small, cst.Import):
        for alias in small.names:
            dotted = dotted_name(alias.name) or ""
            if alias.asname is not None:
                module.imports[alias.evaluated_alias or ""] = Imported(dotted, None)
            else:
                top = dotted.partition(".")[0]
                module.imports[top] = Imported(top, None)
    elif isinstance(small, cst.ImportFrom):
        _bind_members(module, small, _absolute(module.dotted, small, is_package=is_package))
    elif isinstance(small, cst.Assign):
        for target in small.targets:
            if isinstance(target.target, cst.Name):
                module.assigned.setdefault(target.target.value, []).append(small)
    elif isinstance(small, cst.AnnAssign | cst.AugAssign) and isinstance(small.target, cst.Name):
        module.assigned.setdefault(small.target.value, []).append(small)


def _bind_members(module: Module, node: cst.ImportFrom, base: str) -> None:
    if isinstance(node.names, cst.ImportStar):
        module.takes_all = True
        return
    for alias in node.names:
        name = alias.evaluated_alias or alias.evaluated_name
        module.imports[name] = Imported(base, alias.evaluated_name)


def _absolute(dotted: str, node: cst.ImportFrom, *, is_package: bool) -> str:
    written = dotted_name(node.module) or "" if node.module is not None else ""
    level = len(node.relative)
    if not level:
        return written
    parts = dotted.split(".")
    if not is_package:
        parts = parts[:-1]
    parts = parts[: len(parts) - (level - 1)]
    return ".".join([*parts, *([written] if written else [])])


_Named = tuple[cst.FunctionDef, str, str | None, bool]
"""A function: its node, its qualified name, the class it stands in, whether it stands in another function."""


def _functions(node: cst.CSTNode, *, prefix: str, owner: str | None, nested: bool) -> Iterator[_Named]:
    for child in statements_in(node):
        if isinstance(child, cst.FunctionDef):
            qualname = f"{prefix}{child.name.value}"
            yield child, qualname, owner, nested
            yield from _functions(child, prefix=f"{qualname}.<locals>.", owner=None, nested=True)
        elif isinstance(child, cst.ClassDef):
            name = f"{prefix}{child.name.value}"
            yield from _functions(child, prefix=f"{name}.", owner=name, nested=nested)
        else:
            yield from _functions(child, prefix=prefix, owner=owner, nested=nested)


def dotted_name(node: cst.CSTNode | None) -> str | None:
    """`a.b.c` for a chain of names, None for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted_name(node.value)
        return None if head is None else f"{head}.{node.attr.value}"
    return None
