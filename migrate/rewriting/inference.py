"""What type a local value has, as far as signatures, fields and constructors of the legacy code tell."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.calling import Calling
from migrate.rewriting.copies import CopyKind
from migrate.rewriting.crossing import UNKNOWN, Annotation, read_annotation
from migrate.rewriting.names import target_names
from migrate.rewriting.sites import Site
from migrate.rewriting.source import Module, dotted_name

_ITEMS_AT = {"list": 0, "tuple": 0, "set": 0, "frozenset": 0, "Sequence": 0, "Iterable": 0, "List": 0, "dict": 1}


class Inference:
    """Types of the expressions of one function; `calling.around.types` holds those of its names."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling
        self._around = calling.around
        self._draft = calling.draft

    def of(self, node: cst.CSTNode) -> Annotation:
        """The type of an expression, UNKNOWN if nothing tells."""
        if isinstance(node, cst.Await):
            return self.of(node.expression)
        if isinstance(node, cst.Name):
            return self._around.types.get(node.value, UNKNOWN)
        if isinstance(node, cst.Call):
            return self._call(node)
        if isinstance(node, cst.Attribute):
            return self._field(self.of(node.value), node.attr.value)
        if isinstance(node, cst.Subscript):
            inside = self.of(node.value)
            sliced = any(isinstance(e.slice, cst.Slice) for e in node.slice)
            return inside if sliced else self.item(inside)
        if isinstance(node, cst.ListComp):
            return UNKNOWN
        return UNKNOWN

    def item(self, whole: Annotation) -> Annotation:
        """The type of one item of a collection."""
        node = _parsed(whole.text)
        if not isinstance(node, cst.Subscript):
            return UNKNOWN
        at = _ITEMS_AT.get((dotted_name(node.value) or "").rpartition(".")[2])
        if at is None or at >= len(node.slice) or not isinstance(node.slice[at].slice, cst.Index):
            return UNKNOWN
        text = cst.Module([]).code_for_node(node.slice[at].slice)
        copies = tuple(c for c in whole.copies if c in text)
        return Annotation(text, storable=whole.storable, imports=whole.imports, copies=copies)

    def bind(self, target: cst.BaseExpression, whole: Annotation) -> None:
        """Remember the type of an assigned name."""
        if isinstance(target, cst.Name) and whole is not UNKNOWN:
            self._around.types[target.value] = whole

    def bind_items(self, target: cst.BaseExpression, collection: cst.BaseExpression) -> None:
        """Remember the type of a loop's variable."""
        if len(target_names(target)) == 1:
            self.bind(target, self.item(self.of(collection)))

    def _call(self, node: cst.Call) -> Annotation:
        site = self._calling.route.sites.get(node)
        if site is not None:
            return self._site(site)
        name = dotted_name(node.func)
        if name is None:
            return UNKNOWN
        if name in ("list", "sorted", "tuple") and node.args:
            return self.of(node.args[0].value)
        found = self._draft.legacy.resolve(self._calling.module, name)
        if found is None:
            return UNKNOWN
        module, own = found
        if own in module.functions:
            return read_annotation(self._draft.copies, module, module.functions[own].node.returns)
        if own in module.classes and self._draft.copies.type_of(module, own):
            return Annotation(own, storable=True, copies=(own,))
        return UNKNOWN

    def _site(self, site: Site) -> Annotation:
        if site.callee is None or site.as_argument:
            return UNKNOWN
        return read_annotation(self._draft.copies, site.callee.module, site.callee.node.returns)

    def _field(self, owner: Annotation, name: str) -> Annotation:
        copied = self._draft.copies.taken.get(owner.text)
        if copied is None or copied.kind is not CopyKind.TYPE:
            return UNKNOWN
        module = self._draft.legacy.by_name(copied.module)
        if module is None:
            return UNKNOWN
        return _annotated_field(self._draft.copies, module, module.classes[copied.name], name)


def _annotated_field(copies: object, module: Module, node: cst.ClassDef, name: str) -> Annotation:
    from migrate.rewriting.copies import Copies  # noqa: PLC0415

    assert isinstance(copies, Copies)
    for statement in node.body.body:
        if isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, cst.AnnAssign) and dotted_name(small.target) == name:
                    return read_annotation(copies, module, small.annotation)
    return UNKNOWN


def _parsed(text: str) -> cst.BaseExpression | None:
    try:
        return cst.parse_expression(text)
    except cst.ParserSyntaxError:
        return None
