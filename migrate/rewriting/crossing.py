"""Which values may cross from one step to the next: those that can be stored and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import libcst as cst

from migrate.rewriting.copies import Copies, CopyKind
from migrate.rewriting.determinism import is_pure_module
from migrate.rewriting.given_back import gives_what_lives
from migrate.rewriting.names import globals_read
from migrate.rewriting.source import Function, Module, dotted_name
from migrate.rewriting.syntax import Looking, last_called, walk
from migrate.rewriting.valued import LIVE, Valued

_STORABLE = frozenset("str int float bool bytes dict list tuple set frozenset None object complex".split())
# What hangs at the end of a provider's answer and is plain data.
_PLAIN_ATTRIBUTES = frozenset(
    "content text output_text id status_code ok embedding lastrowid rowcount arguments finish_reason stdout".split()
)
_PLAIN_CALLS = frozenset("json decode strip model_dump to_dict get model_dump_json dict copy split lower".split())
# Calls whose own result is plain data.
_PLAIN_RESULTS = frozenset(
    """read_text read_bytes read readline readlines write_text write_bytes write embed_query embed_documents getenv
    input check_output system""".split()
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type as written, with the imports that it needs; `storable` is None if the code does not say.

    `record`: an object of the legacy code that can be stored by its fields; `entity`: an ORM keeps it in a table.
    """

    text: str = "Any"
    storable: bool | None = None
    imports: tuple[tuple[str, str | None, str], ...] = ()
    copies: tuple[str, ...] = ()
    record: bool = False
    entity: bool = False


_BARE = re.compile(r"\b(dict|list|tuple|set|frozenset|object)\b(?!\s*\[)")
_COMPLETE = {
    "object": "Any",
    "dict": "dict[str, Any]",
    "list": "list[Any]",
    "tuple": "tuple[Any, ...]",
    "set": "set[Any]",
    "frozenset": "frozenset[Any]",
}
UNKNOWN = Annotation()
NOTHING = Annotation("None", storable=True)


def read_annotation(copies: Copies, module: Module, node: cst.Annotation | None) -> Annotation:
    """What an annotation says of a value that has to cross."""
    if node is None:
        return UNKNOWN
    text = module.text(node.annotation)
    if isinstance(node.annotation, cst.SimpleString):
        text = str(node.annotation.evaluated_value)
    try:
        names = sorted(globals_read(text))
    except SyntaxError:
        return UNKNOWN
    imports: list[tuple[str, str | None, str]] = []
    needed: list[str] = []
    for name in names:
        if name in _STORABLE:
            continue
        if name in module.imports and is_pure_module(module.imports[name].dotted):
            imported = module.imports[name]
            if imported.member in LIVE:
                return Annotation(storable=False)
            imports.append((imported.module, imported.member, name))
        elif (own := _copied_type(copies, module, name)) is not None:
            needed.append(own)
            text = re.sub(rf"\b{name}\b", own, text)
        else:
            return _as_record(copies, module, text)
    text, completed = _BARE.subn(lambda m: _COMPLETE[m.group(1)], text)
    if completed:
        imports.append(("typing", "Any", "Any"))
    return Annotation(text, storable=True, imports=tuple(imports), copies=tuple(needed))


def _as_record(copies: Copies, module: Module, text: str) -> Annotation:
    """What can be stored by its fields, though its class cannot be copied."""
    if not copies.valued.names_values(module, text):
        return Annotation(storable=False)
    named = set(re.findall(r"[A-Za-z_][\w.]*", text))
    return Annotation(record=True, entity=any(copies.valued.is_entity(module, n) for n in named))


def read_parameter(copies: Copies, module: Module, param: cst.Param) -> Annotation:
    """What a parameter's annotation says; None goes through it where that is its default, whatever is written."""
    found = read_annotation(copies, module, param.annotation)
    nothing = param.default is not None and dotted_name(param.default) == "None"
    if nothing and found.storable and not re.search(r"\b(None|Optional|Any)\b", found.text):
        return Annotation(f"{found.text} | None", storable=True, imports=found.imports, copies=found.copies)
    return found


