"""Branches that choose among many by a name that is only known at run time: tools, handlers, message types."""

from __future__ import annotations

import re

from assess.resolving.trace import Branch

AT_RUN_TIME = ("one of several", "tool that the model chooses")
MANY_ARMS = 4
"""Tests of one name against literals, from which on they are a dispatch."""
_SUBJECT = re.compile(r"(?:elif )?([\w.\[\]'\"]+) (?:==|in) [\[(]?['\"]")


def is_dispatch(node: Branch) -> bool:
    """Whether a branch chooses among many by a name that is only known at run time."""
    if node.label in AT_RUN_TIME:
        return True
    subject = _subject(node)
    count, arm = 0, node if subject is not None else None
    while arm is not None and _subject(arm) == subject:
        count += 1
        otherwise = next((trace for role, trace in arm.arms if role == "else"), None)
        inner = otherwise.nodes[0] if otherwise is not None and len(otherwise.nodes) == 1 else None
        arm = inner if isinstance(inner, Branch) else None
    return count >= MANY_ARMS


def _subject(node: Branch) -> str | None:
    found = _SUBJECT.match(node.label)
    return found[1] if found else None
