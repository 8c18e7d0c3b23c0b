"""Statements that move into an activity together: an SDK's object, or a connection, goes from one to the next."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.chains import sites_in
from migrate.rewriting.crossing import gives_plain_data, is_plain_tail
from migrate.rewriting.draft import Unit, UntranslatableError
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.names import binds, reads
from migrate.rewriting.sites import Site
from migrate.rewriting.source import dotted_name

POOLS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"})


class Groups:
    """The groups of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self._ex = expressions

    def end_of(self, todo: Sequence[cst.BaseStatement], at: int) -> int | None:
        """Where the group ends that has to move together because an SDK's object goes from one to the next."""
        node = todo[at]
        if isinstance(node, cst.With):
            live = self._with_group(node)
            if live is None:
                return None
        elif isinstance(node, cst.SimpleStatementLine):
            if not any(self._is_live(self._ex.route.sites[n]) for n in sites_in(node, self._ex.route)):
                return None
            live = set(binds(node))
            if not live:
                return None
        else:
            return None
        end = at + 1
        for index in range(at + 1, len(todo)):
            if live & set(reads(todo[index])):
                for inner in todo[end : index + 1]:
                    live |= self._kept_alive(inner, live)
                end = index + 1
        return end

    def _with_group(self, node: cst.With) -> set[str] | None:
        inside = [self._ex.route.sites[n] for n in sites_in(node, self._ex.route)]
        outside = any(self._ex.calling.is_outside(n) for item in node.items for n in reads(item.item))
        in_header = any(sites_in(item.item, self._ex.route) for item in node.items)
        if not inside or not (outside or in_header):
            return None
        if any(
            (dotted_name(i.item.func) or "").rpartition(".")[2] in POOLS
            for i in node.items
            if isinstance(i.item, cst.Call)
        ):
            return None
        visits = [v for s in inside for v in s.visits]
        one_session = all(step.kind is Kind.DATABASE for step, _ in visits)
        if len(visits) > 1 and not one_session and not in_header:
            return None
        body = node.body.body
        live: set[str] = set()
        for statement in body:
            live |= self._kept_alive(statement, set(binds(*node.items)) | live)
            if isinstance(statement, cst.SimpleStatementLine) and any(
                self._is_live(self._ex.route.sites[n]) for n in sites_in(statement, self._ex.route)
            ):
                live |= set(binds(statement))
        return live

    def _is_live(self, site: Site) -> bool:
        """Whether a site gives an object that cannot be stored and that somebody reads."""
        if self._ex.wait_of(site) is not None or self._ex.method_of(site) is not None or self._ex.is_sleep(site):
            return False
        if site.as_argument or self._ex.calling.can_call(site):
            return False
        chain = self._ex.chain(site.node)
        core = chain.expression if isinstance(chain, cst.Await) else chain
        if isinstance(self._ex.parents.get(chain), cst.Expr):
            return False
        if core is site.node:
            return not (site.callee is None and gives_plain_data(site.node))
        return not (isinstance(core, cst.BaseExpression) and is_plain_tail(core))

    def _kept_alive(self, node: cst.CSTNode, live: set[str]) -> set[str]:
        """Names bound by this statement that still hold an SDK's object."""
        if not isinstance(node, cst.SimpleStatementLine):
            return set()
        found: set[str] = set()
        for small in node.body:
            if isinstance(small, cst.Assign) and live & set(reads(small.value)) and not self._is_plain(small.value):
                found |= set(binds(node))
        return found

    def _is_plain(self, value: cst.BaseExpression) -> bool:
        if is_plain_tail(value) or not isinstance(
            value, cst.Name | cst.Attribute | cst.Subscript | cst.Call | cst.Await
        ):
            return True
        if isinstance(value, cst.Call):
            name = dotted_name(value.func) or ""
            head = name.partition(".")[0]
            return hasattr(builtins, head) or not (head in self._ex.around.locals or self._ex.calling.is_outside(head))
        return False

    def lifted(self, group: list[cst.BaseStatement], problem: UntranslatableError | None) -> list[cst.BaseStatement]:
        """The call of the activity that the statements become. Raises UntranslatableError."""
        sites = [self._ex.route.sites[n] for s in group for n in sites_in(s, self._ex.route)]
        sites.sort(key=lambda s: s.line)
        returns = _ends_with_return(group[-1])
        if not _liftable(group, returns=returns) or any(self._ex.wait_of(s) for s in sites):
            raise problem or self._ex.refuse("the statements around a step leave the function half-way", group[0])
        leaves = [] if returns else self._leaves(group)
        unit = self._ex.calling.lift_statements(group, sites, leaves, returns=returns)
        if problem is not None:
            unit.reason = problem.reason
        return [self._replacement(unit, group, leaves, returns=returns)]

    def _replacement(
        self, unit: Unit, group: list[cst.BaseStatement], leaves: list[str], *, returns: bool
    ) -> cst.BaseStatement:
        words = self._ex.words
        arguments = ", ".join([f"{words.activities}.{unit.name}", *(p.name for p in unit.params)])
        code = f"await {words.step}({arguments})"
        if returns:
            code = f"return {code}"
        elif leaves:
            code = f"{', '.join(leaves)} = {code}"
        first = group[0]
        lines = first.leading_lines if isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement) else ()
        return with_comments(cst.parse_statement(code), lines)

    def _leaves(self, group: list[cst.BaseStatement]) -> list[str]:
        rest = self._ex.route.function.node.body.visit(_Without(group))
        assert isinstance(rest, cst.CSTNode)
        later = set(reads(rest))
        return [name for name in binds(*group) if name in later]