def without_none(annotation: Annotation) -> Annotation:
    """The type of what is there, of something that may be missing."""
    text = re.sub(r"\s*\|\s*None\b|\bNone\s*\|\s*", "", annotation.text)
    text = re.sub(r"^Optional\[(.*)\]$", r"\1", text)
    return replace(annotation, text=text) if text else annotation


def _copied_type(copies: Copies, module: Module, name: str) -> str | None:
    """What the copy of a type is called; the code may know it by another name. None if it cannot be copied."""
    own = copies.take(module, name)
    if own is None:
        return None
    copied = copies.taken.get(own)
    return own if name[:1].isupper() or (copied is not None and copied.kind is CopyKind.TYPE) else None


def result_of(copies: Copies, function: Function, live: set[cst.CSTNode]) -> Annotation:
    """What a function gives back. `live` holds the calls whose own result is an object of an SDK."""
    if function.node.returns is not None:
        return read_annotation(copies, function.module, function.node.returns)
    returned = _Returns()
    returned.look(function.node.body)
    if not returned.values:
        return NOTHING
    if gives_what_lives(copies.valued, function):
        return Annotation(storable=False)
    from_live = {
        name
        for assign in returned.assigns
        if _core(assign.value) in live
        for target in assign.targets
        if (name := dotted_name(target.target)) is not None
    }
    made = [value for value in returned.values if _core(value) in live]
    named = {value.value for v in returned.values if isinstance(value := _core(v), cst.Name)} & from_live
    made += [a.value for a in returned.assigns if named & {dotted_name(t.target) for t in a.targets}]
    if not made:
        return UNKNOWN
    entities = all(gives_entities(copies.valued, function.module, value) for value in made)
    return Annotation(record=True, entity=True) if entities else Annotation(storable=False)


# What ends a query with the entities themselves, and what is told their class.
_FETCHES = frozenset(
    """get first one one_or_none scalar scalar_one scalar_one_or_none all get_or_none create aget afirst acreate
    get_object_or_404""".split()
)
_SELECTS = frozenset("query select get scalars scalar get_object_or_404 one_or_404 get_or_404".split())


def gives_entities(valued: Valued, module: Module, node: cst.CSTNode) -> bool:
    """Whether a query ends with whole entities of a class of the legacy code."""
    core = _core(node)
    if not isinstance(core, cst.Call) or last_called(core) not in _FETCHES:
        return False
    calls = [n for n in walk(core) if isinstance(n, cst.Call)]
    if any(last_called(c) in ("query", "select") and len(c.args) > 1 for c in calls):
        return False
    for call in calls:
        asked = [dotted_name(a.value) for a in call.args[:1]] if last_called(call) in _SELECTS else []
        head, manager, _ = (dotted_name(call.func) or "").partition(".objects")
        names = [*asked, head if manager else None]
        if any(name is not None and valued.is_entity(module, name) for name in names):
            return True
    return False


def is_plain_tail(node: cst.BaseExpression) -> bool:
    """Whether the end of an attribute chain is plain data whatever stands before it."""
    if isinstance(node, cst.Attribute):
        return node.attr.value in _PLAIN_ATTRIBUTES
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.attr.value in _PLAIN_CALLS
    if isinstance(node, cst.Subscript):
        return is_plain_tail(node.value)
    return False


def gives_plain_data(call: cst.Call) -> bool:
    """Whether what a step's own call gives back can be stored as it is."""
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_name(call.func)
    return name in _PLAIN_RESULTS


def _core(node: cst.CSTNode | None) -> cst.CSTNode | None:
    while isinstance(node, cst.Await):
        node = node.expression
    return node


class _Returns(Looking):
    def __init__(self) -> None:
        self.values: list[cst.BaseExpression] = []
        self.assigns: list[cst.Assign] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002 - libcst calls it so
        return False

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None and dotted_name(node.value) != "None":
            self.values.append(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        self.assigns.append(node)
