"""What a library offers to its users even where it calls it itself.

Knows three signs: a package's own `__init__` names it, its README imports it, its command line calls it. Functions
that a factory hands out in a dict by name are offered too: something else starts them by that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from assess.model.step import AI_KINDS
from assess.reading.small import read_small
from assess.resolving.imports import module_attribute, named_module
from assess.resolving.interpreter import load_modules
from assess.resolving.program import ClassInfo, FunctionInfo, ModuleInfo
from assess.resolving.running import Run, Session
from assess.resolving.trace import Called, Event, Logged, Trace
from assess.resolving.values import Class, Function, Module, Value, options

_IMPORT = re.compile(r"^[ \t>]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t]+)", re.MULTILINE)
LONGEST_README = 400_000


def offered(session: Session, modules: list[ModuleInfo]) -> Iterator[FunctionInfo]:
    """The functions and methods that the packages' `__init__` files and the README name."""
    load_modules(session)
    run = Run(session)
    for module, name in [*_named_by_packages(modules), *_named_by_readme(run, modules)]:
        for option in options(module_attribute(run, module, name) or Value()):
            if isinstance(option, Function) and option.info.cls is None:
                yield option.info
            elif isinstance(option, Class):
                yield from _methods(option.info)


def _named_by_packages(modules: list[ModuleInfo]) -> Iterator[tuple[ModuleInfo, str]]:
    """The names that the outermost packages import one by one; a star offers too much to mean anything."""
    packages = {str(PurePosixPath(m.path).parent) for m in modules if m.path.endswith("__init__.py")}
    for module in modules:
        folder = PurePosixPath(module.path).parent
        if module.path.endswith("__init__.py") and str(folder.parent) not in packages:
            for name, found in module.definitions.items():
                if not name.startswith("_") and any(isinstance(s, ast.ImportFrom | ast.FunctionDef) for s, _ in found):
                    yield module, name


def _named_by_readme(run: Run, modules: list[ModuleInfo]) -> Iterator[tuple[ModuleInfo, str]]:
    root = run.program.tree.root
    first = min((m.path for m in modules), default="")
    for path in sorted([*root.glob("README*"), *root.glob("*.dist-info/METADATA")]):
        text = (read_small(path, LONGEST_README) or b"").decode("utf-8", "replace")
        for dotted, names in _IMPORT.findall(text):
            found = named_module(run, dotted, run.program.module(first))
            if isinstance(found, Module):
                yield from ((found.info, part.split()[0]) for part in names.split(",") if part.split())


def _methods(cls: ClassInfo) -> Iterator[FunctionInfo]:
    """The public methods that the class does not call itself, and the async twins of those that only wait for them."""
    callers: dict[str, set[str]] = {}
    for name, method in cls.methods.items():
        for node in ast.walk(method.node):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=called):
                    callers.setdefault(called, set()).add(name)
    for name, method in cls.methods.items():
        others = callers.get(name, set()) - {name}
        if not name.startswith("_") and all(_twins(other, name) for other in others):
            yield method


def _twins(plain: str, deferred: str) -> bool:
    return deferred in (f"a{plain}", f"async_{plain}", f"{plain}_async", f"a_{plain}")


def handed_out(info: FunctionInfo) -> list[tuple[FunctionInfo, str]]:
    """The inner functions that a factory returns in a dict, with the names under which something will start them."""
    if isinstance(info.node, ast.Lambda) or info.cls is not None:
        return []
    inner = {s.name: s for s in info.node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)}
    last = info.node.body[-1]
    if not inner or not isinstance(last, ast.Return) or not isinstance(last.value, ast.Dict):
        return []
    found: list[tuple[FunctionInfo, str]] = []
    for key, value in zip(last.value.keys, last.value.values, strict=True):
        match key, value:
            case ast.Constant(value=str() as title), ast.Name(id=name) if name in inner:
                found.append((info.module.functions[id(inner[name])], title))
    return found


def called_first(trace: Trace) -> Iterator[Called]:
    """The functions of the tree that an entry calls itself."""
    for node in trace.nodes:
        if isinstance(node, Called):
            yield node
        elif not isinstance(node, Event | Logged):
            for part in node.parts():
                yield from called_first(part)


def is_chain(trace: Trace) -> bool:
    """Whether it makes more than one call outside, one of them to a model."""
    kinds = [event.fact.kind for event in trace.events()]
    return len(kinds) > 1 and not AI_KINDS.isdisjoint(kinds)
