"""What workflow code can do without the legacy process: engine words, pure modules, copies of small definitions."""

from __future__ import annotations

import builtins

import libcst as cst

from migrate.rewriting.chains import chain_nodes
from migrate.rewriting.determinism import BANNED_CALLS, is_pure_module
from migrate.rewriting.draft import Draft
from migrate.rewriting.engine_means import Logging, is_engine_word
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.source import Module, dotted_name

BUILTINS = frozenset(dir(builtins))


class Carrying:
    """Names of one module, as one function of it uses them."""

    def __init__(self, draft: Draft, module: Module, around: Surroundings, logging: Logging) -> None:
        self.draft = draft
        self.module = module
        self.around = around
        self.logging = logging

    def _is_banned(self, node: cst.BaseExpression, name: str) -> bool:
        """Whether a builtin is called here that reaches outside or differs between processes."""
        called = any(isinstance(n, cst.Call) and dotted_name(n.func) == name for n in chain_nodes(node))
        return called and name in BANNED_CALLS and name != "print"

    def _is_ours(self, node: cst.BaseExpression, name: str) -> bool:
        """Whether the workflow can do without the legacy process here: engine words, pure modules, copies, loggers."""
        calls = [n for n in chain_nodes(node) if isinstance(n, cst.Call)]
        for call in calls:
            dotted = self.dotted(call.func)
            if dotted is not None and (is_engine_word(dotted) or self.logging.method(call) is not None):
                return True
        if self.logging.is_logger(name):
            return True
        if name in self.module.imports and self._carry_import(name):
            return True
        taken = self.draft.copies.take(self.module, name)
        if taken == name:
            self.draft.copied.setdefault(name)
            return True
        return False

    def carries(self, name: str) -> bool:
        """Whether the workflow has, or gets, what this name of the module means."""
        if name in BUILTINS:
            return name not in BANNED_CALLS
        if name in self.module.imports:
            return self._carry_import(name)
        if self.draft.copies.take(self.module, name) == name:
            self.draft.copied.setdefault(name)
            return True
        return False

    def _carry_import(self, name: str) -> bool:
        imported = self.module.imports[name]
        if imported.module.partition(".")[0] == "asyncio":
            self.draft.imports[name] = (imported.module, imported.member)
            return True
        if not is_pure_module(imported.dotted):
            return False
        self.draft.imports[name] = (imported.module, imported.member)
        return True

    def dotted(self, node: cst.CSTNode) -> str | None:
        """What a callee means, its import followed: `dt.now` is `datetime.datetime.now`."""
        name = dotted_name(node)
        if name is None:
            return None
        head, dot, rest = name.partition(".")
        if head in self.module.imports and head not in self.around.locals:
            head = self.module.imports[head].dotted
        return head + dot + rest
