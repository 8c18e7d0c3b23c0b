"""A sample value, as Python source, for each type that crosses: what the fakes of generated tests give back."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import libcst as cst

from migrate.rewriting.copies import Copies
from migrate.rewriting.crossing import Annotation, read_annotation
from migrate.rewriting.draft import Draft
from migrate.rewriting.forms import Form
from migrate.rewriting.source import Module, dotted_name

_PLAIN = {
    "str": '"text"', "int": "1", "float": "1.0", "bool": "truth", "bytes": 'b"bytes"', "dict": "{}", "list": "[]",
    "tuple": "()", "set": "set()", "frozenset": "frozenset()", "None": "None", "Any": '"text"', "object": '"text"',
    "Dict": "{}", "List": "[]", "Mapping": "{}", "Sequence": "[]", "Path": 'Path("file.txt")', "UUID": "UUID(int=1)",
    "datetime": "datetime(2026, 1, 2, 3, 4, 5)", "date": "date(2026, 1, 2)", "Decimal": 'Decimal("1.5")',
    "timedelta": "timedelta(hours=1)",
}  # fmt: skip
_LISTS = {
    "list": "[{}]",
    "List": "[{}]",
    "Sequence": "[{}]",
    "Iterable": "[{}]",
    "set": "{{{}}}",
    "frozenset": "frozenset({{{}}})",
}
_KINDS = {
    "str": '"text"', "number": "1", "list": 'self.many(turn, ["text"])', "dict": '{"key": "text"}', "bool": "truth",
    "bytes": 'b"bytes"', "datetime": "datetime(2026, 1, 2, 3, 4, 5)",
}  # fmt: skip
_DEEPEST = 6


def by_type_or_form(draft: Draft, annotation: Annotation, form: Form) -> str:
    """The annotation decides where it says enough."""
    vague = re.search(r"\b(Any|object|dict|list|Dict|List)\b(?!\[)", annotation.text)
    if vague and form.known:
        return of_form(form)
    if annotation.text == "str" and form.known and (form.real().words or form.real().json):
        return of_form(form)
    return sample(draft.copies, draft.entry.module, annotation)


def of_form(form: Form, depth: int = 0) -> str:
    """A value of this form; `turn` counts the calls, so that loops over answers come to an end."""
    own = form.real()
    if depth > 2 * _DEEPEST:
        return '"text"'

    def inner(part: Form) -> str:
        return of_form(part, depth + 1)

    if own.body is not None:
        rest = {n: f for n, f in own.fields.items() if n not in ("status_code", "text", "headers")}
        more = "".join(f", {n}={inner(f)}" for n, f in rest.items())
        return f"Shape(status_code=200, headers={{}}, text=json.dumps({inner(own.body)}, default=vars){more})"
    if own.json is not None:
        return f"json.dumps({inner(own.json)}, default=vars)"
    if own.fields and "str" not in own.kinds:
        both = {**own.keys, **own.fields}
        return f"Shape({', '.join(f'{n}={inner(f)}' for n, f in both.items() if n.isidentifier())})"
    if own.keys:
        return "{" + ", ".join(f"{quoted(k)}: {inner(f)}" for k, f in own.keys.items()) + "}"
    if own.places:
        parts = [inner(own.places[n]) if n in own.places else '"text"' for n in range(max(own.places) + 1)]
        return f"({', '.join(parts)},)"
    if own.item is not None and "str" not in own.kinds:
        if "indexed" in own.kinds and depth == 0:
            return f"[{inner(own.item)}] * {min(max(own.least, 1), 20)}"
        several = f" * {min(own.least, 20)}" if own.least > 1 else ""
        return f"self.many(turn, [{inner(own.item)}]{several})"
    return _scalar(own)


def _scalar(own: Form) -> str:
    if own.limits:
        low, high = min(own.limits) - 1, max(own.limits) + 1
        return f"self.one_of(turn, {high}, {low})"
    words = [w for w in own.words if isinstance(w, str)]
    if words and "list" not in own.kinds:
        return f'self.one_of(turn, {", ".join(map(quoted, words))}, "text")'
    if own.words:
        if any(isinstance(w, bool) for w in own.words):
            return "truth"
        return f"self.one_of(turn, {', '.join(repr(w) for w in own.words)}, 1)"
    if own.cuts:
        text = "text"
        for cut in reversed(own.cuts):
            text = f"{text}{cut}{text}"
        return quoted(text) if len(text) < 200 else '"text"'
    for kind, code in _KINDS.items():
        if kind in own.kinds:
            return code
    return '"text"'


def fixed(code: str) -> str:
    """A sample as it is before anything has been called."""
    code = re.sub(r"self\.many\(turn, ", "(", code)
    code = re.sub(r"self\.one_of\(turn, ([^,]+)(?:, [^,()]+)*\)", r"\1", code)
    return re.sub(r"\btruth\b", "True", code)


def quoted(text: str) -> str:
    """A string literal."""
    return json.dumps(text, ensure_ascii=False)


def as_json(code: str) -> Any:
    """The value of a sample as plain JSON values: what a caller writes on a command line."""
    try:
        return _plain(ast.parse(code, mode="eval").body)
    except SyntaxError:
        return "text"


def _plain(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_plain(e) for e in node.elts]
    if isinstance(node, ast.Dict):
        return {str(_plain(k)): _plain(v) for k, v in zip(node.keys, node.values, strict=True) if k is not None}
    if isinstance(node, ast.Call) and node.keywords and all(k.arg for k in node.keywords):
        return {str(k.arg): _plain(k.value) for k in node.keywords}
    return "..."


def sample(copies: Copies, module: Module | None, annotation: Annotation) -> str:
    """An expression for a value of this type; `truth` stands for a boolean that the test chooses."""
    try:
        node = cst.parse_expression(annotation.text)
    except cst.ParserSyntaxError:
        return '"text"'
    return _sample(copies, module, node, 0)


def _sample(copies: Copies, module: Module | None, node: cst.BaseExpression, depth: int) -> str:
    if depth > _DEEPEST:
        return "None"
    if isinstance(node, cst.BinaryOperation):
        left, right = node.left, node.right
        return _sample(copies, module, right if dotted_name(left) == "None" else left, depth)
    if isinstance(node, cst.Subscript):
        return _generic(copies, module, node, depth)
    if isinstance(node, cst.SimpleString):
        inner = str(node.evaluated_value)
        return sample(copies, module, Annotation(inner))
    name = (dotted_name(node) or "").rpartition(".")[2]
    if name in copies.taken:
        return _instance(copies, name, depth)
    return _PLAIN.get(name, '"text"')


def _generic(copies: Copies, module: Module | None, node: cst.Subscript, depth: int) -> str:
    base = (dotted_name(node.value) or "").rpartition(".")[2]
    inner = [e.slice.value for e in node.slice if isinstance(e.slice, cst.Index)]
    if base in ("Optional", "Union", "Annotated", "Final") and inner:
        return _sample(copies, module, inner[0], depth)
    if base == "Literal" and inner:
        return cst.Module([]).code_for_node(inner[0])
    if base in _LISTS and inner:
        return _LISTS[base].format(_sample(copies, module, inner[0], depth + 1))
    if base in ("dict", "Dict", "Mapping") and len(inner) == 2:
        return f"{{{_sample(copies, module, inner[0], depth + 1)}: {_sample(copies, module, inner[1], depth + 1)}}}"
    if base in ("tuple", "Tuple") and inner:
        parts = [_sample(copies, module, i, depth + 1) for i in inner if not isinstance(i, cst.Ellipsis)]
        return f"({', '.join(parts)},)"
    return _PLAIN.get(base, '"text"')


def _instance(copies: Copies, name: str, depth: int) -> str:
    copied = copies.taken[name]
    module = copies.legacy.by_name(copied.module)
    if module is None or name not in module.classes:
        assigned = module.assigned.get(name) if module is not None else None
        value = getattr(assigned[0], "value", None) if assigned else None
        return _sample(copies, module, value, depth + 1) if isinstance(value, cst.BaseExpression) else '"text"'
    node = module.classes[name]
    bases = {(dotted_name(b.value) or "").rpartition(".")[2] for b in node.bases}
    if bases & {"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"}:
        return f"next(iter({name}))"
    if "TypedDict" in bases:
        pairs = [f'"{n}": {v}' for n, v in _fields(copies, module, node, depth)]
        return f"{{{', '.join(pairs)}}}"
    return f"{name}({', '.join(f'{n}={v}' for n, v in _fields(copies, module, node, depth))})"


def _fields(copies: Copies, module: Module, node: cst.ClassDef, depth: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for base in node.bases:
        name = dotted_name(base.value) or ""
        if name in copies.taken and name in module.classes:
            found += _fields(copies, module, module.classes[name], depth)
    for statement in node.body.body:
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        for small in statement.body:
            if not isinstance(small, cst.AnnAssign) or not isinstance(small.target, cst.Name):
                continue
            if _not_given(small):
                continue
            annotation = read_annotation(copies, module, small.annotation)
            found.append(
                (small.target.value, _sample(copies, module, cst.parse_expression(annotation.text), depth + 1))
            )
    return found


def _not_given(small: cst.AnnAssign) -> bool:
    text = cst.Module([]).code_for_node(small.annotation.annotation)
    value = cst.Module([]).code_for_node(small.value) if small.value is not None else ""
    return "ClassVar" in text or "init=False" in value
