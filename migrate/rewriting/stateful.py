"""Functions of the workflow that use variables which belong to the run, and what a person should know of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from assess.model.woven import TriggerKind
from migrate.rewriting.draft import Draft, Note, Unit
from migrate.rewriting.mutating import changed_fields
from migrate.rewriting.naming import Named
from migrate.rewriting.source import dotted_name
from migrate.rewriting.state import Variable
from migrate.rewriting.vocabulary import Vocabulary


class _WithState(cst.CSTTransformer):
    """Lets steps that use variables of the run have them, by another word for the step."""

    def __init__(self, names: frozenset[str], words: Vocabulary) -> None:
        super().__init__()
        self._names = names
        self._words = {
            words.step: cst.parse_expression(words.step_with_state),
            words.step_for: cst.parse_expression(words.step_with_state_for),
        }
        self._activities = words.activities

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: ARG002
        word = self._words.get(dotted_name(updated_node.func) or "")
        named = {dotted_name(a.value) for a in updated_node.args[:2]}
        if word is None or named.isdisjoint({f"{self._activities}.{n}" for n in self._names}):
            return updated_node
        return updated_node.with_changes(func=word)


def of_the_run(
    body: cst.IndentedBlock, state: Mapping[str, Variable], units: Sequence[Unit], words: Vocabulary
) -> cst.IndentedBlock:
    """The body of a function of the workflow: its variables are the run's, and steps that use some are given them."""
    made = body
    if state:
        named = {n: cst.parse_expression(f"{words.state}.{v.attribute}") for n, v in state.items()}
        changed = made.visit(Named(named))
        assert isinstance(changed, cst.IndentedBlock)
        made = changed
    using = frozenset(u.name for u in units if u.state and u.drive is None)
    if using:
        changed = made.visit(_WithState(using, words))
        assert isinstance(changed, cst.IndentedBlock)
        made = changed
    return made


def tell_of_state(draft: Draft, words: Vocabulary) -> None:
    """Note which variables belong to the run, and say what that means."""
    used = {v for u in draft.units if u.drive is None for v in u.state}
    text = "".join(cst.Module([]).code_for_node(f) for f in draft.functions)
    named = set(re.findall(rf"\b{re.escape(words.state)}\.(\w+)", text))
    every = draft.state.variables.values()
    draft.kept = [v for v in every if v in used or v.attribute in named]
    once = all(t.kind in _ONCE_PER_PROCESS for t in draft.triggers)
    draft.notes += [_belongs(v, once=once) for v in draft.kept]
    draft.notes += [
        Note(
            s.file,
            s.line,
            f"`{s.name}` stays with the worker: {s.because}",
            "steps of the original change it, and it cannot be kept with the run",
            "it is gone with the worker, and no other worker has it",
            question=False,
        )
        for s in draft.state.staying
    ]
    draft.notes += _shared_objects(draft)


def _shared_objects(draft: Draft) -> Iterator[Note]:
    """Objects that a worker makes once for all runs, although steps change what they hold."""
    classes = {(u.module, u.symbol.rpartition(".")[0]) for u in draft.units if "self" in u.instances}
    reached = sorted(draft.state.functions, key=lambda f: (f.module.file, f.line))
    for module, owner in sorted(classes):
        changing = {
            f: changed_fields(f)
            for f in reached
            if (f.module.dotted, f.owner) == (module, owner) and f.name != "__init__"
        }
        fields = sorted({name for names in changing.values() for name in names})
        first = next((f for f, names in changing.items() if names), None)
        if first is not None:
            named = ", ".join(f"`{name}`" for name in fields)
            yield Note(
                first.module.file,
                first.line,
                f"May runs share what a {owner} holds in {named}?",
                "steps change it, and a worker makes that object once for all runs",
                "a run finds what another one has left there, and one that goes on in another worker misses its own",
            )


def _belongs(variable: Variable, *, once: bool) -> Note:
    if once:
        return Note(
            variable.file,
            variable.line,
            f"`{variable.name}` belongs to the run",
            "steps of the original change it in its module; the run keeps it, so that a crash does not lose it",
            "steps that use it are made one at a time in each worker",
            question=False,
        )
    return Note(
        variable.file,
        variable.line,
        f"Does a run need what an earlier one has left in `{variable.name}`?",
        "it is a variable of the module, which the original's process kept for the next run; now it belongs to the run",
        "a run begins with its first value; what has to outlive a run belongs into a store",
    )


_ONCE_PER_PROCESS = frozenset({TriggerKind.CLI, TriggerKind.SCRIPT, TriggerKind.NOTEBOOK})
