"""What a step gives: a value, an object that can be stored as long as later code only reads it, or one that cannot."""

from __future__ import annotations

from enum import Enum

import libcst as cst

from assess.model.step import Kind
from migrate.rewriting.answers import answers
from migrate.rewriting.crossing import Annotation, gives_entities, gives_plain_data, is_plain_tail, read_annotation
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.sites import Site
from migrate.rewriting.source import Function


class Origin(Enum):
    """From the one that crosses always to the one that never does."""

    PLAIN = "plain"
    ANSWER = "answer"
    RECORD = "record"
    ENTITY = "entity"
    OBJECT = "object"


class Origins:
    """Asks of the sites of one function."""

    def __init__(self, expressions: Expressions) -> None:
        self._ex = expressions

    def of(self, site: Site) -> Origin:
        """What a site gives to whoever reads it."""
        ex = self._ex
        chain = ex.chain(site.node)
        core = chain.expression if isinstance(chain, cst.Await) else chain
        nobody_reads = isinstance(ex.parents.get(chain), cst.Expr)
        if nobody_reads or ex.wait_of(site) is not None or ex.is_sleep(site) or site.as_argument:
            return Origin.PLAIN
        if ex.method_of(site) is not None:
            return Origin.PLAIN
        told = self._as_declared(site) if core is site.node and site.callee is not None else None
        if told is not None:
            return told
        if ex.calling.can_call(site) or self._ends_plain(site, core):
            return Origin.PLAIN
        if answers(site):
            return Origin.ANSWER
        of_database = site.callee is None and all(step.kind is Kind.DATABASE for step, _ in site.visits)
        if of_database and gives_entities(ex.draft.copies.valued, ex.module, core):
            return Origin.ENTITY
        return self._as_annotated(chain)

    def _ends_plain(self, site: Site, core: cst.CSTNode) -> bool:
        if core is site.node:
            return site.callee is None and gives_plain_data(site.node)
        return isinstance(core, cst.BaseExpression) and is_plain_tail(core)

    def _as_declared(self, site: Site) -> Origin | None:
        """By what the called function says that it gives; None if it says nothing."""
        assert site.callee is not None
        builds = site.callee.name == "__init__"
        result = self._made(site.callee) if builds else self._ex.calling.result(site)
        if result.record:
            return Origin.ENTITY if result.entity else Origin.RECORD
        return Origin.PLAIN if result.storable and not site.opaque and not builds else None

    def _made(self, init: Function) -> Annotation:
        """What the call of a class gives."""
        valued = self._ex.draft.copies.valued
        owner = init.owner or ""
        entity = valued.is_entity(init.module, owner)
        return Annotation(record=valued.is_value(init.module, owner), entity=entity)

    def _as_annotated(self, chain: cst.CSTNode) -> Origin:
        """What the name is said to hold that it is given to: `order: Order = ...`."""
        parent = self._ex.parents.get(chain)
        if not isinstance(parent, cst.AnnAssign):
            return Origin.OBJECT
        told = read_annotation(self._ex.draft.copies, self._ex.module, parent.annotation)
        if told.record:
            return Origin.ENTITY if told.entity else Origin.RECORD
        return Origin.OBJECT
