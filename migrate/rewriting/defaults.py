"""What a call leaves out: defaults of a function that has become a method of the workflow."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from migrate.rewriting.calling import Bound
from migrate.rewriting.draft import Draft
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.parameters import parameters_of
from migrate.rewriting.sites import Site
from migrate.rewriting.vocabulary import Vocabulary


def left_out(draft: Draft, words: Vocabulary, site: Site, given: Bound, objects: Collection[str]) -> list[cst.Arg]:
    """Arguments for parameters whose default the head of the method cannot have: each call gets a value of its own.

    `given` are the parameters that get a value, with it, `objects` those that activities make themselves. Raises
    UntranslatableError where a default is nothing that a workflow can have.
    """
    callee = site.inner
    assert callee is not None
    function = callee.function
    params = function.node.params
    defaults = {p.name.value: p.default for p in (*params.posonly_params, *params.params, *params.kwonly_params)}
    known = {*(param.name.value for param, _ in given), *objects}
    made: list[cst.Arg] = []
    for name, _, in_head in parameters_of(draft, function):
        default = defaults[name]
        if name in known or in_head is not None or default is None:
            continue
        expressions = Expressions(draft, words, callee, Surroundings(draft.legacy, function, ()))
        value = expressions.rewrite(default)
        assert isinstance(value, cst.BaseExpression)
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        made.append(cst.Arg(value, keyword=cst.Name(name), equal=equal))
    return made
