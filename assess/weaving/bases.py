"""The classes outside the tree that a class of the tree inherits from."""

from __future__ import annotations

from assess.resolving.imports import module_scope
from assess.resolving.objects import ancestry
from assess.resolving.program import ClassInfo
from assess.resolving.running import Run, Session
from assess.resolving.values import Class, External


def external_bases(session: Session, cls: ClassInfo) -> list[str]:
    """Their dotted paths, nearest first."""
    run = Run(session)
    value = Class(info=cls, scope=module_scope(run, cls.module))
    return [base.path for base in ancestry(run, value) if isinstance(base, External)]
