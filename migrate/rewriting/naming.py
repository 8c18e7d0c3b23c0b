"""Variables that belong to a run, by other names: `app_module.rows` in an activity, `self.state.rows` elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrate.rewriting.state import Variable, alias_of


class Named(cst.CSTTransformer):
    """Puts something else in the place of some names, and takes `global` away from them."""

    def __init__(self, made: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self._made = made

    # What libcst calls them.
    # ruff: noqa: D102

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: ARG002
        return self._made.get(updated_node.value, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Global(
        self,
        original_node: cst.Global,
        updated_node: cst.Global,  # noqa: ARG002
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        names = [n for n in original_node.names if n.name.value not in self._made]
        if not names:
            return cst.RemoveFromParent()
        return original_node.with_changes(names=[*names[:-1], names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


def in_modules(statement: cst.BaseStatement, state: Mapping[str, Variable], *, guarded: bool) -> cst.BaseStatement:
    """A statement of an activity; `guarded`: the variables stand in their modules while it runs, else given."""
    if not state:
        return statement
    made: dict[str, cst.BaseExpression] = {
        name: cst.Attribute(cst.Name(alias_of(v.module)), cst.Name(v.name)) if guarded else cst.Name(name)
        for name, v in state.items()
    }
    changed = statement.visit(Named(made))
    return changed if isinstance(changed, cst.BaseStatement) else cst.parse_statement("pass")
