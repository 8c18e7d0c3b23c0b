"""The imports of a legacy file after a change: the generated caller comes in, what nobody reads any more goes."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.cutover.change import Edit
from migrate.rewriting.looking import is_text
from migrate.rewriting.names import binds, reads
from migrate.rewriting.source import Module
from migrate.rewriting.syntax import Looking


def import_edits(module: Module, package: str, name: str, replaced: Sequence[cst.CSTNode]) -> list[Edit]:
    """The edits: one line more, in place of an import that nobody needs now if there is one."""
    line = f"from {package} import caller" + ("" if name == "caller" else f" as {name}")
    positions = module.positions
    imports = [s for s in module.tree.body if _is_import(s)]
    needless = _needless(module, imports, replaced)
    for statement in imports:
        if set(binds(statement)) <= needless and binds(statement):
            where = positions[statement]
            return [Edit((where.start.line, where.start.column), (where.end.line, where.end.column), line)]
    shorter = [edit for s in imports if (edit := _without(module, s, needless)) is not None]
    last = next((s for s in reversed(imports) if "__future__" not in module.text(s)), None)
    if last is not None:
        end = positions[last].end
        return [*shorter, Edit((end.line, end.column), (end.line, end.column), f"\n{line}")]
    first = next((s for s in module.tree.body if not is_text(s) and s not in imports), None)
    at = positions[first].start.line if first is not None else len(module.code.split("\n"))
    return [Edit((at, 0), (at, 0), f"{line}\n\n")]


def _without(module: Module, statement: cst.CSTNode, needless: set[str]) -> Edit | None:
    """`from a import b, c` without the names that nobody reads."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar):
        return None
    kept = [a for a in small.names if (a.evaluated_alias or a.evaluated_name) not in needless]
    if len(kept) == len(small.names) or not kept:
        return None
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    where = module.positions[small]
    text = module.text(small.with_changes(names=kept))
    return Edit((where.start.line, where.start.column), (where.end.line, where.end.column), text)


def _needless(module: Module, imports: Sequence[cst.CSTNode], replaced: Sequence[cst.CSTNode]) -> set[str]:
    """Imported names that only the replaced code read."""
    used = _Used(set(replaced))
    used.look(module.tree)
    gone = {n for node in replaced for n in reads(node)}
    return {n for s in imports for n in binds(s) if n in gone and n not in used.names}


class _Used(Looking):
    """Names that are read outside what was replaced."""

    def __init__(self, replaced: set[cst.CSTNode]) -> None:
        self._replaced = replaced
        self.names: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if node in self._replaced or isinstance(node, cst.Import | cst.ImportFrom):
            return False
        if isinstance(node, cst.Name):
            self.names.add(node.value)
        return True


def _is_import(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and all(
        isinstance(s, cst.Import | cst.ImportFrom) for s in node.body
    )
