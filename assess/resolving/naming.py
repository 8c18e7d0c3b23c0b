"""Modules and members that are chosen by a name: `import_module(f"pkg.{x}")`, `getattr(module, class_name)`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from assess.resolving.imports import module_attribute, module_scope, named_module
from assess.resolving.program import ModuleInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.values import Class, External, Function, Instance, Module, Value, join, options, text_of

MOST_MODULES = 40
SHORTEST_HINT = 3
"""Letters that a template must fix before it narrows down names."""


def import_by_name(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`__import__(name)` and `importlib.import_module(name)`: the module, or all that the name may mean."""
    name = text_of(arguments.get(0, "name"))
    if not name:
        return None
    importer = arguments.scope.module
    if "{" not in name:
        leaf = callee.path != "builtins.__import__" or "fromlist" in arguments.keywords
        return named_module(run, name if leaf else name.partition(".")[0], importer)
    head, _, tail = name.partition("{}")
    folder = _folder(run, head.rstrip("."), importer) if head.endswith(".") else None
    if folder is None:
        return None
    wanted = re.compile(re.escape(tail).replace(r"\{\}", ".*") + "$")
    found: list[Value] = [
        Module(info=module)
        for module in run.program.modules()
        if (inner := _inside(module.path, folder)) is not None and wanted.search("." + inner)
    ]
    return join(found[:MOST_MODULES]) if found else None


def _folder(run: Run, dotted: str, importer: ModuleInfo) -> str | None:
    if dotted.startswith(".") or not dotted:
        level = len(dotted) - len(dotted.lstrip(".")) or 1
        path = run.program.tree.find_relative(level, dotted.lstrip("."), importer.path)
    else:
        path = run.program.tree.find_module(dotted, importer.path)
    if path is None or not path.endswith(("__init__.py", "/")):
        return None
    return path.removesuffix("__init__.py")


def _inside(path: str, folder: str) -> str | None:
    """The dotted name of a file below a folder."""
    if not path.startswith(folder) or not path.endswith(".py"):
        return None
    pure = PurePosixPath(path.removeprefix(folder))
    parts = pure.parts[:-1] if pure.name == "__init__.py" else (*pure.parts[:-1], pure.stem)
    return ".".join(parts) or None


def member_by_name(run: Run, owner: Value, name: Value | None) -> Value | None:
    """`getattr(owner, name)` with a name that is not known: what it may mean, or None."""
    pattern = _pattern(name)
    found: list[Value] = []
    for option in options(owner):
        if isinstance(option, Module):
            found += _members(run, option.info, pattern)
        elif isinstance(option, Instance) and pattern is not None:
            names = [m for m in option.cls.info.methods if pattern.fullmatch(m)]
            found += [run.attribute(option, m) for m in names]
    return join(found) if found else None


def _pattern(name: Value | None) -> re.Pattern[str] | None:
    text = text_of(name)
    if text is None or len(text.replace("{}", "")) < SHORTEST_HINT:
        return None
    return re.compile(re.escape(text).replace(r"\{\}", r"\w*"))


def _members(run: Run, module: ModuleInfo, pattern: re.Pattern[str] | None) -> list[Value]:
    """The classes of a module that an object may be made of; without any, its functions if the name hints at them."""
    names = [n for n in {**module_scope(run, module).names} if not n.startswith("_")]
    values = [
        option
        for name in names
        if pattern is None or pattern.fullmatch(name)
        for option in options(module_attribute(run, module, name) or Value())
    ]
    classes: list[Value] = [v for v in values if isinstance(v, Class) and not abstract(v)]
    if classes or pattern is None:
        return classes
    return [v for v in values if isinstance(v, Function)]


def abstract(cls: Class) -> bool:
    """Whether the class itself leaves something to those below it."""
    return any(method.abstract and name != "__init__" for name, method in cls.info.methods.items())