class _Without(cst.CSTTransformer):
    def __init__(self, removed: Iterable[cst.CSTNode]) -> None:
        super().__init__()
        self._removed = list(removed)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        if any(original_node is r for r in self._removed):
            return cst.parse_statement("pass")
        return updated_node


def with_comments(node: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """A statement with the comments that stood above what it replaces."""
    if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        return node.with_changes(leading_lines=[*lines, *node.leading_lines])
    return node


def _ends_with_return(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return isinstance(node.body[-1], cst.Return | cst.Raise) and any(isinstance(s, cst.Return) for s in node.body)
    if isinstance(node, cst.With):
        return bool(node.body.body) and _ends_with_return(node.body.body[-1])
    if isinstance(node, cst.If) and isinstance(node.orelse, cst.Else):
        branches = (node.body.body, node.orelse.body.body)
        return all(b and _ends_with_return(b[-1]) for b in branches)
    return False


class _Escapes(cst.CSTVisitor):
    def __init__(self) -> None:
        self.returns = 0
        self.leaves_loop = False
        self.yields = False
        self.outer_names = False
        self._loops = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        inside = _Escapes()
        node.body.visit(inside)
        self.outer_names = self.outer_names or inside.outer_names
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002
        return False

    def visit_Return(self, node: cst.Return) -> None:  # noqa: ARG002
        self.returns += 1

    def visit_Yield(self, node: cst.Yield) -> None:  # noqa: ARG002
        self.yields = True

    def visit_Global(self, node: cst.Global) -> None:  # noqa: ARG002
        self.outer_names = True

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:  # noqa: ARG002
        self.outer_names = True

    def visit_For(self, node: cst.For) -> None:  # noqa: ARG002
        self._loops += 1

    def leave_For(self, original_node: cst.For) -> None:  # noqa: ARG002
        self._loops -= 1

    def visit_While(self, node: cst.While) -> None:  # noqa: ARG002
        self._loops += 1

    def leave_While(self, original_node: cst.While) -> None:  # noqa: ARG002
        self._loops -= 1

    def visit_Break(self, node: cst.Break) -> None:  # noqa: ARG002
        self.leaves_loop = self.leaves_loop or not self._loops

    def visit_Continue(self, node: cst.Continue) -> None:  # noqa: ARG002
        self.leaves_loop = self.leaves_loop or not self._loops


def _liftable(group: list[cst.BaseStatement], *, returns: bool) -> bool:
    looking = _Escapes()
    for node in group:
        node.visit(looking)
    if looking.outer_names or looking.yields:
        return False
    return not looking.leaves_loop and (returns or not looking.returns)
