"""What a legacy function without steps touches, and what type a setting has: read from the source, not guessed."""

from __future__ import annotations

import builtins
from functools import lru_cache

import libcst as cst

from migrate.rewriting.crossing import UNKNOWN, Annotation, read_annotation
from migrate.rewriting.determinism import is_pure_module, violations
from migrate.rewriting.draft import Draft
from migrate.rewriting.names import globals_read
from migrate.rewriting.source import Function, Module, dotted_name
from migrate.rewriting.syntax import Looking

_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__"}
_QUIET = frozenset(
    {"os", "sys", "logging", "time", "random", "functools", "itertools", "pathlib", "shutil", "glob", "csv"}
)
_DEEPEST = 5


def outside_of(draft: Draft, function: Function) -> tuple[bool, tuple[str, ...]]:
    """Whether nothing but settings keeps this function out of the workflow, and the packages that it reaches."""
    following = _Following(draft)
    quiet = following.quiet(function.module, function.qualname, 0)
    return quiet and not following.uses, tuple(following.uses)


class _Following:
    """What a definition reads, and what that reads; each is followed once from each depth, however many read it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: dict[tuple[str, str, int], bool] = {}
        self.uses: dict[str, None] = {}

    def quiet(self, module: Module, name: str, depth: int) -> bool:
        """Whether what `name` means in `module` does nothing that must not be replayed; notes what it uses."""
        key = module.file, name, depth
        if key not in self._known:
            self._known[key] = self._followed(module, name, depth)
        return self._known[key]

    def _followed(self, module: Module, name: str, depth: int) -> bool:
        node = _definition(module, name)
        if node is None:
            return False
        harmless, names = _seen_in(module, node)
        quiet = name in module.assigned or harmless
        for read in names:
            if read in _BUILTINS or read == name or self._draft.copies.take(module, read) is not None:
                continue
            imported = module.imports.get(read)
            found = self._draft.legacy.resolve(module, read)
            if found is not None:
                quiet = depth < _DEEPEST and "." not in found[1] and self.quiet(*found, depth + 1) and quiet
            elif imported is not None and not is_pure_module(imported.dotted):
                top = imported.module.partition(".")[0]
                if top not in _QUIET:
                    self.uses.setdefault(top)
        return quiet


def _definition(module: Module, name: str) -> cst.CSTNode | None:
    if name in module.functions:
        return module.functions[name].node
    if name in module.classes:
        return module.classes[name]
    return module.assigned[name][0] if name in module.assigned else None


@lru_cache(maxsize=10_000)
def _seen_in(module: Module, node: cst.CSTNode) -> tuple[bool, tuple[str, ...]]:
    """Whether a definition alone does nothing that must not be replayed, and what it takes from its module."""
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        node = node.with_changes(leading_lines=(), decorators=())
    text = module.text(node)
    return not violations(text), tuple(sorted(globals_read(text)))


def value_type(draft: Draft, function: Function, node: cst.BaseExpression) -> Annotation:
    """The type of a setting or of an attribute of the object itself, by the expression that it was given."""
    name = dotted_name(node)
    if name is None:
        return UNKNOWN
    if name.startswith("self.") and function.owner is not None:
        return _attribute(draft, function, name[5:])
    found = draft.legacy.resolve(function.module, name)
    if found is None or found[1] not in found[0].assigned:
        return UNKNOWN
    assigned = found[0].assigned[found[1]][0]
    if isinstance(assigned, cst.AnnAssign):
        return read_annotation(draft.copies, found[0], assigned.annotation)
    return _of(getattr(assigned, "value", None))


def _attribute(draft: Draft, function: Function, name: str) -> Annotation:
    made = function.module.functions.get(f"{function.owner}.__init__")
    if made is None:
        return UNKNOWN
    types = {
        p.name.value: read_annotation(draft.copies, function.module, p.annotation)
        for p in (*made.node.params.params, *made.node.params.kwonly_params)
    }
    looking = _Assigned(name)
    looking.look(made.node.body)
    value = looking.value
    if isinstance(value, cst.Name) and value.value in types:
        return types[value.value]
    return _of(value)


class _Assigned(Looking):
    def __init__(self, name: str) -> None:
        self._name = f"self.{name}"
        self.value: cst.BaseExpression | None = None

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(dotted_name(t.target) == self._name for t in node.targets):
            self.value = node.value


def _of(value: cst.CSTNode | None) -> Annotation:
    text = None
    if isinstance(value, cst.Integer):
        text = "int"
    elif isinstance(value, cst.Float):
        text = "float"
    elif isinstance(value, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString):
        text = "str"
    elif isinstance(value, cst.Name) and value.value in ("True", "False"):
        text = "bool"
    elif isinstance(value, cst.Call):
        called = dotted_name(value.func) or ""
        if called in ("int", "float", "str", "bool"):
            text = called
        elif called in ("os.environ.get", "os.getenv") and len(value.args) > 1:
            text = "str"
    elif isinstance(value, cst.Subscript) and dotted_name(value.value) == "os.environ":
        text = "str"
    return UNKNOWN if text is None else Annotation(text, storable=True)
