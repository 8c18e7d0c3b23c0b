"""Which definitions of the legacy code the workflow may carry as copies: value types, pure functions, constants.

A copy keeps its text. What is copied moves with the workflow's version, so a later change of the legacy file cannot
change runs that are under way; a test in the generated project says when the two differ.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

import libcst as cst

from migrate.rewriting.determinism import is_pure_module, violations
from migrate.rewriting.names import globals_read
from migrate.rewriting.source import Legacy, Module, dotted_name
from migrate.rewriting.valued import Valued

_VALUE_BASES = frozenset(
    "BaseModel Enum StrEnum IntEnum Flag IntFlag NamedTuple TypedDict str int float Exception ValueError RuntimeError"
    " LookupError KeyError TypeError Protocol".split()
)
_BUILTINS = frozenset(dir(builtins)) | {"__name__"}


class CopyKind(StrEnum):
    """What is copied."""

    TYPE = "type"
    FUNCTION = "function"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Copied:
    """One copied definition: its text, what it needs beside it, where it comes from."""

    name: str
    kind: CopyKind
    module: str
    file: str
    line: int
    end_line: int
    text: str
    needs: tuple[str, ...]
    imports: tuple[tuple[str, str | None, str], ...]


@dataclass(slots=True)
class Copies:
    """Everything that is copied so far, in an order in which each definition stands after what it needs."""

    legacy: Legacy
    taken: dict[str, Copied] = field(default_factory=dict)
    changing: Collection[tuple[str, str]] = ()
    _refused: set[tuple[str, str]] = field(default_factory=set)
    _trying: list[tuple[str, str]] = field(default_factory=list)
    valued: Valued = field(init=False)

    def __post_init__(self) -> None:
        """What can be stored without a copy of its class is asked of one place."""
        self.valued = Valued(self.legacy)

    def take(self, module: Module, name: str) -> str | None:
        """Copy what `name` means in `module`; its name in the copies, None if it cannot be copied."""
        found = self.legacy.resolve(module, name)
        if found is None or "." in found[1]:
            return None
        module, name = found
        key = (module.dotted, name)
        if key in self._refused or key in self.changing:
            return None
        if name in self.taken:
            return name if self.taken[name].module == module.dotted else None
        if key in self._trying:
            return name  # a definition that needs itself, or two that need each other
        before = dict(self.taken)
        self._trying.append(key)
        copied = self._try(module, name)
        self._trying.pop()
        if copied is None:
            self.taken = before
            self._refused.add(key)
            return None
        self.taken[name] = copied
        return name

    def type_of(self, module: Module, name: str) -> bool:
        """Whether `name` is a value type that can be copied (and is, from now on)."""
        taken = self.take(module, name)
        return taken is not None and self.taken[taken].kind is CopyKind.TYPE

    def _try(self, module: Module, name: str) -> Copied | None:
        node: cst.CSTNode
        if name in module.classes:
            node, kind = module.classes[name], CopyKind.TYPE
            if not _is_value_class(self, module, module.classes[name]):
                return None
        elif name in module.functions:
            node, kind = module.functions[name].node, CopyKind.FUNCTION
            if module.functions[name].is_async or module.functions[name].node.decorators:
                return None
        else:
            assigned = module.assigned.get(name, [])
            if len(assigned) != 1 or not isinstance(assigned[0], cst.Assign | cst.AnnAssign):
                return None
            node, kind = assigned[0], CopyKind.CONSTANT
        text = module.text(_bare(node)).strip("\n")
        if violations(_imports_for(module, text) + text):
            return None
        needed = self._needed(module, text, constant=kind is CopyKind.CONSTANT)
        if needed is None:
            return None
        line, end = module.span(node)
        return Copied(name, kind, module.dotted, module.file, line, end, text, *needed)

    def _needed(
        self, module: Module, text: str, *, constant: bool
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str | None, str], ...]] | None:
        needs: list[str] = []
        imports: list[tuple[str, str | None, str]] = []
        for name in sorted(globals_read(text)):
            taken = self.take(module, name)
            if taken is not None:
                if taken != name:
                    return None
                needs.append(name)
            elif name in module.imports and is_pure_module(module.imports[name].dotted):
                imports.append((module.imports[name].module, module.imports[name].member, name))
            elif name not in _BUILTINS or (constant and name == "__name__"):
                return None
        return tuple(needs), tuple(imports)


def _imports_for(module: Module, text: str) -> str:
    """The imports behind the names in a definition, so that it can be judged: `datetime.now` may be a method."""
    lines = []
    for name in globals_read(text):
        imported = module.imports.get(name)
        if imported is not None and imported.member is not None and is_pure_module(imported.module):
            lines.append(f"from {imported.module} import {imported.member} as {name}\n")
        elif imported is not None and imported.member is None and is_pure_module(imported.module):
            lines.append(f"import {imported.module} as {name}\n")
    return "".join(sorted(lines))


def _bare(node: cst.CSTNode) -> cst.CSTNode:
    if isinstance(node, cst.ClassDef | cst.FunctionDef):
        return node.with_changes(leading_lines=())
    return node


def _is_value_class(copies: Copies, module: Module, node: cst.ClassDef) -> bool:
    for decorator in node.decorators:
        called = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        if (dotted_name(called) or "").rpartition(".")[2] == "dataclass":
            return all(_is_value_base(copies, module, b) for b in node.bases)
    return bool(node.bases) and all(_is_value_base(copies, module, b) for b in node.bases)


def _is_value_base(copies: Copies, module: Module, base: cst.Arg) -> bool:
    name = dotted_name(base.value)
    if name is None:
        return False
    return name.rpartition(".")[2] in _VALUE_BASES or copies.type_of(module, name)
