"""From what stands beside the code to the functions, files and graphs of the tree that it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assess.model.woven import Trigger, TriggerKind
from assess.reading.beside.projects import read_setup_py
from assess.reading.beside.reader import read_starts
from assess.reading.beside.starts import Form, Start, Target, joined
from assess.reading.tree import SourceTree
from assess.resolving.graphs import Build
from assess.resolving.imports import module_attribute
from assess.resolving.program import FunctionInfo, ModuleInfo
from assess.resolving.running import Run, Session
from assess.resolving.values import External, Function, Value, options


@dataclass(frozen=True, slots=True)
class Reached:
    """One start with what of the tree it reaches: a function, a file that is run, or a graph."""

    trigger: Trigger
    aim: FunctionInfo | ModuleInfo | Build
    framework: str | None = None


def find_reached(session: Session) -> Iterator[Reached]:
    """Everything of the tree that something beside the code starts, in order of file and line."""
    starts = list(_starts(session.program.tree))
    commands = {s.detail: s.target for s in starts if s.kind is TriggerKind.CLI and s.target.form is Form.SYMBOL}
    finder = _Finder(session)
    seen: set[tuple[Trigger, int]] = set()
    for start in starts:
        target = start.target
        if target.form is Form.COMMAND and target.name in commands:
            target = commands[target.name]
        for aim in finder.find(target):
            trigger = shortened(Trigger(start.kind, start.detail))
            if (trigger, id(aim)) not in seen:
                seen.add((trigger, id(aim)))
                yield Reached(trigger, aim, start.framework)


def _starts(tree: SourceTree) -> Iterator[Start]:
    for found in sorted(tree.beside, key=lambda f: f.path):
        yield from read_starts(found.path, found.data)
    for path in sorted(p for p in tree.data if p.rpartition("/")[2] == "setup.py"):
        syntax = tree.syntax(path)
        for block in syntax.blocks if syntax is not None else ():
            yield from read_setup_py(path, block.body, "\n".join(block.lines))


class _Finder:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._tree = session.program.tree
        self._run = Run(session)

    def find(self, target: Target) -> Iterable[FunctionInfo | ModuleInfo | Build]:
        """What of the tree a target means; nothing if it is not of the tree."""
        match target.form:
            case Form.SCRIPT if target.symbol is not None:
                return self._django(target.symbol)
            case Form.SCRIPT:
                path = self._file(target)
                return [self._session.program.module(path)] if path is not None else []
            case Form.MODULE:
                path = self._module(target, "/__main__.py")
                return [self._session.program.module(path)] if path is not None else []
            case Form.SYMBOL:
                path = self._file(target) if target.name.endswith(".py") else self._module(target, "/__init__.py")
                return self._symbol(self._session.program.module(path), target.symbol or "") if path else []
        return []

    def _file(self, target: Target) -> str | None:
        """A file by its path; one that is absolute inside a container is looked for by its end."""
        for folder in target.folders:
            parts = target.name.split("/")
            for cut in range(len(parts) if target.name.startswith("/") else 1):
                path = joined(folder, "/".join(parts[cut:]).lstrip("/"))
                if path in self._tree.data:
                    return path
        return None

    def _module(self, target: Target, package: str) -> str | None:
        for folder in target.folders:
            stem = joined(folder, target.name.replace(".", "/").lstrip("/"))
            for path in (f"{stem}.py", f"{stem}{package}") if stem else ():
                if path in self._tree.data:
                    return path
        if "/" in target.name:
            return None
        found = self._tree.find_module(target.name, f"{target.folders[0]}/setup.cfg".lstrip("/"))
        if found is not None and found.endswith("/__init__.py") and package == "/__main__.py":
            found = found.removesuffix("/__init__.py") + package
        return found if found in self._tree.data else None

    def _symbol(self, module: ModuleInfo, symbol: str) -> Iterator[FunctionInfo | Build]:
        first, *rest = symbol.split(".")
        value = module_attribute(self._run, module, first) or Value()
        for name in rest:
            value = self._run.attribute(value, name)
        for option in options(value):
            if isinstance(option, Function):
                built = list(self._built_in(option.info))
                yield from built
                if not built:
                    yield option.info
            elif isinstance(option, External) and option.made is not None:
                yield from (b for b in self._builds() if b.made is option.made)

    def _builds(self) -> list[Build]:
        return [b for b in self._session.graphs.values() if isinstance(b, Build)]

    def _built_in(self, info: FunctionInfo) -> Iterator[Build]:
        """The graphs that a function makes for its caller to run."""
        for build in self._builds():
            if build.compiled and (build.spot.file, build.spot.function) == (info.module.path, info.qualified_name):
                yield build

    def _django(self, command: str) -> Iterator[FunctionInfo]:
        for path in self._tree.data:
            if path.endswith(f"management/commands/{command}.py"):
                for info in self._session.program.module(path).functions.values():
                    if info.qualified_name == "Command.handle":
                        yield info


def shortened(trigger: Trigger, longest: int = 120) -> Trigger:
    """A trigger whose detail fits a line."""
    detail = " ".join(trigger.detail.split())
    return replace(trigger, detail=detail if len(detail) <= longest else detail[: longest - 1] + "…")
