"""A source tree: its files, parsed on demand, and which file an import means."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from assess.model.source import Skipped
from assess.reading.ignoring import NO_RULES, Rules
from assess.reading.parse import Syntax, UnreadableError, parse, text_lines
from assess.reading.walk import FoundFile, find_files

STDLIB = frozenset(sys.stdlib_module_names)


class SourceTree:
    """All files under a root. Reading is done at once, parsing when a file is asked for."""

    def __init__(self, root: Path, excluded: Rules = NO_RULES) -> None:
        self.root = root
        self.skipped: list[Skipped] = []
        self.beside: list[FoundFile] = []
        self.data = {found.path: found.data for found in find_files(root, self.skipped, self.beside, excluded)}
        self._syntax: dict[str, Syntax | None] = {}
        self._folders = _folders(self.data)
        self._names: dict[str, list[str]] = {}
        for path in self.data:
            if path.endswith(".py"):
                self._names.setdefault(_module_tail(path), []).append(path)

    def digests(self) -> dict[str, str]:
        """The sha256 of each file that was read."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.data.items()}

    def count_lines(self) -> int:
        """Lines of all Python files, as an editor counts them, and of the code cells of notebooks."""
        return sum(
            d.count(b"\n") + (not d.endswith(b"\n")) if p.endswith(".py") else self._cell_lines(p)
            for p, d in self.data.items()
            if d
        )

    def _cell_lines(self, path: str) -> int:
        syntax = self._syntax.get(path)
        return sum(len(syntax.lines(block.cell)) for block in syntax.blocks) if syntax is not None else 0

    def syntax(self, path: str) -> Syntax | None:
        """The parsed file; None (and an entry in `skipped`) if it does not parse."""
        if path not in self._syntax:
            try:
                syntax = parse(path, self.data[path])
                self._syntax[path] = syntax
                self.skipped += [Skipped(path, problem) for problem in syntax.problems]
            except UnreadableError as problem:
                self._syntax[path] = None
                self.skipped.append(Skipped(path, str(problem)))
        return self._syntax[path]

    def lines(self, path: str, cell: int | None) -> tuple[str, ...]:
        """The source lines of a module, or of a cell of a notebook; none if it cannot be read."""
        if path not in self.data:
            return ()
        if path.endswith(".py") and path not in self._syntax:
            try:
                return text_lines(self.data[path]) if cell is None else ()
            except UnreadableError:
                return ()
        syntax = self.syntax(path)
        return syntax.lines(cell) if syntax is not None else ()

    def find_module(self, dotted: str, importer: str) -> str | None:
        """The file (or folder without `__init__.py`, ending in `/`) that `import dotted` means in `importer`.

        Looked for as Python would from each folder that can be on its path: that of the importer's outermost package,
        the folders above it up to the root, their `src`, and last the importer's own folder (scripts side by side).
        """
        parts = dotted.split(".")
        for base in self._bases(importer):
            found = self._module_in(base, parts)
            if found is not None and found != importer:
                return found
        if parts[0] == self.root.name and "__init__.py" in self.data:
            return self._module_in(".", parts[1:]) if len(parts) > 1 else "__init__.py"
        if parts[0] in STDLIB:
            return None
        known = [p for p in self._names.get(parts[-1], ()) if _matches_tail(p, parts)] if len(parts) > 1 else []
        return known[0] if len(known) == 1 else None

    def find_relative(self, level: int, dotted: str, importer: str) -> str | None:
        """The file or folder that a relative import of `level` dots means."""
        folder = PurePosixPath(importer).parent
        for _ in range(level - 1):
            folder = folder.parent
        if not dotted:
            return self._package(str(folder))
        return self._module_in(str(folder), dotted.split("."))

    def submodule(self, package: str, name: str) -> str | None:
        """The module `name` inside the package whose file or folder is given."""
        folder = package[:-1] if package.endswith("/") else str(PurePosixPath(package).parent)
        if not package.endswith(("/", "__init__.py")):
            return None
        return self._module_in(folder, [name])

    def _bases(self, importer: str) -> Iterator[str]:
        folder = PurePosixPath(importer).parent
        top = folder
        while str(top) != "." and f"{top}/__init__.py" in self.data:
            top = top.parent
        seen = set()
        first = [folder] if top != folder and self._started_alone(importer) else []
        for base in [*first, top, *top.parents, folder]:
            for candidate in (str(base), str(base / "src")):
                if candidate not in seen:
                    seen.add(candidate)
                    yield candidate

    def _started_alone(self, importer: str) -> bool:
        """Whether a file of a package is a program by itself: Python then looks beside it first."""
        syntax = self.syntax(importer)
        if syntax is None or not syntax.has_main:
            return False
        statements = (s for block in syntax.blocks for s in block.body)
        return not any(isinstance(s, ast.ImportFrom) and s.level for s in statements)

    def _module_in(self, base: str, parts: list[str]) -> str | None:
        stem = "/".join(parts) if base == "." else "/".join([base, *parts])
        for candidate in (f"{stem}/__init__.py", f"{stem}.py"):
            if candidate in self.data:
                return candidate
        return self._package(stem)

    def _package(self, folder: str) -> str | None:
        init = "__init__.py" if folder == "." else f"{folder}/__init__.py"
        if init in self.data:
            return init
        return f"{folder}/" if folder in self._folders else None


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder that holds one of these files, at any depth; "." is the root."""
    found = {"."}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _module_tail(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name == "__init__.py" else name.rpartition(".")[0]


def _matches_tail(path: str, parts: list[str]) -> bool:
    pure = PurePosixPath(path)
    own = pure.parent.parts if pure.name == "__init__.py" else (*pure.parent.parts, pure.stem)
    return list(own[-len(parts) :]) == parts
