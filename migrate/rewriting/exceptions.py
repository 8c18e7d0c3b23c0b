"""Error classes in workflow code: builtins stay, pure ones are copied, for all others a stand-in of the same name."""

from __future__ import annotations

import builtins

import libcst as cst

from migrate.rewriting.draft import Caught
from migrate.rewriting.expressions import Expressions
from migrate.rewriting.source import dotted_name

_ALREADY_FAILURES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, UnboundLocalError)


class Exceptions:
    """The error classes that one function names."""

    def __init__(self, expressions: Expressions) -> None:
        self._ex = expressions
        self._draft = expressions.draft
        self._around = expressions.around
        self._module = expressions.module

    def named(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """What a handler or `suppress` catches, by the workflow's own names."""
        if isinstance(node, cst.Tuple):
            return node.with_changes(
                elements=[e.with_changes(value=self.named(e.value)) for e in node.elements],
            )
        name = dotted_name(node)
        if name is None:
            raise self._ex.refuse("what a handler catches is computed", node)
        self._fail_with(name)
        if hasattr(builtins, name) and name != "Exception":
            self._draft.handled.setdefault(name)
        return cst.Name(self._stand_in(name)) if self._stand_in(name) != name else node

    def _stand_in(self, name: str) -> str:
        """The workflow's own name for an exception class: itself, a copy, or a stand-in of the same name."""
        if hasattr(builtins, name):
            return name
        module = self._module
        if self._draft.copies.take(module, name) == name:
            self._draft.copied.setdefault(name)
            return name
        head, dot, rest = name.partition(".")
        origin = self._around.origin(head)
        dotted = name if origin is None else ".".join(p for p in (origin[0], origin[1], rest if dot else None) if p)
        last = dotted.rpartition(".")[2]
        self._draft.caught.setdefault(last, Caught(last, dotted))
        return last

    def _fail_with(self, name: str) -> None:
        """A run that ends with this error has failed; it is not a fault of the workflow's code to be tried again."""
        known = getattr(builtins, name, None)
        if known is None:
            stand_in = self._stand_in(name)
            self._draft.fails_with.setdefault(stand_in)
        elif (
            isinstance(known, type)
            and not issubclass(known, _ALREADY_FAILURES)
            and known not in (Exception, BaseException)
        ):
            self._draft.fails_with.setdefault(name)

    def note_raise(self, node: cst.Raise) -> None:
        """An error that the workflow raises itself ends the run as failed."""
        raised = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        name = dotted_name(raised)
        if name is not None and name not in self._around.locals:
            if name in ("Exception", "BaseException"):
                self._ex.note(
                    node,
                    f"`raise {name}` became `raise LegacyError`",
                    "the run ends with it; if every Exception were the end, the engine's own would be too",
                    "code that compares the class by its name",
                )
            self._fail_with(name)

    def raised(self, node: cst.Raise) -> cst.Raise:
        """A `raise` of an error class that the workflow knows."""
        exc = node.exc
        raised = exc.func if isinstance(exc, cst.Call) else exc
        name = dotted_name(raised)
        if name is None or name in self._around.locals:
            made = self._ex.rewrite(node)
            assert isinstance(made, cst.Raise)
            return made
        if name == "SystemExit":
            given = [self._ex.code(a) for a in exc.args] if isinstance(exc, cst.Call) else []
            return node.with_changes(exc=cst.parse_expression(f"{self._ex.words.exit}({', '.join(given)})"))
        # The engine would take an Exception of no class of its own for a fault of the workflow's code, and try again.
        bare = name in ("Exception", "BaseException")
        stand_in = cst.parse_expression("LegacyError" if bare else self._stand_in(name))
        if not isinstance(exc, cst.Call):
            return node.with_changes(exc=stand_in)
        arguments = [a.with_changes(value=self._ex.rewrite(a.value)) for a in exc.args]
        return node.with_changes(exc=exc.with_changes(func=stand_in, args=arguments))
